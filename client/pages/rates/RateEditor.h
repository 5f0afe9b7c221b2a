// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/rates/RateConflict.h"
#include "client/widgets/Banner.h"

#include <QCheckBox>
#include <QDateTimeEdit>
#include <QGridLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QSettings>

namespace hpcbill::client
{

/// Edits the rates of a tier: what each figure was and will be is seen while typing; saving needs a reason.
/// When somebody else was faster, it asks per figure whose to take. What is typed is kept as a draft until it
/// is saved or discarded.
class RateEditor final : public QWidget
{
    Q_OBJECT

public:
    RateEditor(const PageContext& context, QWidget* parent = nullptr);

    /// Starts from the tier's present rates, or from a draft of them where there is one.
    void edit(const TierRates& rates);
    /// Puts back what was discarded last, for the next edit() of that tier.
    void restoreDiscarded();

signals:
    void saved(const QString& tier);
    void discarded(const QString& tier); ///< with something typed: there is something to put back
    void closeWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        QLabel* title;
        QLabel* was;
        QLabel* arrow;
        QLineEdit* will;
        QLabel* difference;
        QLabel* fault;
    };

    void layOut();
    QGridLayout* makeRows();
    void check();
    void save();
    void send(const RateFigures& figures);
    void showRefusal(const ApiError& error);
    void readTheirs();
    void showConflict(const RateVersion& theirs);
    void leaveConflict();
    void discard();
    void keepDraft();
    void restoreDraft();
    void removeDraft();
    [[nodiscard]] QString draftKey() const;
    [[nodiscard]] RateFigures typed() const;
    void retranslate();

    const PageContext m_context;
    RateVersion m_base;   // what the change is made from
    RateVersion m_theirs; // during a conflict
    QLabel* m_title;
    Banner* m_banner;
    QWidget* m_fields;
    QList<Row> m_rows;
    QCheckBox* m_isLater;
    QDateTimeEdit* m_from;
    RateConflict* m_conflict;
    QLabel* m_reasonLabel;
    QLineEdit* m_reason;
    QLabel* m_summary;
    QPushButton* m_save;
    QPushButton* m_discard;
    QString m_discardedKey;
    QVariant m_discardedDraft;
    bool m_isSaving = false;
    bool m_isFilling = false; // the program writes into the fields, nobody types
};

} // namespace hpcbill::client

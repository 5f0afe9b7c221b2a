// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/rates/TierTester.h"
#include "client/widgets/Banner.h"
#include "client/widgets/ViewState.h"

#include <QComboBox>
#include <QListWidget>

namespace hpcbill::client
{

/// The rules that give users a tier by their names, in their order: put elsewhere by dragging or by Alt and the arrows, edited
/// below the list, tried on the right before they are saved. What is edited is kept as a draft; when somebody else was faster,
/// theirs or mine.
class TierRulesView final : public QWidget
{
    Q_OBJECT

public:
    TierRulesView(const PageContext& context, QWidget* parent = nullptr);

    /// Asks for rules and tiers; what is being edited stays.
    void refresh();
    void retranslate();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void layOut();
    QWidget* makeEditor();
    void showRules(const QList<TierRule>& rules);
    void showItem(QListWidgetItem* item);
    void showItems();
    void showEditor();
    void editItem();
    void move(int by);
    void check();
    void save();
    void readTheirs();
    void settle(bool takeTheirs);
    void discard();
    void keepDraft();
    bool restoreDraft();
    [[nodiscard]] QString draftKey() const;
    [[nodiscard]] QList<TierRule> rules() const;
    [[nodiscard]] bool isTouched() const { return rules() != m_base.rules || !m_reason->text().isEmpty(); }

    const PageContext m_context;
    const bool m_mayEdit;
    TierRules m_base;   // what the change is made from
    TierRules m_theirs; // during a conflict
    QStringList m_tiers;
    QList<bool> m_matches;
    Banner* m_banner;
    ViewState* m_state;
    QListWidget* m_list;
    QWidget* m_editor;
    QComboBox* m_match;
    QLineEdit* m_pattern;
    QComboBox* m_tier;
    QPushButton* m_add;
    QPushButton* m_remove;
    QPushButton* m_up;
    QPushButton* m_down;
    QLabel* m_since;
    QWidget* m_conflict;
    QPushButton* m_takeTheirs;
    QPushButton* m_keepMine;
    QLabel* m_reasonLabel;
    QLineEdit* m_reason;
    QPushButton* m_save;
    QPushButton* m_discard;
    TierTester* m_tester;
    bool m_isRead = false;
    bool m_isSaving = false;
    bool m_isFilling = false; // the program writes into the fields, nobody types
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

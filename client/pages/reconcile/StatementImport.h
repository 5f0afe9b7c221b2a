// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/reconcile/StatementModel.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// A bank statement on its way in: what each row would settle, then, on one's word, settled all at once.
/// Nothing changes before that.
class StatementImport final : public QWidget
{
    Q_OBJECT

public:
    explicit StatementImport(const PageContext& context, QWidget* parent = nullptr);

    /// Asks for the file, without blocking.
    void askForFile();
    void read(const QString& path);

signals:
    void opened();
    void closed();
    void settled();

protected:
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void preview();
    void showPreview();
    void offer();
    void settle();
    [[nodiscard]] FormText formText() const;
    [[nodiscard]] QString totalsText() const;
    void retranslate();

    const PageContext m_context;
    QPushButton* m_back;
    QLabel* m_title;
    QLabel* m_totals;
    Banner* m_banner;
    StatementModel* m_model;
    TableView* m_table;
    ViewState* m_state;
    ActionForm* m_form;
    QString m_name;
    QString m_csv;
    std::optional<StatementPreview> m_preview;
    std::function<void()> m_tell; ///< what the banner says, in the present language
};

} // namespace hpcbill::client

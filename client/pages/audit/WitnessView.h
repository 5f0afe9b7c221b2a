// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/list_rows.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"
#include "client/witness/Witness.h"

namespace hpcbill::client
{

/// Every checkpoint of the server's log that this computer has seen, whether the present log follows from them, and the
/// evidence where it does not.
class WitnessView final : public QWidget
{
    Q_OBJECT

public:
    explicit WitnessView(const PageContext& context, QWidget* parent = nullptr);

    void retranslate();
    /// Writes the evidence of the alarm to the file; what went wrong, or nothing.
    [[nodiscard]] QString exportTo(const QString& file) const;

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        SeenCheckpoint seen;
        enum class Verdict { consistent, contradicted, undecided, before } verdict;
    };

    void layOut();
    void show();
    void askForFile();
    [[nodiscard]] std::vector<Column<Row>> columns() const;
    [[nodiscard]] static QString verdictText(Row::Verdict verdict);
    [[nodiscard]] QString stateText() const;
    [[nodiscard]] const Alarm* alarmToShow() const;
    [[nodiscard]] FormText acceptText() const;

    const PageContext m_context;
    Witness& m_witness;
    ListRows<Row>* m_model;
    TableView* m_table;
    ViewState* m_state;
    QLabel* m_summary;
    QPushButton* m_check;
    QPushButton* m_export;
    QPushButton* m_accept;
    Banner* m_banner;
    ActionForm* m_form;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/list_rows.h"
#include "client/models/paged_rows.h"
#include "client/pages/reconcile/EventPane.h"
#include "client/pages/reconcile/PaymentPane.h"
#include "client/pages/reconcile/StatementImport.h"
#include "client/widgets/ChipRow.h"

#include <QComboBox>
#include <QShortcut>

namespace hpcbill::client
{

/// Payments that are stuck, oldest first, each with what is wrong and what to do; also all payments, all messages
/// of the providers, and the bank's statements.
class ReconcilePage final : public Page
{
    Q_OBJECT

public:
    explicit ReconcilePage(const PageContext& context, QWidget* parent = nullptr);

    void refresh() override;
    bool concerns(const ServerEvent& event) const override;
    void catchUp() override;
    QVariantMap place() const override;
    void open(const QVariantMap& place) override;
    void focusFilter() override;
    void retranslate() override;
    Badge badge() const override;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void layOut();
    QWidget* makeTop();
    void addKeys();
    void watch(TableView* table, ViewState* state, PagedTableModel* model);
    void showList(const QString& list);
    void fillFilter();
    void readQueue();
    void showQueue();
    void showState(PagedTableModel* model, ViewState* state, const QString& empty);
    void showCount();
    void enterRow(TableView* table, int row);
    void showPayment(const QString& id);
    void showEvent(const QString& id);
    void closePane();
    void moveBy(int rows);
    void openCurrent();
    void openImport();
    void closeImport();
    [[nodiscard]] bool mayAct() const;
    [[nodiscard]] TableView* table() const;

    PagedRows<Payment>* m_payments;
    PagedRows<PaymentEvent>* m_events;
    ListRows<StuckCase>* m_queue;
    TableView* m_queueTable;
    TableView* m_paymentsTable;
    TableView* m_eventsTable;
    ViewState* m_queueState;
    ViewState* m_paymentsState;
    ViewState* m_eventsState;
    ChipRow* m_lists;
    QComboBox* m_filter;
    QPushButton* m_import;
    StatementImport* m_statement;
    QStackedWidget* m_views;
    PaymentPane* m_payment;
    EventPane* m_event;
    QStackedWidget* m_panes;
    QLabel* m_count;
    QList<QShortcut*> m_keys;
    QHash<QString, QString> m_filters; ///< of each list, as chosen last
    std::optional<ApiError> m_queueError;
    bool m_isQueueRead = false;
    bool m_hasMore = false; ///< the queue is longer than what is shown
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

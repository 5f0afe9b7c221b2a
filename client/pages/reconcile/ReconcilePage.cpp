// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/ReconcilePage.h"

#include "client/models/decimal.h"
#include "client/pages/reconcile/diagnosis_text.h"
#include "client/pages/reconcile/reconcile_columns.h"

#include <QApplication>
#include <QDropEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QSplitter>

namespace hpcbill::client
{

namespace
{

/// The longest page that the server gives: a queue of more is worked from its old end anyway.
constexpr int queueMax = 1000;

} // namespace

ReconcilePage::ReconcilePage(const PageContext& context, QWidget* parent)
    : Page(context, parent)
    , m_payments(new PagedRows<Payment>(
          paymentColumns(),
          [this](const std::optional<QString>& cursor, int limit, QObject* model,
                 const Answer<ListPage<Payment>>& done) {
              fetchPayments(m_context.api, m_filters["payments"], {cursor, limit}, model, done);
          },
          this))
    , m_events(new PagedRows<PaymentEvent>(
          eventColumns(),
          [this](const std::optional<QString>& cursor, int limit, QObject* model,
                 const Answer<ListPage<PaymentEvent>>& done) {
              fetchEvents(m_context.api, m_filters["events"], {cursor, limit}, model, done);
          },
          this))
    , m_queue(new ListRows<StuckCase>(queueColumns(), this))
    , m_queueTable(new TableView("queue", context.settings, this))
    , m_paymentsTable(new TableView("payments", context.settings, this))
    , m_eventsTable(new TableView("paymentEvents", context.settings, this))
    , m_lists(new ChipRow("reconcileList", {"queue", "payments", "events"}, this))
    , m_filter(new QComboBox(this))
    , m_import(new QPushButton(this))
    , m_statement(new StatementImport(context, this))
    , m_views(new QStackedWidget(this))
    , m_payment(new PaymentPane(context, this))
    , m_event(new EventPane(context, this))
    , m_panes(new QStackedWidget(this))
    , m_count(new QLabel(this))
{
    m_queueTable->setModel(m_queue);
    m_queueTable->setDefaultWidths({194, 121, 80, 85, 102, 68});
    m_paymentsTable->setModel(m_payments);
    m_paymentsTable->setDefaultWidths({165, 125, 80, 85, 160, 70, 180});
    m_paymentsTable->keepPlaceBy([this](int row) {
        const Payment* payment = m_payments->rowAt(row);
        return payment ? payment->id : QString();
    });
    m_eventsTable->setModel(m_events);
    m_eventsTable->setDefaultWidths({165, 160, 70, 200, 70, 60, 180});
    m_eventsTable->keepPlaceBy([this](int row) {
        const PaymentEvent* event = m_events->rowAt(row);
        return event ? event->id : QString();
    });
    layOut();
    setAcceptDrops(mayAct());
    m_import->setVisible(mayAct());

    connect(m_queueTable, &TableView::rowEntered, this, [this](int row) { enterRow(m_queueTable, row); });
    // The row that was closed by Esc is opened again by clicking it, though nothing moves to it.
    for (TableView* view : {m_queueTable, m_paymentsTable, m_eventsTable}) {
        connect(view, &QTableView::clicked, this, [this, view](const QModelIndex& clicked) {
            if (!m_panes->isVisible())
                enterRow(view, clicked.row());
        });
    }
    connect(m_queueState, &ViewState::retryWanted, this, &ReconcilePage::readQueue);
    watch(m_paymentsTable, m_paymentsState, m_payments);
    watch(m_eventsTable, m_eventsState, m_events);
    connect(m_lists, &ChipRow::chipChosen, this, [this](const QString& list) {
        emit placeChanging();
        showList(list);
    });
    connect(m_filter, &QComboBox::activated, this, [this] {
        emit placeChanging();
        m_filters[m_lists->chosen()] = m_filter->currentData().toString();
        refresh();
    });
    connect(m_import, &QPushButton::clicked, m_statement, &StatementImport::askForFile);
    connect(m_statement, &StatementImport::opened, this, &ReconcilePage::openImport);
    connect(m_statement, &StatementImport::closed, this, &ReconcilePage::closeImport);
    connect(m_statement, &StatementImport::settled, this, &ReconcilePage::readQueue);
    connect(m_payment, &PaymentPane::closeWanted, this, &ReconcilePage::closePane);
    connect(m_payment, &PaymentPane::rawWanted, this, &ReconcilePage::showEvent);
    connect(m_payment, &PaymentPane::acted, this, &ReconcilePage::catchUp);
    connect(m_event, &EventPane::closeWanted, this, &ReconcilePage::closePane);
    connect(m_event, &EventPane::paymentWanted, this, &ReconcilePage::showPayment);
    connect(m_event, &EventPane::acted, this, &ReconcilePage::catchUp);
    addKeys();
    fillFilter();
    retranslate();
}

bool ReconcilePage::mayAct() const
{
    const auto& who = m_context.session.who();
    return who && api::operators.admits(who->role);
}

QWidget* ReconcilePage::makeTop()
{
    auto* top = new QWidget(this);
    m_filter->setObjectName("reconcileFilter");
    m_filter->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_import->setObjectName("reconcileImport");
    auto* layout = new QHBoxLayout(top);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_lists);
    layout->addWidget(m_filter);
    layout->addStretch();
    layout->addWidget(m_import);
    return top;
}

void ReconcilePage::layOut()
{
    const auto stateOf = [this](TableView* table, const char* name) {
        table->setIcons(m_context.theme);
        auto* state = new ViewState(m_context.theme, table, m_views);
        state->setObjectName(name);
        m_views->addWidget(state);
        return state;
    };
    m_queueState = stateOf(m_queueTable, "queueState");
    m_paymentsState = stateOf(m_paymentsTable, "paymentsState");
    m_eventsState = stateOf(m_eventsTable, "paymentEventsState");
    m_views->addWidget(m_statement);
    m_panes->addWidget(m_payment);
    m_panes->addWidget(m_event);
    m_panes->setMinimumWidth(400);
    m_panes->hide();
    m_count->setObjectName("reconcileCount");
    m_count->setProperty("kind", "quiet");
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(m_views);
    split->addWidget(m_panes);
    split->setStretchFactor(0, 1);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(12);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 8);
    layout->setSpacing(8);
    layout->addWidget(makeTop());
    layout->addWidget(split, 1);
    layout->addWidget(m_count);
    setFocusProxy(m_views);
}

void ReconcilePage::addKeys()
{
    const auto add = [this](const char* key, std::function<void()> act) {
        auto* shortcut = new QShortcut(QKeySequence(key), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, std::move(act));
        m_keys.append(shortcut);
    };
    add("J", [this] { moveBy(1); });
    add("K", [this] { moveBy(-1); });
    add("Return", [this] { openCurrent(); });
    const auto addAct = [this, add](const char* key, PaymentActions::Action action) {
        add(key, [this, action] {
            if (m_panes->isVisible() && m_panes->currentWidget() == m_payment)
                m_payment->actions().begin(action);
        });
    };
    addAct("A", PaymentActions::Action::ask);
    addAct("R", PaymentActions::Action::replay);
    addAct("M", PaymentActions::Action::markPaid);
    // In a form, letters are letters; buttons and choices keep their Enter.
    connect(qApp, &QApplication::focusChanged, this, [this](const QWidget*, const QWidget* now) {
        const bool isTable = now && now == table();
        for (QShortcut* shortcut : std::as_const(m_keys)) {
            const bool isEnter = shortcut->key() == QKeySequence("Return");
            shortcut->setEnabled(isEnter ? isTable : !m_payment->actions().hasFocusInForm());
        }
    });
}

void ReconcilePage::watch(TableView* table, ViewState* state, PagedTableModel* model)
{
    connect(table, &TableView::rowEntered, this, [this, table](int row) { enterRow(table, row); });
    connect(state, &ViewState::retryWanted, model, &PagedTableModel::retry);
    connect(model, &PagedTableModel::stateChanged, this, [this, model, state] {
        showState(model, state,
                  model == m_payments ? tr("No payment passes this filter.") : tr("No message passes this filter."));
    });
}

TableView* ReconcilePage::table() const
{
    if (m_lists->chosen() == "payments")
        return m_paymentsTable;
    return m_lists->chosen() == "events" ? m_eventsTable : m_queueTable;
}

void ReconcilePage::showList(const QString& list)
{
    m_lists->setChosen(list);
    closePane();
    fillFilter();
    closeImport();
    refresh();
}

void ReconcilePage::fillFilter()
{
    const QString list = m_lists->chosen();
    m_filter->clear();
    m_filter->addItem(list == "payments" ? tr("All states") : tr("All outcomes"), QString());
    if (list == "payments") {
        for (const char* status : {"pending", "succeeded", "failed", "cancelled"})
            m_filter->addItem(statusText(status), status);
    } else if (list == "events") {
        for (const QString& outcome : eventOutcomes())
            m_filter->addItem(outcomeText(outcome), outcome);
    }
    m_filter->setCurrentIndex(std::max(0, m_filter->findData(m_filters.value(list))));
    m_filter->setVisible(list != "queue");
}

void ReconcilePage::refresh()
{
    readQueue();
    if (m_lists->chosen() == "payments")
        m_payments->reload();
    else if (m_lists->chosen() == "events")
        m_events->reload();
    if (m_panes->isVisible())
        m_panes->currentWidget() == m_payment ? m_payment->renew() : m_event->renew();
}

bool ReconcilePage::concerns(const ServerEvent& event) const
{
    return event.action.startsWith("payment") || event.action.startsWith("receipt.");
}

void ReconcilePage::catchUp()
{
    readQueue();
    if (!isVisible())
        return;
    if (m_lists->chosen() == "payments")
        m_payments->renew();
    else if (m_lists->chosen() == "events")
        m_events->renew();
    if (m_panes->isVisible())
        m_panes->currentWidget() == m_payment ? m_payment->renew() : m_event->renew();
}

void ReconcilePage::readQueue()
{
    const quint64 ticket = ++m_ticket;
    if (!m_isQueueRead)
        m_queueState->showLoading();
    fetchQueue(m_context.api, {std::nullopt, queueMax}, this, [this, ticket](const ApiResult<ListPage<StuckCase>>& answer) {
        if (ticket != m_ticket)
            return;
        m_queueError.reset();
        if (answer) {
            m_isQueueRead = true;
            m_hasMore = answer.value().nextCursor.has_value();
            // What was settled leaves the queue and stays in the pane, with its result and the way back.
            m_queue->updateRows(answer.value().items, [](const StuckCase& stuck) { return stuck.payment.id; });
        } else if (!m_isQueueRead) {
            m_queueError = answer.error();
        }
        showQueue();
        emit badgeChanged();
    });
}

void ReconcilePage::showQueue()
{
    if (m_queueError)
        m_queueState->showError(*m_queueError);
    else if (m_isQueueRead && m_queue->rowCount() == 0)
        m_queueState->showEmpty(tr("Nothing is stuck."));
    else if (m_isQueueRead)
        m_queueState->showContent();
    showCount();
}

void ReconcilePage::showState(PagedTableModel* model, ViewState* state, const QString& empty)
{
    if (!state->follow(*model))
        return;
    if (model->rowCount() == 0)
        state->showEmpty(empty);
    else
        state->showContent();
    showCount();
}

void ReconcilePage::showCount()
{
    QString text;
    if (m_views->currentWidget() == m_statement) {
        text.clear();
    } else if (m_lists->chosen() == "queue") {
        if (m_isQueueRead && m_queue->rowCount() > 0)
            text = m_hasMore ? tr("The oldest %Ln of them", nullptr, m_queue->rowCount())
                             : tr("%Ln payment(s) stuck", nullptr, m_queue->rowCount());
    } else {
        const auto* model = static_cast<PagedTableModel*>(m_payments);
        if (m_lists->chosen() == "events")
            model = m_events;
        text = model->isComplete() ? tr("%Ln row(s)", nullptr, model->rowCount())
                                   : tr("%Ln row(s) read; more follow as you scroll", nullptr, model->rowCount());
    }
    m_count->setText(text);
}

void ReconcilePage::enterRow(TableView* entered, int row)
{
    if (row < 0 || entered != table())
        return;
    if (entered == m_eventsTable) {
        if (const PaymentEvent* event = m_events->rowAt(row))
            showEvent(event->id);
        return;
    }
    if (entered == m_paymentsTable) {
        if (const Payment* payment = m_payments->rowAt(row))
            showPayment(payment->id);
        return;
    }
    if (const StuckCase* stuck = m_queue->rowAt(row))
        showPayment(stuck->payment.id);
}

void ReconcilePage::showPayment(const QString& id)
{
    m_payment->show(id);
    m_panes->setCurrentWidget(m_payment);
    m_panes->setVisible(true);
}

void ReconcilePage::showEvent(const QString& id)
{
    m_event->show(id);
    m_panes->setCurrentWidget(m_event);
    m_panes->setVisible(true);
}

void ReconcilePage::closePane()
{
    const bool hadFocus = m_panes->isAncestorOf(window()->focusWidget());
    m_panes->hide();
    if (hadFocus)
        table()->setFocus();
}

void ReconcilePage::moveBy(int rows)
{
    TableView* moved = table();
    const int last = moved->model()->rowCount() - 1;
    if (last < 0 || m_views->currentWidget() == m_statement)
        return;
    const QModelIndex current = moved->currentIndex();
    // Where the chosen row has left, its place is taken by the one to go on with.
    const int step = moved->selectionModel()->hasSelection() || rows < 0 ? rows : 0;
    const int row = current.isValid() ? std::clamp(current.row() + step, 0, last) : 0;
    if (row == current.row())
        enterRow(moved, row);
    moved->selectRow(row);
    moved->scrollTo(moved->model()->index(row, 0));
}

void ReconcilePage::openCurrent()
{
    enterRow(table(), table()->currentIndex().row());
}

void ReconcilePage::openImport()
{
    closePane();
    m_views->setCurrentWidget(m_statement);
    showCount();
}

void ReconcilePage::closeImport()
{
    const bool wasOpen = m_views->currentWidget() == m_statement;
    const QString list = m_lists->chosen();
    m_views->setCurrentWidget(list == "payments" ? m_paymentsState : list == "events" ? m_eventsState : m_queueState);
    showCount();
    if (wasOpen)
        table()->setFocus();
}

Badge ReconcilePage::badge() const
{
    if (!m_isQueueRead || m_queue->rowCount() == 0)
        return {};
    const QString number = localized(QString::number(m_queue->rowCount()), QLocale()) + (m_hasMore ? "+" : "");
    return {number, tr("%Ln payment(s) stuck", nullptr, m_queue->rowCount()), Meaning::attention};
}

QVariantMap ReconcilePage::place() const
{
    return {{"list", m_lists->chosen()}, {"filter", m_filters.value(m_lists->chosen())}};
}

void ReconcilePage::open(const QVariantMap& place)
{
    const QString list = place.value("list", "queue").toString();
    m_filters[list] = place["filter"].toString();
    m_lists->setChosen(list);
    closePane();
    fillFilter();
    closeImport();
}

void ReconcilePage::focusFilter()
{
    if (m_filter->isVisible())
        m_filter->setFocus();
}

void ReconcilePage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_views->currentWidget() == m_statement) {
        closeImport();
        return;
    }
    if (event->key() == Qt::Key_Escape && m_panes->isVisible()) {
        closePane();
        return;
    }
    Page::keyPressEvent(event);
}

void ReconcilePage::dragEnterEvent(QDragEnterEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.first().isLocalFile())
        event->acceptProposedAction();
}

void ReconcilePage::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    m_statement->read(event->mimeData()->urls().value(0).toLocalFile());
}

void ReconcilePage::retranslate()
{
    m_lists->setTitle("queue", tr("Stuck"), tr("Payments that wait for somebody, the oldest first (J and K move)"));
    m_lists->setTitle("payments", tr("All payments"), tr("All payments, the newest first (J and K move)"));
    m_lists->setTitle("events", tr("Messages"), tr("What the providers have sent, the newest first (J and K move)"));
    m_queueTable->setAccessibleName(tr("Stuck payments"));
    m_queueTable->setToolTip(tr("J and K move, Enter opens, Esc closes the pane"));
    m_paymentsTable->setAccessibleName(tr("Payments"));
    m_eventsTable->setAccessibleName(tr("Messages of the providers"));
    m_filter->setAccessibleName(tr("Filter"));
    m_import->setText(tr("Import a bank statement…"));
    m_import->setAccessibleName(m_import->text());
    m_import->setToolTip(tr("A CSV file of the bank; it can also be dropped on this page"));
    m_queue->retranslate();
    m_payments->retranslate();
    m_events->retranslate();
    fillFilter();
    showQueue();
    emit badgeChanged();
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/webhooks/WebhooksPage.h"

#include <QKeyEvent>
#include <QSplitter>

namespace hpcbill::client
{

WebhooksPage::WebhooksPage(const PageContext& context, QWidget* parent)
    : Page(context, parent)
    , m_endpoints(new ListRows<Endpoint>(endpointColumns(), this))
    , m_deliveries(new PagedRows<Delivery>(
          deliveryColumns(),
          [this](const std::optional<QString>& cursor, int limit, QObject* model,
                 const Answer<ListPage<Delivery>>& done) {
              fetchDeliveries(m_context.api, m_filter, cursor, limit, model, done);
          },
          this))
    , m_endpointsTable(new TableView("endpoints", context.settings, this))
    , m_deliveriesTable(new TableView("deliveries", context.settings, this))
    , m_lists(new ChipRow("webhooksList", {"endpoints", "deliveries"}, this))
    , m_status(new QComboBox(this))
    , m_endpoint(new QComboBox(this))
    , m_add(new QPushButton(this))
    , m_views(new QStackedWidget(this))
    , m_endpointPane(new EndpointPane(context, this))
    , m_deliveryPane(new DeliveryPane(context, this))
    , m_panes(new QStackedWidget(this))
    , m_count(new QLabel(this))
{
    m_endpointsTable->setModel(m_endpoints);
    m_endpointsTable->setDefaultWidths({150, 200, 120, 75, 80, 160, 160});
    m_deliveriesTable->setModel(m_deliveries);
    m_deliveriesTable->setDefaultWidths({110, 140, 160, 80, 120, 250});
    m_deliveriesTable->keepPlaceBy([this](int row) {
        const Delivery* delivery = m_deliveries->rowAt(row);
        return delivery ? delivery->id : QString();
    });
    layOut();
    m_lists->setShown("endpoints", isAdmin());
    if (!isAdmin())
        m_lists->setChosen("deliveries");

    connect(m_endpointsTable, &TableView::rowEntered, this, [this](int row) {
        if (const Endpoint* endpoint = m_endpoints->rowAt(row))
            showEndpoint(endpoint->id);
    });
    connect(m_deliveriesTable, &TableView::rowEntered, this, [this](int row) {
        const Delivery* delivery = row < 0 ? nullptr : m_deliveries->rowAt(row);
        if (!delivery)
            return;
        m_deliveryPane->show(delivery->id);
        m_panes->setCurrentWidget(m_deliveryPane);
        m_panes->setVisible(true);
    });
    // The row that was closed by Esc is opened again by clicking it, though nothing moves to it.
    for (TableView* view : {m_endpointsTable, m_deliveriesTable}) {
        connect(view, &QTableView::clicked, this, [this, view](const QModelIndex& clicked) {
            if (!m_panes->isVisible())
                emit view->rowEntered(clicked.row());
        });
    }
    connect(m_endpointsState, &ViewState::retryWanted, this, &WebhooksPage::readEndpoints);
    connect(m_endpointsState, &ViewState::stepWanted, m_add, &QPushButton::click);
    connect(m_deliveriesState, &ViewState::retryWanted, m_deliveries, &PagedTableModel::retry);
    connect(m_deliveries, &PagedTableModel::stateChanged, this, &WebhooksPage::showCount);
    connect(m_lists, &ChipRow::chipChosen, this, [this](const QString& list) {
        emit placeChanging();
        showList(list);
        refresh();
    });
    for (QComboBox* filter : {m_status, m_endpoint}) {
        connect(filter, &QComboBox::activated, this, [this] {
            emit placeChanging();
            m_filter = {m_endpoint->currentData().toString(), m_status->currentData().toString()};
            closePane();
            m_deliveries->reload();
        });
    }
    connect(m_add, &QPushButton::clicked, this, [this] {
        m_endpointsTable->clearSelection();
        m_panes->setCurrentWidget(m_endpointPane);
        m_panes->setVisible(true);
        m_endpointPane->beginNew();
    });
    connect(m_endpointPane, &EndpointPane::closeWanted, this, &WebhooksPage::closePane);
    connect(m_endpointPane, &EndpointPane::changed, this, [this](const QString& id) {
        if (id.isEmpty())
            closePane();
        readEndpoints();
    });
    connect(m_deliveryPane, &DeliveryPane::closeWanted, this, &WebhooksPage::closePane);
    connect(m_deliveryPane, &DeliveryPane::acted, m_deliveries, &PagedTableModel::renew);
    fillFilters();
    showList(m_lists->chosen());
    retranslate();
}

bool WebhooksPage::isAdmin() const
{
    const auto& who = m_context.session.who();
    return who && api::admins.admits(who->role);
}

void WebhooksPage::layOut()
{
    m_status->setObjectName("deliveriesStatus");
    m_endpoint->setObjectName("deliveriesEndpoint");
    m_status->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_endpoint->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_endpoint->setMaximumWidth(320);
    m_add->setObjectName("endpointAdd");
    m_count->setObjectName("webhooksCount");
    m_count->setProperty("kind", "quiet");
    const auto stateOf = [this](TableView* table, const char* name) {
        table->setIcons(m_context.theme);
        auto* state = new ViewState(m_context.theme, table, m_views);
        state->setObjectName(name);
        m_views->addWidget(state);
        return state;
    };
    m_endpointsState = stateOf(m_endpointsTable, "endpointsState");
    m_deliveriesState = stateOf(m_deliveriesTable, "deliveriesState");
    m_panes->addWidget(m_endpointPane);
    m_panes->addWidget(m_deliveryPane);
    m_panes->setMinimumWidth(420);
    m_panes->hide();
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_lists);
    top->addWidget(m_status);
    top->addWidget(m_endpoint);
    top->addStretch();
    top->addWidget(m_add);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(m_views);
    split->addWidget(m_panes);
    split->setStretchFactor(0, 1);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(12);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 8);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(split, 1);
    layout->addWidget(m_count);
    setFocusProxy(m_views);
}

void WebhooksPage::showList(const QString& list)
{
    m_lists->setChosen(list);
    closePane();
    m_views->setCurrentWidget(isAtEndpoints() ? m_endpointsState : m_deliveriesState);
    m_status->setVisible(!isAtEndpoints());
    m_endpoint->setVisible(!isAtEndpoints() && isAdmin());
    m_add->setVisible(isAtEndpoints());
    showCount();
}

void WebhooksPage::fillFilters()
{
    m_status->clear();
    m_status->addItem(tr("All states"), QString());
    for (const char* status : {"pending", "delivered", "dead"})
        m_status->addItem(deliveryStatusText(status), status);
    m_status->setCurrentIndex(std::max(0, m_status->findData(m_filter.status)));
    m_endpoint->clear();
    m_endpoint->addItem(tr("All endpoints"), QString());
    for (const Endpoint& endpoint : m_endpoints->rows())
        m_endpoint->addItem(endpoint.url, endpoint.id);
    m_endpoint->setCurrentIndex(std::max(0, m_endpoint->findData(m_filter.endpointId)));
}

void WebhooksPage::refresh()
{
    readEndpoints();
    if (!isAtEndpoints())
        m_deliveries->reload();
    if (m_panes->isVisible())
        isAtEndpoints() ? m_endpointPane->renew() : m_deliveryPane->renew();
}

bool WebhooksPage::concerns(const ServerEvent& event) const
{
    // What is told to endpoints shows among the deliveries.
    return event.action.startsWith("webhook_") || event.action.startsWith("receipt.") ||
           event.action.startsWith("payment.") || event.action.startsWith("rate.");
}

void WebhooksPage::catchUp()
{
    if (!isVisible())
        return;
    readEndpoints();
    if (!isAtEndpoints())
        m_deliveries->renew();
    if (m_panes->isVisible())
        isAtEndpoints() ? m_endpointPane->renew() : m_deliveryPane->renew();
}

void WebhooksPage::readEndpoints()
{
    if (!isAdmin())
        return;
    const quint64 ticket = ++m_ticket;
    if (!m_isRead)
        m_endpointsState->showLoading();
    fetchEndpoints(m_context.api, this, [this, ticket](const ApiResult<QList<Endpoint>>& answer) {
        if (ticket != m_ticket)
            return;
        m_error.reset();
        if (answer) {
            m_isRead = true;
            m_endpoints->updateRows(answer.value(), [](const Endpoint& endpoint) { return endpoint.id; });
            fillFilters();
        } else if (!m_isRead) {
            m_error = answer.error();
        }
        showEndpoints();
    });
}

void WebhooksPage::showEndpoints()
{
    if (m_error)
        m_endpointsState->showError(*m_error);
    else if (m_isRead && m_endpoints->rowCount() == 0)
        m_endpointsState->showEmpty(tr("Nobody is told of what happens here."), tr("Add an endpoint…"));
    else if (m_isRead)
        m_endpointsState->showContent();
    showCount();
}

void WebhooksPage::showCount()
{
    if (isAtEndpoints()) {
        m_count->setText(m_isRead && m_endpoints->rowCount() > 0 ? tr("%Ln endpoint(s)", nullptr, m_endpoints->rowCount())
                                                                 : QString());
        return;
    }
    m_count->clear();
    if (!m_deliveriesState->follow(*m_deliveries))
        return;
    const int rows = m_deliveries->rowCount();
    if (rows > 0)
        m_deliveriesState->showContent();
    else if (m_filter.status.isEmpty() && m_filter.endpointId.isEmpty())
        m_deliveriesState->showEmpty(tr("Nothing has been sent yet."));
    else
        m_deliveriesState->showEmpty(tr("No delivery passes these filters."));
    m_count->setText(m_deliveries->isComplete()
                         ? tr("%Ln delivery(ies)", nullptr, rows)
                         : tr("%Ln delivery(ies) read; more follow as you scroll", nullptr, rows));
}

void WebhooksPage::showEndpoint(const QString& id)
{
    m_endpointPane->show(id);
    m_panes->setCurrentWidget(m_endpointPane);
    m_panes->setVisible(true);
}

void WebhooksPage::closePane()
{
    const bool hadFocus = m_panes->isAncestorOf(window()->focusWidget());
    m_panes->hide();
    m_endpointPane->forgetSecret();
    if (hadFocus)
        (isAtEndpoints() ? m_endpointsTable : m_deliveriesTable)->setFocus();
}

QVariantMap WebhooksPage::place() const
{
    return {{"list", m_lists->chosen()}, {"status", m_filter.status}, {"endpoint", m_filter.endpointId}};
}

void WebhooksPage::open(const QVariantMap& place)
{
    m_filter = {place["endpoint"].toString(), place["status"].toString()};
    fillFilters();
    showList(isAdmin() ? place.value("list", "endpoints").toString() : "deliveries");
}

void WebhooksPage::focusFilter()
{
    if (m_status->isVisible())
        m_status->setFocus();
}

void WebhooksPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_panes->isVisible()) {
        closePane();
        return;
    }
    Page::keyPressEvent(event);
}

void WebhooksPage::retranslate()
{
    m_lists->setTitle("endpoints", tr("Endpoints"), tr("Programs elsewhere that are told of what happens here"));
    m_lists->setTitle("deliveries", tr("Deliveries"), tr("Each message to each endpoint, the newest first"));
    m_endpointsTable->setAccessibleName(tr("Endpoints"));
    m_deliveriesTable->setAccessibleName(tr("Deliveries"));
    m_status->setAccessibleName(tr("State"));
    m_endpoint->setAccessibleName(tr("Endpoint"));
    m_add->setText(tr("Add an endpoint…"));
    m_add->setAccessibleName(m_add->text());
    m_endpoints->retranslate();
    m_deliveries->retranslate();
    fillFilters();
    showEndpoints();
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/list_rows.h"
#include "client/models/paged_rows.h"
#include "client/pages/webhooks/DeliveryPane.h"
#include "client/pages/webhooks/EndpointPane.h"
#include "client/widgets/ChipRow.h"
#include "client/widgets/TableView.h"

#include <QComboBox>

namespace hpcbill::client
{

/// Who is told of what happens here, how that goes, and each message that was sent. Endpoints are for admins.
class WebhooksPage final : public Page
{
    Q_OBJECT

public:
    explicit WebhooksPage(const PageContext& context, QWidget* parent = nullptr);

    void refresh() override;
    bool concerns(const ServerEvent& event) const override;
    void catchUp() override;
    QVariantMap place() const override;
    void open(const QVariantMap& place) override;
    void focusFilter() override;
    void retranslate() override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut();
    void showList(const QString& list);
    void fillFilters();
    void readEndpoints();
    void showEndpoints();
    void showCount();
    void showEndpoint(const QString& id);
    void closePane();
    [[nodiscard]] bool isAdmin() const;
    [[nodiscard]] bool isAtEndpoints() const { return m_lists->chosen() == "endpoints"; }

    ListRows<Endpoint>* m_endpoints;
    PagedRows<Delivery>* m_deliveries;
    TableView* m_endpointsTable;
    TableView* m_deliveriesTable;
    ViewState* m_endpointsState;
    ViewState* m_deliveriesState;
    ChipRow* m_lists;
    QComboBox* m_status;
    QComboBox* m_endpoint;
    QPushButton* m_add;
    QStackedWidget* m_views;
    EndpointPane* m_endpointPane;
    DeliveryPane* m_deliveryPane;
    QStackedWidget* m_panes;
    QLabel* m_count;
    DeliveryFilter m_filter;
    std::optional<ApiError> m_error;
    bool m_isRead = false;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

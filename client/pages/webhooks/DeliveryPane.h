// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/webhooks/webhooks_api.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/FactsPane.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// One delivery: what was sent, each try with its answer, and the way to send it once more.
class DeliveryPane final : public QWidget
{
    Q_OBJECT

public:
    explicit DeliveryPane(const PageContext& context, QWidget* parent = nullptr);

    void show(const QString& deliveryId);
    void renew();

signals:
    void closeWanted();
    void acted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void ask();
    void fill();
    void submit();
    [[nodiscard]] FormText formText() const;
    void retranslate();

    const PageContext m_context;
    FactsPane* m_facts;
    ViewState* m_state;
    Banner* m_banner;
    QPushButton* m_redeliver;
    ActionForm* m_form;
    QString m_wanted;
    std::optional<DeliveryDetails> m_details;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

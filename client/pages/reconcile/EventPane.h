// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/reconcile/reconcile_api.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/FactsPane.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// A provider's message as it came: its bytes, the headers that matter for its signature, and what became of
/// it; it can be replayed.
class EventPane final : public QWidget
{
    Q_OBJECT

public:
    explicit EventPane(const PageContext& context, QWidget* parent = nullptr);

    void show(const QString& eventId);
    void renew();

signals:
    void closeWanted();
    void paymentWanted(const QString& paymentId);
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
    QPushButton* m_payment;
    FactsPane* m_facts;
    ViewState* m_state;
    Banner* m_banner;
    QPushButton* m_replay;
    ActionForm* m_form;
    QString m_wanted;
    std::optional<EventContent> m_content;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

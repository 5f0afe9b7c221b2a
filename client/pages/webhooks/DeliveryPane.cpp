// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/webhooks/DeliveryPane.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

#include <QEvent>
#include <QPlainTextEdit>

namespace hpcbill::client
{

DeliveryPane::DeliveryPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_facts(new FactsPane(context.theme, this))
    , m_banner(new Banner(context.theme, this))
    , m_redeliver(new QPushButton(this))
    , m_form(new ActionForm("deliveryForm", context.theme, this))
{
    setObjectName("deliveryPane");
    m_facts->setObjectName("deliveryFacts");
    m_facts->begin({});
    m_banner->setObjectName("deliveryBanner");
    m_redeliver->setObjectName("deliveryRedeliver");
    m_redeliver->hide();
    m_state = new ViewState(context.theme, m_facts, this);
    m_state->setObjectName("deliveryState");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_banner);
    layout->addWidget(m_redeliver, 0, Qt::AlignLeft);
    layout->addWidget(m_form);
    connect(m_facts, &FactsPane::closeWanted, this, &DeliveryPane::closeWanted);
    connect(m_state, &ViewState::retryWanted, this, &DeliveryPane::ask);
    connect(m_redeliver, &QPushButton::clicked, this, [this] {
        m_banner->hide();
        m_form->open(formText(), {}, m_wanted);
    });
    connect(m_form, &ActionForm::dismissed, this, [this] {
        m_form->hide();
        m_redeliver->setFocus();
    });
    connect(m_form, &ActionForm::submitted, this, &DeliveryPane::submit);
    connect(&context.theme, &Theme::changed, this, &DeliveryPane::retranslate);
    retranslate();
}

void DeliveryPane::show(const QString& deliveryId)
{
    if (deliveryId != m_wanted) {
        m_wanted = deliveryId;
        m_details.reset();
        m_form->hide();
        m_banner->hide();
        m_redeliver->hide();
    }
    ask();
}

void DeliveryPane::renew()
{
    if (!m_wanted.isEmpty())
        ask();
}

void DeliveryPane::ask()
{
    const quint64 ticket = ++m_ticket;
    if (!m_details)
        m_state->showLoading();
    fetchDelivery(m_context.api, m_wanted, this, [this, ticket](const ApiResult<DeliveryDetails>& answer) {
        if (ticket != m_ticket)
            return;
        if (!answer) {
            if (!m_details)
                m_state->showError(answer.error());
            return;
        }
        m_details = answer.value();
        retranslate();
        m_state->showContent();
    });
}

void DeliveryPane::fill()
{
    const QLocale locale;
    const Delivery& delivery = m_details->delivery;
    m_facts->begin(delivery.eventType, deliveryStatusText(delivery.status));
    m_facts->addFact(tr("Address"), delivery.endpointUrl);
    m_facts->addFact(tr("Message"), delivery.messageId, "hash");
    m_facts->addFact(tr("Happened"), shownTime(delivery.createdAt, locale));
    m_facts->addFact(tr("Delivered"), shownTime(delivery.deliveredAt, locale));
    m_facts->addFact(tr("Next try"),
                     delivery.status == "pending" ? shownTime(delivery.nextAttemptAt, locale) : QString());
    m_facts->addSection(tr("Tries"));
    if (m_details->tries.isEmpty())
        m_facts->addText(tr("Not tried yet."), "quiet");
    for (const DeliveryTry& one : std::as_const(m_details->tries)) {
        QString answer = one.status.isEmpty() ? one.error : "HTTP " + one.status;
        if (!one.durationMs.isEmpty())
            answer += " · " + tr("after %1 ms").arg(localized(one.durationMs, locale));
        m_facts->addFact(shownTime(one.at, locale), answer);
    }
    m_facts->addSection(tr("What was sent"));
    auto* payload = new QPlainTextEdit(m_details->payload, m_facts);
    payload->setObjectName("deliveryPayload");
    payload->setAccessibleName(tr("What was sent"));
    payload->setReadOnly(true);
    payload->setTabChangesFocus(true);
    payload->setWordWrapMode(QTextOption::WrapAnywhere);
    payload->setProperty("kind", "raw");
    payload->setFixedHeight(200);
    payload->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); // else the pane spreads what is above it
    m_facts->addWidget(payload);
}

FormText DeliveryPane::formText() const
{
    return {tr("Sends the same message once more, with the same id, so that a receiver that has it already can tell."),
            tr("Redeliver %1").arg(m_details ? m_details->delivery.eventType : QString()),
            {{.id = "reason", .title = tr("Reason"), .hint = tr("For the audit log")}}};
}

void DeliveryPane::submit()
{
    m_form->setBusy(true);
    redeliver(m_context.api, m_wanted, m_form->value("reason"), this,
              [this, id = m_wanted](const ApiResult<RawAnswer>& answer) {
                  if (id != m_wanted)
                      return;
                  if (!answer) {
                      m_form->tell(answer.error());
                      return;
                  }
                  m_form->finish();
                  m_banner->tell(Meaning::good, tr("On its way once more."));
                  m_redeliver->setFocus();
                  ask();
                  emit acted();
              });
}

void DeliveryPane::retranslate()
{
    m_facts->setAccessibleName(tr("Delivery"));
    m_redeliver->setText(tr("Redeliver…"));
    m_redeliver->setAccessibleName(m_redeliver->text());
    const auto& who = m_context.session.who();
    m_redeliver->setVisible(m_details && m_details->delivery.status != "pending" && who &&
                            api::operators.admits(who->role));
    if (m_form->isVisible())
        m_form->retitle(formText());
    if (m_details)
        fill();
}

void DeliveryPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

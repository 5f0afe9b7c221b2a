// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/EventPane.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/reconcile/diagnosis_text.h"

#include <QEvent>
#include <QPlainTextEdit>

namespace hpcbill::client
{

EventPane::EventPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_payment(new QPushButton(this))
    , m_facts(new FactsPane(context.theme, this))
    , m_banner(new Banner(context.theme, this))
    , m_replay(new QPushButton(this))
    , m_form(new ActionForm("eventForm", context.theme, this))
{
    setObjectName("eventPane");
    m_payment->setObjectName("eventPayment");
    m_payment->setProperty("kind", "link");
    m_facts->setObjectName("eventFacts");
    m_facts->begin({});
    m_banner->setObjectName("eventBanner");
    m_replay->setObjectName("eventReplay");
    m_state = new ViewState(context.theme, m_facts, this);
    m_state->setObjectName("eventState");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_payment, 0, Qt::AlignLeft);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_banner);
    layout->addWidget(m_replay, 0, Qt::AlignLeft);
    layout->addWidget(m_form);
    connect(m_payment, &QPushButton::clicked, this, [this] {
        if (m_content)
            emit paymentWanted(m_content->event.paymentId);
    });
    connect(m_facts, &FactsPane::closeWanted, this, &EventPane::closeWanted);
    connect(m_state, &ViewState::retryWanted, this, &EventPane::ask);
    connect(m_replay, &QPushButton::clicked, this, [this] {
        m_banner->hide();
        m_form->open(formText(), {}, m_wanted);
    });
    connect(m_form, &ActionForm::dismissed, this, [this] {
        m_form->hide();
        m_replay->setFocus();
    });
    connect(m_form, &ActionForm::submitted, this, &EventPane::submit);
    connect(&context.theme, &Theme::changed, this, &EventPane::retranslate);
    retranslate();
}

void EventPane::show(const QString& eventId)
{
    if (eventId != m_wanted) {
        m_wanted = eventId;
        m_content.reset();
        m_form->hide();
        m_banner->hide();
        retranslate();
    }
    ask();
}

void EventPane::renew()
{
    if (!m_wanted.isEmpty())
        ask();
}

void EventPane::ask()
{
    const quint64 ticket = ++m_ticket;
    if (!m_content)
        m_state->showLoading();
    fetchEvent(m_context.api, m_wanted, this, [this, ticket](const ApiResult<EventContent>& answer) {
        if (ticket != m_ticket)
            return;
        if (!answer) {
            if (!m_content)
                m_state->showError(answer.error());
            return;
        }
        m_content = answer.value();
        retranslate();
        m_state->showContent();
    });
}

void EventPane::fill()
{
    const QLocale locale;
    const PaymentEvent& event = m_content->event;
    m_facts->begin(event.type.isEmpty() ? tr("Message of %1").arg(event.provider) : event.type,
                   outcomeText(event.outcome));
    m_facts->addFact(tr("Signature"), event.isGenuine ? tr("✓ verified") : tr("✗ not verified"),
                     event.isGenuine ? "good" : "bad");
    m_facts->addFact(tr("What was found"), event.detail);
    m_facts->addFact(tr("Provider"), QString("%1 %2").arg(event.provider, event.externalId).trimmed());
    m_facts->addFact(tr("Came"), shownTime(event.receivedAt, locale));
    if (event.deliveries > 1) {
        m_facts->addFact(tr("Times"), localized(QString::number(event.deliveries), locale));
        m_facts->addFact(tr("Last"), shownTime(event.lastReceivedAt, locale));
    }
    m_facts->addSection(tr("As it came"));
    const auto addRaw = [this](const char* name, const QString& spoken, const QString& text, int height) {
        auto* raw = new QPlainTextEdit(text, m_facts);
        raw->setObjectName(name);
        raw->setAccessibleName(spoken);
        raw->setReadOnly(true);
        raw->setTabChangesFocus(true);
        raw->setWordWrapMode(QTextOption::WrapAnywhere);
        raw->setProperty("kind", "raw");
        raw->setFixedHeight(height);
        raw->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); // else the pane spreads what is above it
        m_facts->addWidget(raw);
    };
    addRaw("eventBody", tr("Body of the message"), m_content->body, 200);
    QStringList headers;
    for (const auto& [name, value] : std::as_const(m_content->headers))
        headers << QString("%1: %2").arg(name, value);
    if (headers.isEmpty())
        return;
    m_facts->addSection(tr("Headers"));
    addRaw("eventHeaders", tr("Headers"), headers.join('\n'), 84);
}

FormText EventPane::formText() const
{
    return {tr("Verifies this message once more, against the secrets in force now, and does what it says."),
            tr("Replay this message"),
            {{.id = "reason", .title = tr("Reason"), .hint = tr("For the audit log and the timeline")}}};
}

void EventPane::submit()
{
    m_form->setBusy(true);
    replayEvent(m_context.api, m_wanted, m_form->value("reason"), this,
                [this, id = m_wanted](const ApiResult<PaymentEvent>& answer) {
                    if (id != m_wanted)
                        return;
                    if (!answer) {
                        m_form->tell(answer.error());
                        return;
                    }
                    m_form->finish();
                    m_banner->tell(answer.value().outcome == "applied" ? Meaning::good : Meaning::plain,
                                   tr("Replayed: %1.").arg(outcomeText(answer.value().outcome)));
                    m_replay->setFocus();
                    ask();
                    emit acted();
                });
}

void EventPane::retranslate()
{
    m_facts->setAccessibleName(tr("Message"));
    m_payment->setText(tr("‹ Payment"));
    m_payment->setAccessibleName(tr("Show the payment of this message"));
    m_payment->setToolTip(m_payment->accessibleName());
    m_payment->setVisible(m_content && !m_content->event.paymentId.isEmpty());
    m_replay->setText(tr("Replay…"));
    m_replay->setAccessibleName(m_replay->text());
    const auto& who = m_context.session.who();
    m_replay->setVisible(m_content && who && api::operators.admits(who->role));
    if (m_form->isVisible())
        m_form->retitle(formText());
    if (m_content)
        fill();
}

void EventPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/PaymentActions.h"

#include "client/models/format.h"
#include "client/pages/reconcile/diagnosis_text.h"

#include <QEvent>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

using Action = PaymentActions::Action;

struct Way {
    Action action;
    const char* id;
    const char* key; ///< of the keyboard; empty for none
};

constexpr Way ways[] = {{Action::ask, "ask", "A"},        {Action::replay, "replay", "R"},
                        {Action::markPaid, "markPaid", "M"}, {Action::cancel, "cancel", ""},
                        {Action::resolve, "resolve", ""}, {Action::revert, "revert", ""},
                        {Action::addSecret, "addSecret", ""}};
constexpr int buttonColumns = 3;

QString idOf(Action action)
{
    for (const Way& way : ways) {
        if (way.action == action)
            return QLatin1String(way.id);
    }
    return {};
}

} // namespace

PaymentActions::PaymentActions(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_banner(new Banner(context.theme, this))
    , m_buttons(new QWidget(this))
    , m_form(new ActionForm("paymentForm", context.theme, this))
{
    setObjectName("paymentActions");
    m_banner->setObjectName("paymentBanner");
    for (const Way& way : ways) {
        auto* button = new QPushButton(m_buttons);
        button->setObjectName(QString("payment-") + way.id);
        connect(button, &QPushButton::clicked, this, [this, action = way.action] { begin(action); });
        m_rows.append({way.action, button});
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_banner);
    layout->addWidget(m_buttons);
    layout->addWidget(m_form);
    connect(m_banner, &Banner::actionWanted, this, [this] { begin(Action::revert); });
    connect(m_form, &ActionForm::dismissed, this, &PaymentActions::dismiss);
    connect(m_form, &ActionForm::submitted, this, &PaymentActions::submit);
    connect(m_form, &ActionForm::edited, this, &PaymentActions::keepDraft);
}

void PaymentActions::show(const StuckCase& stuck)
{
    if (stuck.payment.id != m_case.payment.id) {
        m_form->hide();
        m_open.reset();
        m_isSending = false;
        m_banner->hide();
        m_result = nullptr;
    }
    m_case = stuck;
    retranslate();
}

bool PaymentActions::isPossible(Action action) const
{
    const auto& who = m_context.session.who();
    if (!who || !api::operators.admits(who->role) || m_case.payment.id.isEmpty())
        return false;
    const bool isPending = m_case.payment.status == "pending";
    switch (action) {
    case Action::ask:
        return isPending && !m_case.payment.externalId.isEmpty();
    case Action::replay:
        return !m_case.facts.replayableEvents.isEmpty();
    case Action::markPaid:
        return m_case.facts.receiptStatus == "pending";
    case Action::cancel:
        return isPending;
    case Action::resolve:
        return !m_case.payment.attention.isEmpty();
    case Action::revert:
        return m_case.facts.receiptStatus == "paid" &&
               (m_case.facts.receiptPaidHow == "manual" || m_case.facts.receiptPaidHow == "statement");
    case Action::addSecret:
        return m_case.diagnosis == "signature_failed" && api::admins.admits(who->role);
    }
    return false;
}

bool PaymentActions::hasFocusInForm() const
{
    return m_form->isVisible() && m_form->isAncestorOf(QWidget::window()->focusWidget());
}

void PaymentActions::begin(Action action)
{
    if (!isPossible(action) || m_isSending)
        return;
    if (m_open == action) {
        m_form->setFocus();
        return;
    }
    m_open = action;
    m_banner->hide();
    m_isFilling = true;
    m_form->open(formText(action));
    m_form->restore(m_context.settings.value(draftKey(action)).toMap());
    m_isFilling = false;
}

void PaymentActions::dismiss()
{
    m_form->hide();
    for (const Row& row : std::as_const(m_rows)) {
        if (row.action == m_open)
            row.button->setFocus();
    }
    m_open.reset();
}

QString PaymentActions::draftKey(Action action) const
{
    // A `/` in a server's name would open a group of settings of its own.
    return "reconcile/drafts/" + QString("%1 %2 %3")
                                     .arg(m_context.api.server().authority(), m_case.payment.id, idOf(action))
                                     .replace('/', ' ');
}

void PaymentActions::keepDraft()
{
    if (m_isFilling || !m_open || m_open == Action::addSecret) // a secret is never written to disk
        return;
    if (m_form->isTouched())
        m_context.settings.setValue(draftKey(*m_open), m_form->typed());
    else
        m_context.settings.remove(draftKey(*m_open));
}

FormText PaymentActions::formText(Action action) const
{
    const QString& number = m_case.payment.receiptNumber;
    const QString& provider = m_case.payment.provider;
    const FormField reason{.id = "reason", .title = tr("Reason"), .hint = tr("For the audit log and the timeline")};
    switch (action) {
    case Action::ask:
        return {tr("Asks %1 how this payment stands. Where it says paid, and the amount is right, the receipt is "
                   "settled.")
                    .arg(provider),
                tr("Ask %1 about %2").arg(provider, number),
                {reason}};
    case Action::replay:
        return {tr("Verifies the stored messages once more, against the secrets in force now, and does what they say."),
                tr("Replay %n message(s)", nullptr, static_cast<int>(m_case.facts.replayableEvents.size())),
                {reason}};
    case Action::markPaid:
        return {tr("Marks the receipt paid by hand: %1. A checkout under way is ended.")
                    .arg(shownMoney(m_case.facts.expected, QLocale())),
                tr("Mark %1 paid").arg(number),
                {{.id = "method",
                  .kind = FormField::Kind::choice,
                  .title = tr("Paid by"),
                  .choices = paymentMethods()},
                 {.id = "external_reference",
                  .title = tr("Reference"),
                  .hint = tr("Number of the transfer, the charge or the slip")},
                 reason}};
    case Action::cancel:
        return {tr("Ends this payment here and at %1. The receipt stays unpaid, and the payer can begin a new payment.")
                    .arg(provider),
                tr("Cancel the payment of %1").arg(number),
                {reason}};
    case Action::resolve:
        return {tr("Takes the payment off the queue. No money moves by this: return it at %1 first.").arg(provider),
                tr("Resolve %1").arg(number),
                {reason}};
    case Action::revert:
        return {tr("Takes back that it was marked paid by hand: %1 is unpaid again.").arg(number),
                tr("Take back: %1 is not paid").arg(number),
                {reason}};
    case Action::addSecret:
        return {tr("Puts a webhook secret of %1 in force beside those that are. It is kept sealed and never shown "
                   "again. Then replay the messages.")
                    .arg(provider),
                tr("Put the secret in force"),
                {{.id = "name", .title = tr("Name"), .hint = tr("What it is known by, as “before November”")},
                 {.id = "secret", .kind = FormField::Kind::secret, .title = tr("Secret"), .hint = "whsec_…"}}};
    }
    return {};
}

QString PaymentActions::buttonText(Action action) const
{
    switch (action) {
    case Action::ask:
        return tr("Ask provider now");
    case Action::replay:
        return tr("Replay %Ln", nullptr, static_cast<int>(m_case.facts.replayableEvents.size()));
    case Action::markPaid:
        return tr("Mark paid…");
    case Action::cancel:
        return tr("Cancel…");
    case Action::resolve:
        return tr("Resolve…");
    case Action::revert:
        return tr("Take back…");
    case Action::addSecret:
        return tr("Add secret…");
    }
    return {};
}

void PaymentActions::placeButtons()
{
    delete m_buttons->layout();
    auto* grid = new QGridLayout(m_buttons);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(8);
    grid->setColumnStretch(buttonColumns, 1);
    int place = 0;
    for (const Row& row : std::as_const(m_rows)) {
        const bool isOffered = isPossible(row.action);
        row.button->setVisible(isOffered);
        if (!isOffered)
            continue;
        grid->addWidget(row.button, place / buttonColumns, place % buttonColumns, Qt::AlignLeft);
        ++place;
    }
    m_buttons->setVisible(place > 0);
}

void PaymentActions::submit()
{
    if (!m_open || m_isSending)
        return;
    const Action action = *m_open;
    const Payment payment = m_case.payment;
    const QString reason = m_form->value("reason");
    m_isSending = true;
    m_form->setBusy(true);
    const auto takeDetails = [this, payment](const ApiResult<PaymentDetails>& answer, std::function<QString()> sentence) {
        if (payment.id != m_case.payment.id)
            return; // another payment is shown by now: the queue tells the rest
        if (!answer) {
            take(answer.error());
            return;
        }
        m_case = answer.value().about;
        succeed(std::move(sentence));
    };
    const auto takeReceipt = [this, payment](const ApiResult<RawAnswer>& answer, std::function<QString()> sentence,
                                             bool canBeTakenBack) {
        if (payment.id != m_case.payment.id)
            return;
        if (!answer) {
            take(answer.error());
            return;
        }
        // Known at once, so that it can be taken back at once; the rest is read again.
        m_case.facts.receiptStatus = canBeTakenBack ? "paid" : "pending";
        m_case.facts.receiptPaidHow = canBeTakenBack ? "manual" : "";
        succeed(std::move(sentence), canBeTakenBack);
    };
    const QString number = payment.receiptNumber;
    switch (action) {
    case Action::ask:
        actOnPayment(m_context.api, payment.id, "refresh", reason, this, [=, this](const auto& answer) {
            takeDetails(answer, [this] {
                return m_case.payment.status == "succeeded"
                           ? tr("The provider says paid: %1 is settled.").arg(m_case.payment.receiptNumber)
                           : tr("The provider says: %1.").arg(standingText(m_case.facts.askedStanding));
            });
        });
        return;
    case Action::replay:
        replayNext(m_case.facts.replayableEvents, 0, 0);
        return;
    case Action::markPaid:
        markReceiptPaid(m_context.api,
                        {payment.receiptId, m_form->value("method"), m_form->value("external_reference"), reason}, this,
                        [=](const auto& answer) {
                            takeReceipt(answer, [number] { return tr("%1 is marked paid.").arg(number); }, true);
                        });
        return;
    case Action::cancel:
        actOnPayment(m_context.api, payment.id, "cancel", reason, this, [=](const auto& answer) {
            takeDetails(answer, [number] { return tr("The payment of %1 is cancelled.").arg(number); });
        });
        return;
    case Action::resolve:
        actOnPayment(m_context.api, payment.id, "resolve", reason, this, [=](const auto& answer) {
            takeDetails(answer, [number] { return tr("%1 is resolved and off the queue.").arg(number); });
        });
        return;
    case Action::revert:
        revertReceipt(m_context.api, payment.receiptId, reason, this, [=](const auto& answer) {
            takeReceipt(answer, [number] { return tr("Taken back: %1 is unpaid again.").arg(number); }, false);
        });
        return;
    case Action::addSecret:
        addPaymentSecret(m_context.api, {payment.provider, m_form->value("name"), m_form->value("secret")}, this,
                         [this](const ApiResult<RawAnswer>& answer) {
                             if (answer)
                                 succeed([] { return tr("The secret is in force. Replay the messages now."); });
                             else
                                 take(answer.error());
                         });
        return;
    }
}

void PaymentActions::replayNext(const QStringList& events, int done, int applied)
{
    if (done == events.size()) {
        succeed([done, applied] {
            return tr("%n message(s) replayed", nullptr, done) + "; " + tr("%n applied.", nullptr, applied);
        });
        return;
    }
    // One after the other, oldest first: the order in which they came is the order in which they are meant.
    const QString payment = m_case.payment.id;
    replayEvent(m_context.api, events.at(done), m_form->value("reason"), this,
                [this, payment, events, done, applied](const ApiResult<PaymentEvent>& answer) {
                    if (payment != m_case.payment.id)
                        return;
                    if (answer)
                        replayNext(events, done + 1, applied + (answer.value().outcome == "applied" ? 1 : 0));
                    else
                        take(answer.error());
                });
}

void PaymentActions::take(const ApiError& error)
{
    m_isSending = false;
    m_form->tell(error);
    if (error.kind == ApiError::Kind::conflict)
        emit acted(); // it has changed meanwhile
}

void PaymentActions::succeed(std::function<QString()> sentence, bool canBeTakenBack)
{
    m_isSending = false;
    if (m_open)
        m_context.settings.remove(draftKey(*m_open));
    const bool hadFocus = hasFocusInForm();
    m_open.reset();
    m_form->hide();
    m_result = std::move(sentence);
    m_canBeTakenBack = canBeTakenBack;
    retranslate();
    tellResult();
    if (hadFocus)
        setFocus();
    emit acted();
}

void PaymentActions::tellResult()
{
    if (m_result)
        m_banner->tell(Meaning::good, m_result(), m_canBeTakenBack ? tr("Take back…") : QString());
}

void PaymentActions::retranslate()
{
    for (const Row& row : std::as_const(m_rows)) {
        const QString text = buttonText(row.action);
        row.button->setText(text);
        row.button->setAccessibleName(text);
        const QString key = QLatin1String(ways[static_cast<int>(row.action)].key);
        row.button->setToolTip(key.isEmpty() ? text : QString("%1 (%2)").arg(text, key));
    }
    placeButtons();
    if (m_open && !m_isSending && !isPossible(*m_open)) {
        m_form->hide(); // settled by somebody else; what was typed is kept as a draft
        m_open.reset();
    }
    if (m_open)
        m_form->retitle(formText(*m_open));
    if (m_banner->isVisible())
        tellResult();
}

void PaymentActions::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/webhooks/EndpointPane.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

#include <QEvent>
#include <QHBoxLayout>

namespace hpcbill::client
{

namespace
{

/// `ledger.example.org:8443`: what an endpoint is called.
QString hostOf(const Endpoint& endpoint)
{
    return QUrl(endpoint.url).authority(QUrl::FullyEncoded).section('@', -1);
}

} // namespace

EndpointPane::EndpointPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_facts(new FactsPane(context.theme, this))
    , m_secret(new SecretCard("secret", this))
    , m_banner(new Banner(context.theme, this))
    , m_buttons(new QWidget(this))
    , m_edit(new QPushButton(m_buttons))
    , m_pause(new QPushButton(m_buttons))
    , m_rotate(new QPushButton(m_buttons))
    , m_delete(new QPushButton(m_buttons))
    , m_form(new ActionForm("endpointForm", context.theme, this))
{
    setObjectName("endpointPane");
    layOut();
    connect(m_facts, &FactsPane::closeWanted, this, &EndpointPane::closeWanted);
    connect(m_state, &ViewState::retryWanted, this, &EndpointPane::ask);
    connect(m_edit, &QPushButton::clicked, this, [this] { begin(Action::edit); });
    connect(m_rotate, &QPushButton::clicked, this, [this] { begin(Action::rotate); });
    connect(m_delete, &QPushButton::clicked, this, [this] { begin(Action::remove); });
    connect(m_pause, &QPushButton::clicked, this, &EndpointPane::togglePause);
    connect(m_form, &ActionForm::dismissed, this, [this] {
        const bool wasNew = m_open == Action::add;
        m_form->hide();
        m_open.reset();
        if (wasNew)
            emit closeWanted();
        else
            m_edit->setFocus();
    });
    connect(m_form, &ActionForm::submitted, this, &EndpointPane::submit);
    connect(&context.theme, &Theme::changed, this, &EndpointPane::retranslate);
    retranslate();
}

void EndpointPane::layOut()
{
    m_facts->setObjectName("endpointFacts");
    m_facts->begin({});
    m_state = new ViewState(m_context.theme, m_facts, this);
    m_state->setObjectName("endpointState");
    m_banner->setObjectName("endpointBanner");
    m_edit->setObjectName("endpointEdit");
    m_pause->setObjectName("endpointPause");
    m_rotate->setObjectName("endpointRotate");
    m_delete->setObjectName("endpointDelete");
    auto* buttons = new QHBoxLayout(m_buttons);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(8);
    for (QPushButton* button : {m_edit, m_pause, m_rotate, m_delete})
        buttons->addWidget(button);
    buttons->addStretch();
    m_buttons->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_secret);
    layout->addWidget(m_banner);
    layout->addWidget(m_buttons);
    layout->addWidget(m_form);
}

void EndpointPane::show(const QString& endpointId)
{
    if (endpointId != m_wanted || m_open == Action::add) {
        m_wanted = endpointId;
        m_endpoint.reset();
        m_open.reset();
        m_form->hide();
        m_banner->hide();
        m_secret->forget();
        m_buttons->hide();
    }
    ask();
}

void EndpointPane::beginNew()
{
    ++m_ticket; // an answer about the one before comes too late
    m_wanted.clear();
    m_endpoint.reset();
    m_secret->forget();
    m_buttons->hide();
    m_facts->begin(tr("New endpoint"));
    m_state->showContent();
    begin(Action::add);
}

void EndpointPane::renew()
{
    if (!m_wanted.isEmpty())
        ask();
}

void EndpointPane::ask()
{
    const quint64 ticket = ++m_ticket;
    if (!m_endpoint)
        m_state->showLoading();
    fetchEndpoint(m_context.api, m_wanted, this, [this, ticket](const ApiResult<Endpoint>& answer) {
        if (ticket != m_ticket)
            return;
        if (!answer) {
            if (!m_endpoint)
                m_state->showError(answer.error());
            return;
        }
        m_endpoint = answer.value();
        m_buttons->show();
        retranslate();
        m_state->showContent();
    });
}

void EndpointPane::fill()
{
    const QLocale locale;
    const Endpoint& endpoint = *m_endpoint;
    const auto counted = [&locale](qint64 count) { return localized(QString::number(count), locale); };
    m_facts->begin(hostOf(endpoint), endpoint.description);
    m_facts->addFact(tr("State"), endpointStateText(endpoint),
                     endpoint.status == "paused" ? "quiet" : endpoint.failures > 0 ? "attention" : "good");
    m_facts->addFact(tr("Address"), endpoint.url);
    m_facts->addFact(tr("Events"), endpoint.eventTypes.isEmpty() ? tr("all") : endpoint.eventTypes.join(", "));
    m_facts->addSection(tr("Health"));
    m_facts->addFact(tr("Last success"), endpoint.lastSuccessAt.isValid() ? shownTime(endpoint.lastSuccessAt, locale)
                                                                          : tr("none yet"));
    m_facts->addFact(tr("Last failure"), shownTime(endpoint.lastFailureAt, locale));
    m_facts->addFact(tr("What failed"), endpoint.failures > 0 ? endpoint.lastError : QString());
    m_facts->addFact(tr("Failed in a row"), counted(endpoint.failures));
    m_facts->addFact(tr("Waiting"), counted(endpoint.pending));
    m_facts->addFact(tr("Given up"), counted(endpoint.dead));
    m_facts->addSection(tr("Secrets"));
    for (const Endpoint::Secret& secret : endpoint.secrets) {
        m_facts->addFact(shownTime(secret.createdAt, locale),
                         secret.expiresAt.isValid() ? tr("signs until %1").arg(shownTime(secret.expiresAt, locale))
                                                    : tr("in force"));
    }
    m_facts->addSection(tr("Made"));
    m_facts->addText(tr("%1 by %2").arg(shownTime(endpoint.createdAt, locale), endpoint.createdBy), "quiet");
}

FormText EndpointPane::formText(Action action) const
{
    const QString host = m_endpoint ? hostOf(*m_endpoint) : QString();
    const FormField url{.id = "url", .title = tr("Address"), .hint = "https://ledger.example.org/hooks"};
    const FormField description{
        .id = "description", .isRequired = false, .title = tr("Description"), .hint = tr("Who receives it")};
    FormField types{.id = "event_types",
                    .kind = FormField::Kind::ticks,
                    .isRequired = false,
                    .title = tr("Events"),
                    .hint = tr("None ticked: all, also those of later versions")};
    for (const QString& type : webhookEvents())
        types.choices.append({type, type});
    switch (action) {
    case Action::add:
        return {tr("What happens is sent to this address, signed. Without ticks, all events are sent."),
                tr("Add the endpoint"),
                {url, description, types}};
    case Action::edit:
        return {tr("Without ticks, all events are sent."), tr("Save %1").arg(host), {url, description, types}};
    case Action::rotate:
        return {tr("Makes a new secret. What is sent is signed with both for as long as the old one is kept."),
                tr("Rotate the secret of %1").arg(host),
                {{.id = "overlap_hours",
                  .kind = FormField::Kind::choice,
                  .title = tr("Keep the old one for"),
                  .choices = {{"24", tr("24 hours")},
                              {"1", tr("1 hour")},
                              {"168", tr("7 days")},
                              {"0", tr("not at all: it is known to others")}}}}};
    case Action::remove:
        return {tr("Nothing more is sent to %1. What waits for it is given up, and its secrets are destroyed. This "
                   "cannot be undone.")
                    .arg(host),
                tr("Delete the endpoint %1").arg(host),
                {},
                true};
    }
    return {};
}

void EndpointPane::begin(Action action)
{
    m_open = action;
    m_banner->hide();
    const QString key = QString("%1 %2").arg(static_cast<int>(action)).arg(m_wanted);
    QVariantMap atFirst;
    if (action == Action::edit) {
        // An edit that waited goes on from what it began with: what others changed meanwhile is then told.
        m_base = m_form->hasKept(key) ? m_bases.value(m_wanted, *m_endpoint) : *m_endpoint;
        m_bases[m_wanted] = *m_base;
        atFirst = {{"url", m_base->url},
                   {"description", m_base->description},
                   {"event_types", m_base->eventTypes.join(',')}};
    }
    m_form->open(formText(action), atFirst, key);
}

void EndpointPane::submit()
{
    m_form->setBusy(true);
    const auto takeMade = [this](const std::function<QString()>& sentence) {
        return [this, sentence](const ApiResult<EndpointWithSecret>& answer) {
            if (answer)
                takeSecret(answer.value(), sentence);
            else
                m_form->tell(answer.error());
        };
    };
    switch (*m_open) {
    case Action::add:
        addEndpoint(m_context.api,
                    {m_form->value("url"), m_form->value("description"), m_form->ticked("event_types")}, this,
                    takeMade([] { return tr("The endpoint is added."); }));
        return;
    case Action::edit:
        save();
        return;
    case Action::rotate:
        rotateSecret(m_context.api, m_wanted, m_form->value("overlap_hours").toInt(), this,
                     takeMade([] { return tr("The secret is rotated."); }));
        return;
    case Action::remove:
        deleteEndpoint(m_context.api, *m_endpoint, this, [this](const ApiResult<RawAnswer>& answer) {
            if (answer) {
                m_form->finish();
                m_open.reset();
                emit changed({});
                return;
            }
            m_form->tell(answer.error());
            ask(); // if it was changed meanwhile, the next try is about what is shown then
        });
        return;
    }
}

void EndpointPane::save()
{
    // Only what was changed here: what somebody else changed beside it stays theirs.
    QJsonObject changes;
    if (m_form->value("url") != m_base->url)
        changes["url"] = m_form->value("url");
    if (m_form->value("description") != m_base->description)
        changes["description"] = m_form->value("description");
    const QStringList types = m_form->ticked("event_types");
    if (QSet<QString>(types.begin(), types.end()) !=
        QSet<QString>(m_base->eventTypes.begin(), m_base->eventTypes.end()))
        changes["event_types"] = QJsonArray::fromStringList(types);
    if (changes.isEmpty()) {
        m_form->finish();
        m_open.reset();
        return;
    }
    sendChange(changes, [] { return tr("Saved."); });
}

void EndpointPane::sendChange(const QJsonObject& changes, const std::function<QString()>& sentence)
{
    const Endpoint base = m_open == Action::edit ? *m_base : *m_endpoint;
    changeEndpoint(m_context.api, base, changes, this, [this, sentence](const ApiResult<RawAnswer>& answer) {
        if (answer)
            succeed(sentence);
        else if (answer.error().kind == ApiError::Kind::stale && m_open == Action::edit)
            readTheirs();
        else if (m_open)
            m_form->tell(answer.error());
        else
            m_banner->tell(answer.error());
    });
}

void EndpointPane::readTheirs()
{
    fetchEndpoint(m_context.api, m_wanted, this, [this](const ApiResult<Endpoint>& answer) {
        if (!answer) {
            m_form->tell(answer.error());
            return;
        }
        const Endpoint& theirs = answer.value();
        QStringList differences;
        if (theirs.url != m_base->url)
            differences << tr("Address: %1").arg(theirs.url);
        if (theirs.description != m_base->description)
            differences << tr("Description: %1").arg(theirs.description);
        if (theirs.eventTypes != m_base->eventTypes)
            differences << tr("Events: %1").arg(theirs.eventTypes.isEmpty() ? tr("all") : theirs.eventTypes.join(", "));
        if (theirs.status != m_base->status)
            differences << tr("State: %1").arg(endpointStateText(theirs));
        m_base = theirs;
        m_bases[m_wanted] = theirs;
        m_endpoint = theirs;
        fill();
        m_form->setBusy(false);
        m_banner->tell(Meaning::attention,
                       tr("Somebody else has changed this in the meantime. What you typed is kept and not saved; save "
                          "again to put yours in place of theirs.") +
                           (differences.isEmpty() ? QString() : '\n' + differences.join('\n')));
    });
}

void EndpointPane::togglePause()
{
    if (!m_endpoint)
        return;
    const bool isPaused = m_endpoint->status == "paused";
    m_form->hide();
    m_open.reset();
    sendChange({{"status", isPaused ? "active" : "paused"}}, [isPaused] {
        return isPaused ? tr("Resumed: what waited is sent now.") : tr("Paused: what happens waits until it is resumed.");
    });
}

void EndpointPane::succeed(const std::function<QString()>& sentence)
{
    m_form->finish();
    m_open.reset();
    m_result = sentence;
    m_banner->tell(Meaning::good, m_result());
    ask();
    emit changed(m_wanted);
}

void EndpointPane::takeSecret(const EndpointWithSecret& made, const std::function<QString()>& sentence)
{
    m_wanted = made.endpoint.id;
    succeed(sentence);
    m_secret->show(secretText(), made.secret);
}

QString EndpointPane::secretText()
{
    return tr("The new secret, by which the receiver verifies what we send. It is shown this once only: copy it to the "
              "receiver now.");
}

void EndpointPane::retranslate()
{
    const auto name = [](QPushButton* button, const QString& text) {
        button->setText(text);
        button->setAccessibleName(text);
    };
    m_facts->setAccessibleName(tr("Endpoint"));
    m_secret->retitle(secretText());
    name(m_edit, tr("Edit…"));
    name(m_pause, m_endpoint && m_endpoint->status == "paused" ? tr("Resume") : tr("Pause"));
    name(m_rotate, tr("Rotate secret…"));
    name(m_delete, tr("Delete…"));
    if (m_open)
        m_form->retitle(formText(*m_open));
    if (m_endpoint)
        fill();
    else if (m_open == Action::add)
        m_facts->begin(tr("New endpoint"));
    if (m_banner->isVisible() && m_result && !m_open)
        m_banner->tell(Meaning::good, m_result());
}

void EndpointPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

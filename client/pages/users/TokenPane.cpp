// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/users/TokenPane.h"

#include "client/models/format.h"

#include <QEvent>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace hpcbill::client
{

TokenPane::TokenPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_facts(new FactsPane(context.theme, this))
    , m_secret(new SecretCard("token", this))
    , m_banner(new Banner(context.theme, this))
    , m_revoke(new QPushButton(this))
    , m_form(new ActionForm("tokenForm", context.theme, this))
{
    setObjectName("tokenPane");
    m_facts->setObjectName("tokenFacts");
    m_facts->begin({});
    m_banner->setObjectName("tokenBanner");
    m_revoke->setObjectName("tokenRevoke");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_facts, 1);
    layout->addWidget(m_secret);
    layout->addWidget(m_banner);
    layout->addWidget(m_revoke, 0, Qt::AlignLeft);
    layout->addWidget(m_form);
    connect(m_facts, &FactsPane::closeWanted, this, &TokenPane::closeWanted);
    connect(m_revoke, &QPushButton::clicked, this, [this] {
        m_banner->hide();
        m_form->open(formText());
    });
    connect(m_form, &ActionForm::dismissed, this, [this] {
        m_form->hide();
        if (m_token)
            m_revoke->setFocus();
        else
            emit closeWanted();
    });
    connect(m_form, &ActionForm::submitted, this, &TokenPane::submit);
    connect(&context.theme, &Theme::changed, this, &TokenPane::retranslate);
    retranslate();
}

void TokenPane::show(const ApiToken& token)
{
    if (token.id != id()) {
        m_form->hide();
        m_banner->hide();
        m_secret->forget();
    }
    m_token = token;
    m_revoke->show();
    retranslate();
}

void TokenPane::beginNew()
{
    m_token.reset();
    m_secret->forget();
    m_banner->hide();
    m_revoke->hide();
    m_form->open(formText(), {{"routes", "GET /api/v1/*"}, {"roles", "auditor"}}, "new");
    retranslate();
}

void TokenPane::fill()
{
    const QLocale locale;
    const ApiToken& token = *m_token;
    const bool hasExpired = token.expiresAt <= m_context.now();
    m_facts->begin(token.name);
    m_facts->addFact(tr("State"), tokenStateText(token, m_context.now()), hasExpired ? "bad" : "good");
    m_facts->addFact(tr("Expires"), shownTime(token.expiresAt, locale));
    m_facts->addFact(tr("Last use"), token.lastUsedAt.isValid() ? shownTime(token.lastUsedAt, locale) : tr("never"));
    m_facts->addFact(tr("Roles"), rolesText(token.roles));
    m_facts->addSection(tr("May ask for"));
    m_facts->addText(token.routes.join('\n'));
    m_facts->addSection(tr("Made"));
    m_facts->addText(tr("%1 by %2").arg(shownTime(token.createdAt, locale), token.createdBy), "quiet");
}

FormText TokenPane::formText() const
{
    if (m_token)
        return {tr("Whatever uses %1 is refused from now on. This cannot be undone; a new token can be made.")
                    .arg(m_token->name),
                tr("Revoke the token %1").arg(m_token->name),
                {},
                true};
    QList<std::pair<QString, QString>> roles;
    for (const QString& code : {QString("auditor"), QString("operator"), QString("admin")})
        roles.append({code, rolesText({code})});
    return {tr("For a machine: it may do what the ticked roles may, and of that only the routes named here."),
            tr("Make the token"),
            {{.id = "name", .title = tr("Name"), .hint = tr("Who uses it: ledger-export")},
             {.id = "roles", .kind = FormField::Kind::ticks, .title = tr("Roles"), .choices = roles},
             {.id = "routes",
              .title = tr("May ask for"),
              .hint = tr("GET /api/v1/receipts, GET /api/v1/usage*: a * stands for what follows")},
             {.id = "expires_at",
              .kind = FormField::Kind::choice,
              .title = tr("Expires in"),
              .choices = {{"90", tr("90 days")}, {"30", tr("30 days")}, {"7", tr("7 days")}, {"365", tr("1 year")}}}}};
}

void TokenPane::submit()
{
    m_form->setBusy(true);
    if (!m_token) {
        make();
        return;
    }
    revokeApiToken(m_context.api, m_token->id, this, [this](const ApiResult<RawAnswer>& answer) {
        if (!answer && answer.error().kind != ApiError::Kind::notFound) { // revoked by somebody else: as wanted
            m_form->tell(answer.error());
            return;
        }
        m_form->finish();
        emit changed({});
    });
}

void TokenPane::make()
{
    static const QRegularExpression separator("\\s*[,;\\n]\\s*");
    const ApiTokenOrder order{m_form->value("name"), m_form->ticked("roles"),
                              m_form->value("routes").split(separator, Qt::SkipEmptyParts),
                              m_context.now().addDays(m_form->value("expires_at").toInt())};
    addApiToken(m_context.api, order, this, [this](const ApiResult<ApiTokenWithSecret>& answer) {
        if (!answer) {
            m_form->tell(answer.error());
            return;
        }
        m_form->finish();
        m_token = answer.value().token;
        m_revoke->show();
        retranslate();
        m_secret->show({}, answer.value().secret);
        retranslate();
        emit changed(m_token->id);
    });
}

void TokenPane::retranslate()
{
    m_facts->setAccessibleName(tr("API token"));
    m_secret->retitle(tr("The token, to be sent as “Authorization: Bearer …”. It is shown this once only: copy it to the "
                         "machine now."));
    m_revoke->setText(tr("Revoke…"));
    m_revoke->setAccessibleName(m_revoke->text());
    if (m_form->isVisible())
        m_form->retitle(formText());
    if (m_token)
        fill();
    else
        m_facts->begin(tr("New API token"));
}

void TokenPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/TierTester.h"

#include "client/widgets/error_text.h"

#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

constexpr int changesShown = 8;

QLabel* wrapped(const char* name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

TierTester::TierTester(const PageContext& context, QWidget* parent)
    : QFrame(parent)
    , m_context(context)
    , m_title(new QLabel(this))
    , m_userLabel(new QLabel(this))
    , m_user(new QLineEdit(this))
    , m_accountLabel(new QLabel(this))
    , m_account(new QLineEdit(this))
    , m_verdict(wrapped("tierVerdict", this))
    , m_changes(wrapped("tierChanges", this))
{
    setObjectName("tierTester");
    setProperty("kind", "pane");
    m_title->setProperty("kind", "section");
    m_user->setObjectName("tierTestUser");
    m_account->setObjectName("tierTestAccount");
    m_userLabel->setBuddy(m_user);
    m_accountLabel->setBuddy(m_account);
    m_changes->setProperty("kind", "quiet");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    for (QWidget* part : std::initializer_list<QWidget*>{m_title, m_userLabel, m_user, m_accountLabel, m_account, m_verdict, m_changes})
        layout->addWidget(part);
    layout->addStretch();
    m_patience.setSingleShot(true);
    m_patience.setInterval(250);
    connect(&m_patience, &QTimer::timeout, this, &TierTester::ask);
    for (QLineEdit* field : {m_user, m_account})
        connect(field, &QLineEdit::textChanged, this, [this] { m_patience.start(); });
    retranslate();
}

void TierTester::setRules(const QList<TierRule>& rules)
{
    m_rules = rules;
    m_patience.start();
}

void TierTester::ask()
{
    const quint64 ticket = ++m_ticket;
    const QString user = m_user->text().trimmed();
    if (user.isEmpty()) {
        m_shown.reset();
        retranslate();
        emit matched({});
        return;
    }
    testTierRules(m_context.api, user, m_account->text().trimmed(), m_rules, this,
                  [this, ticket](const ApiResult<TierVerdict>& answer) {
                      if (ticket != m_ticket)
                          return;
                      if (answer)
                          show(answer.value());
                      else
                          show(answer.error());
                  });
}

void TierTester::show(const TierVerdict& verdict)
{
    m_shown = verdict;
    retranslate();
    emit matched(verdict.matches);
}

void TierTester::show(const ApiError& error)
{
    m_shown.reset();
    // A rule that will not do is told where it stands; the sentence of the first one is enough here.
    m_verdict->setText(error.fields.isEmpty() ? errorText(error) : error.fields.first().detail);
    m_changes->clear();
    emit matched({});
}

void TierTester::retranslate()
{
    m_title->setText(tr("Try a name"));
    m_userLabel->setText(tr("User"));
    m_accountLabel->setText(tr("Account (may be empty)"));
    m_user->setAccessibleName(m_userLabel->text());
    m_account->setAccessibleName(m_accountLabel->text());
    if (!m_shown) {
        m_verdict->setText(tr("Type a user name to see its tier by these rules, and why."));
        m_changes->clear();
        return;
    }
    const TierVerdict& verdict = *m_shown;
    if (verdict.source == "override")
        m_verdict->setText(tr("%1: %2, set for this user; by nature %3").arg(verdict.user, verdict.tier, verdict.naturalTier));
    else if (verdict.source == "account")
        m_verdict->setText(tr("%1: %2, the tier of the account; by nature %3").arg(verdict.user, verdict.tier, verdict.naturalTier));
    else if (verdict.rule)
        m_verdict->setText(tr("%1: %2, by rule %3 (%4)").arg(verdict.user, verdict.tier).arg(*verdict.rule).arg(verdict.pattern));
    else
        m_verdict->setText(tr("%1: %2, the default: no rule matches").arg(verdict.user, verdict.tier));
    if (verdict.usersChanged == 0) {
        m_changes->setText(tr("Nobody else changes tier by these rules."));
        return;
    }
    QStringList lines{tr("%Ln known user(s) would change tier:", nullptr, static_cast<int>(verdict.usersChanged))};
    for (const TierVerdict::Change& change : verdict.changes.first(std::min<qsizetype>(changesShown, verdict.changes.size())))
        lines << QString::fromUtf8("%1: %2 → %3").arg(change.user, change.from, change.to);
    if (verdict.usersChanged > changesShown)
        lines << QString::fromUtf8("…");
    m_changes->setText(lines.join('\n'));
}

} // namespace hpcbill::client

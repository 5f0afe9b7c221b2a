// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/users/UserPane.h"

#include "client/models/format.h"
#include "client/widgets/role_text.h"

#include <QEvent>
#include <QHBoxLayout>

namespace hpcbill::client
{

namespace
{

QList<std::pair<QString, QString>> roleChoices()
{
    QList<std::pair<QString, QString>> choices;
    for (const api::Role role : {api::Role::user, api::Role::auditor, api::Role::operator_, api::Role::admin})
        choices.append({roleCode(role), roleText(role)});
    return choices;
}

} // namespace

UserPane::UserPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_facts(new FactsPane(context.theme, this))
    , m_sessions(new SessionsList("userSessions", context, this))
    , m_secret(new SecretCard("password", this))
    , m_banner(new Banner(context.theme, this))
    , m_buttons(new QWidget(this))
    , m_role(new QPushButton(m_buttons))
    , m_reset(new QPushButton(m_buttons))
    , m_disable(new QPushButton(m_buttons))
    , m_form(new ActionForm("userForm", context.theme, this))
{
    setObjectName("userPane");
    layOut();
    connect(m_facts, &FactsPane::closeWanted, this, &UserPane::closeWanted);
    connect(m_role, &QPushButton::clicked, this, [this] { begin(Action::changeRole); });
    connect(m_reset, &QPushButton::clicked, this, [this] { begin(Action::resetPassword); });
    connect(m_disable, &QPushButton::clicked, this, [this] {
        if (m_user && m_user->isDisabled)
            enable();
        else
            begin(Action::disable);
    });
    connect(m_banner, &Banner::actionWanted, this, &UserPane::undo);
    connect(m_form, &ActionForm::dismissed, this, [this] {
        const bool wasNew = m_open == Action::add;
        m_form->hide();
        m_open.reset();
        if (wasNew)
            emit closeWanted();
        else
            m_role->setFocus();
    });
    connect(m_form, &ActionForm::submitted, this, &UserPane::submit);
    connect(&context.theme, &Theme::changed, this, &UserPane::retranslate);
    retranslate();
}

void UserPane::layOut()
{
    m_facts->setObjectName("userFacts");
    m_facts->begin({});
    m_banner->setObjectName("userBanner");
    m_role->setObjectName("userRole");
    m_reset->setObjectName("userReset");
    m_disable->setObjectName("userDisable");
    auto* buttons = new QHBoxLayout(m_buttons);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(8);
    for (QPushButton* button : {m_role, m_reset, m_disable})
        buttons->addWidget(button);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_facts, 2);
    layout->addWidget(m_sessions, 1);
    layout->addWidget(m_secret);
    layout->addWidget(m_banner);
    layout->addWidget(m_buttons);
    layout->addWidget(m_form);
}

void UserPane::show(const User& user)
{
    if (user.username != username()) {
        m_open.reset();
        m_form->hide();
        m_banner->hide();
        m_secret->forget();
        m_undo = nullptr;
    }
    m_user = user;
    m_sessions->show(user.username);
    m_sessions->setVisible(true);
    m_buttons->show();
    retranslate();
}

void UserPane::beginNew()
{
    m_user.reset();
    m_secret->forget();
    m_buttons->hide();
    m_sessions->hide();
    m_facts->begin(tr("New user"));
    begin(Action::add);
}

bool UserPane::isOwn() const
{
    return m_user && m_context.session.who() && m_context.session.who()->username == m_user->username;
}

void UserPane::fill()
{
    const QLocale locale;
    const User& user = *m_user;
    m_facts->begin(user.username, isOwn() ? tr("This is you") : QString());
    m_facts->addFact(tr("Role"), roleText(user.role));
    m_facts->addFact(tr("State"), userStateText(user),
                     user.isDisabled ? "quiet" : user.mustChangePassword ? "attention" : "good");
    m_facts->addFact(tr("Password set"), shownTime(user.passwordChangedAt, locale));
    m_facts->addFact(tr("Added"), shownTime(user.createdAt, locale));
}

FormText UserPane::formText(Action action) const
{
    const QString name = username();
    const FormField role{.id = "role", .kind = FormField::Kind::choice, .title = tr("Role"), .choices = roleChoices()};
    switch (action) {
    case Action::add:
        return {tr("A password is made and shown once. It has to be changed at the first login."),
                tr("Add the user"),
                {{.id = "username", .title = tr("Name"), .hint = tr("As on the cluster")}, role}};
    case Action::changeRole:
        return {tr("What %1 may do changes at once, and %1 is logged out everywhere.").arg(name),
                tr("Save the role of %1").arg(name),
                {role}};
    case Action::disable:
        return {tr("%1 is logged out everywhere at once and cannot log in any more. Usage, receipts and records stay. "
                   "This can be undone.")
                    .arg(name),
                tr("Disable %1").arg(name),
                {}};
    case Action::resetPassword:
        return {tr("A new password is made and shown once. %1 is logged out everywhere, and has to choose another "
                   "password at the next login. The old one is gone.")
                    .arg(name),
                tr("Reset the password of %1").arg(name),
                {},
                true};
    }
    return {};
}

void UserPane::begin(Action action)
{
    m_open = action;
    m_banner->hide();
    QVariantMap atFirst;
    if (action == Action::changeRole)
        atFirst["role"] = roleCode(m_user->role);
    m_form->open(formText(action), atFirst, QString("%1 %2").arg(static_cast<int>(action)).arg(username()));
}

void UserPane::submit()
{
    m_form->setBusy(true);
    switch (*m_open) {
    case Action::add: {
        const QString password = makePassword();
        const api::Role role = api::parseRole(m_form->value("role").toStdString()).value_or(api::Role::user);
        addUser(m_context.api, m_form->value("username"), role, password, this,
                [this, password](const ApiResult<User>& answer) {
                    if (!answer) {
                        m_form->tell(answer.error());
                        return;
                    }
                    m_user = answer.value();
                    m_undo = nullptr;
                    takeDone(answer.value(), [] { return tr("The user is added."); });
                    showPassword(password);
                });
        return;
    }
    case Action::changeRole:
        takeRole();
        return;
    case Action::disable:
        sendChange({{"disabled", true}}, [] { return tr("Disabled and logged out everywhere."); }, [this] { enable(); });
        return;
    case Action::resetPassword: {
        const QString password = makePassword();
        hpcbill::client::resetPassword(m_context.api, username(), password, this,
                                       [this, password](const ApiResult<RawAnswer>& answer) {
                                           if (!answer) {
                                               m_form->tell(answer.error());
                                               return;
                                           }
                                           m_undo = nullptr;
                                           takeDone(*m_user, [] { return tr("The password is reset."); });
                                           showPassword(password);
                                       });
        return;
    }
    }
}

void UserPane::takeRole()
{
    const QString before = roleCode(m_user->role);
    const QString after = m_form->value("role");
    if (before == after) {
        m_form->finish();
        m_open.reset();
        return;
    }
    const auto saved = [] { return tr("The role is changed."); };
    sendChange({{"role", after}}, saved, [this, before] {
        sendChange({{"role", before}}, [] { return tr("The role is what it was."); }, nullptr);
    });
}

void UserPane::enable()
{
    sendChange({{"disabled", false}}, [] { return tr("Enabled: the password is the one from before."); }, nullptr);
}

void UserPane::sendChange(const QJsonObject& changes, const std::function<QString()>& sentence,
                          const std::function<void()>& undo)
{
    changeUser(m_context.api, *m_user, changes, this, [this, sentence, undo](const ApiResult<User>& answer) {
        if (answer) {
            m_user = answer.value();
            m_undo = undo;
            takeDone(answer.value(), sentence);
            return;
        }
        if (m_open)
            m_form->tell(answer.error());
        else
            m_banner->tell(answer.error());
        if (answer.error().kind == ApiError::Kind::stale)
            emit changed(username()); // the next try is about what is shown then
    });
}

void UserPane::undo()
{
    const std::function<void()> undo = std::exchange(m_undo, nullptr);
    m_banner->hide();
    if (undo)
        undo();
}

void UserPane::takeDone(const User& user, const std::function<QString()>& sentence)
{
    m_form->finish();
    m_open.reset();
    m_result = sentence;
    m_buttons->show();
    retranslate();
    m_banner->tell(Meaning::good, m_result(), m_undo ? tr("Undo") : QString());
    emit changed(user.username);
}

void UserPane::showPassword(const QString& password)
{
    m_secret->show({}, password);
    retranslate();
}

void UserPane::retranslate()
{
    const auto name = [](QPushButton* button, const QString& text) {
        button->setText(text);
        button->setAccessibleName(text);
    };
    m_facts->setAccessibleName(tr("User"));
    m_secret->retitle(tr("The password of %1, to be handed over in person or by another way than the name. It is shown "
                         "this once only.")
                          .arg(username()));
    name(m_role, tr("Change role…"));
    name(m_reset, tr("Reset password…"));
    name(m_disable, m_user && m_user->isDisabled ? tr("Enable") : tr("Disable…"));
    // Whoever locks themselves out cannot undo it.
    m_disable->setEnabled(!isOwn());
    m_disable->setToolTip(isOwn() ? tr("Another administrator can disable you; you cannot.") : QString());
    if (m_open)
        m_form->retitle(formText(*m_open));
    if (m_user)
        fill();
    else if (m_open == Action::add)
        m_facts->begin(tr("New user"));
    if (m_banner->isVisible() && m_result && !m_open)
        m_banner->tell(Meaning::good, m_result(), m_undo ? tr("Undo") : QString());
}

void UserPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

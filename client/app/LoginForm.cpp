// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/LoginForm.h"

#include "client/widgets/Page.h"
#include "client/widgets/error_text.h"
#include "client/widgets/setting.h"

#include <QEvent>
#include <QHostAddress>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

const Setting<QString> lastServer{"login/server", "http://127.0.0.1:8080"};
const Setting<QString> lastUsername{"login/username", {}};
const Setting<bool> staySignedIn{"login/staySignedIn", true};

/// What was typed as a server's address; `billing.example.org` alone means https.
QUrl serverUrl(const QString& typed)
{
    const QString text = typed.trimmed();
    QUrl url(text.contains("://") ? text : "https://" + text, QUrl::StrictMode);
    if (url.scheme() != "https" && url.scheme() != "http")
        return {};
    if (url.host().isEmpty())
        return {};
    url.setUserInfo({});
    return url;
}

bool isOwnComputer(const QUrl& url)
{
    return url.host() == "localhost" || QHostAddress(url.host()).isLoopback();
}

} // namespace

LoginForm::LoginForm(Purpose purpose, const PageContext& context, SessionKeeper& keeper, QWidget* parent)
    : QWidget(parent)
    , m_purpose(purpose)
    , m_context(context)
    , m_keeper(keeper)
    , m_title(new QLabel(this))
    , m_lead(new QLabel(this))
    , m_serverLabel(new QLabel(this))
    , m_server(new QLineEdit(this))
    , m_usernameLabel(new QLabel(this))
    , m_username(new QLineEdit(this))
    , m_passwordLabel(new QLabel(this))
    , m_password(new QLineEdit(this))
    , m_stay(new QCheckBox(this))
    , m_stayNote(new QLabel(this))
    , m_message(new QLabel(this))
    , m_submit(new QPushButton(this))
{
    layOut();
    setServer(lastServer.read(context.settings));
    setUsername(lastUsername.read(context.settings));
    m_stay->setChecked(staySignedIn.read(context.settings));
    m_keeper.setWanted(m_stay->isChecked());
    for (QLineEdit* field : {m_server, m_username, m_password}) {
        connect(field, &QLineEdit::returnPressed, this, &LoginForm::submit);
    }
    connect(m_server, &QLineEdit::textChanged, this, &LoginForm::warnOfPlainText);
    connect(m_submit, &QPushButton::clicked, this, &LoginForm::submit);
    connect(m_stay, &QCheckBox::clicked, this, [this](bool isWanted) {
        staySignedIn.write(m_context.settings, isWanted);
        m_keeper.setWanted(isWanted);
    });
    connect(&m_keeper, &SessionKeeper::changed, this, &LoginForm::showKeeper);
    connect(&context.theme, &Theme::changed, this, &LoginForm::warnOfPlainText);
    if (purpose == Purpose::first) {
        connect(m_server, &QLineEdit::editingFinished, this, &LoginForm::resume);
        connect(&context.session, &Session::began, this, [this] {
            setUsername(m_context.session.who()->username);
            lastServer.write(m_context.settings, m_server->text().trimmed());
            lastUsername.write(m_context.settings, m_username->text());
        });
    }
    retranslate();
}

void LoginForm::layOut()
{
    auto* sign = new QLabel(this);
    sign->setPixmap(QIcon(":/icons/hpcbill.svg").pixmap(48, 48));
    m_title->setProperty("kind", "title");
    for (QLabel* label : {m_lead, m_stayNote}) {
        label->setProperty("kind", "quiet");
        label->setWordWrap(true);
    }
    m_message->setWordWrap(true);
    m_message->setObjectName("loginMessage");
    m_server->setObjectName("loginServer");
    m_username->setObjectName("loginUsername");
    m_password->setObjectName("loginPassword");
    m_password->setEchoMode(QLineEdit::Password);
    m_stay->setObjectName("loginStay");
    m_stayNote->setObjectName("loginStayNote");
    m_submit->setObjectName("loginSubmit");
    m_submit->setProperty("kind", "primary");
    m_submit->setDefault(true);
    m_serverLabel->setBuddy(m_server);
    m_usernameLabel->setBuddy(m_username);
    m_passwordLabel->setBuddy(m_password);
    const bool isFirst = m_purpose == Purpose::first;
    m_server->setEnabled(isFirst);
    m_username->setEnabled(isFirst);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(4);
    layout->addWidget(sign);
    layout->addWidget(m_title);
    layout->addWidget(m_lead);
    layout->addSpacing(12);
    layout->addWidget(m_serverLabel);
    layout->addWidget(m_server);
    layout->addSpacing(4);
    layout->addWidget(m_usernameLabel);
    layout->addWidget(m_username);
    layout->addSpacing(4);
    layout->addWidget(m_passwordLabel);
    layout->addWidget(m_password);
    layout->addSpacing(4);
    layout->addWidget(m_stay);
    layout->addWidget(m_stayNote);
    layout->addSpacing(8);
    layout->addWidget(m_message);
    layout->addWidget(m_submit);
    setFixedWidth(360);
    // What was chosen when the session began holds for its renewal.
    for (QWidget* part : {static_cast<QWidget*>(m_stay), static_cast<QWidget*>(m_stayNote)})
        part->setVisible(isFirst);
    sign->setVisible(isFirst);
}

void LoginForm::setServer(const QString& server)
{
    m_server->setText(server);
}

void LoginForm::setUsername(const QString& username)
{
    m_username->setText(username);
}

void LoginForm::begin()
{
    m_password->clear();
    setBusy(false);
    warnOfPlainText();
    for (QLineEdit* field : {m_server, m_username, m_password}) {
        if (field->isEnabled() && field->text().isEmpty()) {
            field->setFocus();
            return;
        }
    }
}

void LoginForm::resume()
{
    const QUrl server = serverUrl(m_server->text());
    if (!server.isValid() || m_isBusy || m_server->text() == m_askedFor)
        return;
    m_askedFor = m_server->text();
    m_keeper.resume(server);
}

void LoginForm::showKeeper()
{
    const bool isAbsent = m_keeper.keychain() == SessionKeeper::Keychain::absent;
    const bool isLocked = m_keeper.keychain() == SessionKeeper::Keychain::locked;
    m_stay->setEnabled(!isAbsent);
    m_stayNote->setText(
        isAbsent   ? tr("There is no keychain on this computer: you will be logged out when the program ends.")
        : isLocked ? tr("The keychain is locked: unless it is opened, you will be logged out when the program ends.")
        : m_keeper.keychain() == SessionKeeper::Keychain::unknown
            ? QString()
            : tr("The session is kept in the keychain of this computer, never in a file."));
    const SessionKeeper::Resumption resumption = m_keeper.resumption();
    if (std::exchange(m_told, resumption) == resumption || m_purpose == Purpose::renewal || m_isBusy)
        return;
    switch (resumption) {
    case SessionKeeper::Resumption::none:
        warnOfPlainText();
        break;
    case SessionKeeper::Resumption::asking:
        break;
    case SessionKeeper::Resumption::waiting:
        tell(tr("The server cannot be reached. Your last session goes on as soon as it answers."), "attention");
        break;
    case SessionKeeper::Resumption::ended:
        tell(tr("Your last session has ended. Log in again."), "quiet");
        break;
    case SessionKeeper::Resumption::failed:
        tell(tr("Your last session could not go on now. Log in, or start the program again later."), "attention");
        break;
    }
}

void LoginForm::submit()
{
    if (m_isBusy)
        return;
    const QUrl server = serverUrl(m_server->text());
    if (!server.isValid()) {
        tell(tr("This is not the address of a server. Example: https://billing.example.org"), "bad");
        m_server->setFocus();
        return;
    }
    if (m_username->text().trimmed().isEmpty() || m_password->text().isEmpty()) {
        tell(tr("Name and password are both needed."), "bad");
        begin();
        return;
    }
    m_keeper.giveUp();
    if (m_purpose == Purpose::first)
        m_context.api.setServer(server);
    setBusy(true);
    tell(tr("Logging in…"), "quiet");
    const auto done = [this](const ApiResult<SignedIn>& answer) {
        const QString password = m_password->text();
        m_password->clear(); // good or bad: it is not kept
        setBusy(false);
        if (!answer) {
            const bool isWrong = answer.error().kind == ApiError::Kind::unauthorized;
            tell(isWrong ? tr("Name or password is wrong.") : errorText(answer.error()), "bad");
            m_password->setFocus();
            return;
        }
        tell({}, "quiet");
        if (answer.value().mustChangePassword)
            emit passwordChangeNeeded(password);
        else
            emit loggedIn();
    };
    m_context.session.login(m_username->text().trimmed(), m_password->text(), this, done);
}

void LoginForm::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    m_submit->setEnabled(!isBusy);
    m_password->setEnabled(!isBusy);
    const bool isFirst = m_purpose == Purpose::first;
    m_server->setEnabled(isFirst && !isBusy);
    m_username->setEnabled(isFirst && !isBusy);
}

void LoginForm::tell(const QString& text, const char* kind)
{
    m_message->setText(text);
    m_message->setAccessibleName(text);
    m_message->setVisible(!text.isEmpty());
    setStyleProperty(m_message, "kind", kind);
}

void LoginForm::warnOfPlainText()
{
    const QUrl server = serverUrl(m_server->text());
    const bool isPlain = server.scheme() == "http" && !isOwnComputer(server);
    tell(isPlain ? tr("http is not encrypted: others on the network can read the password.") : QString(),
         "attention");
}

void LoginForm::retranslate()
{
    const bool isFirst = m_purpose == Purpose::first;
    m_title->setText(isFirst ? tr("HPC Billing") : tr("Log in again"));
    m_lead->setText(
        isFirst ? tr("Log in to your site's billing server.")
                : tr("The session has ended. Log in again to go on; nothing that you typed is lost."));
    m_serverLabel->setText(tr("&Server"));
    m_usernameLabel->setText(tr("&Name"));
    m_passwordLabel->setText(tr("&Password"));
    m_submit->setText(tr("Log in"));
    m_stay->setText(tr("S&tay signed in"));
    m_server->setAccessibleName(tr("Server"));
    m_username->setAccessibleName(tr("Name"));
    m_password->setAccessibleName(tr("Password"));
    m_stay->setAccessibleName(tr("Stay signed in"));
    warnOfPlainText();
    m_told = SessionKeeper::Resumption::none; // it is told in this language
    showKeeper();
}

void LoginForm::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

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

LoginForm::LoginForm(Purpose purpose, RestClient& api, Session& session, Theme& theme, QSettings& settings,
                     QWidget* parent)
    : QWidget(parent)
    , m_purpose(purpose)
    , m_api(api)
    , m_session(session)
    , m_settings(settings)
    , m_title(new QLabel(this))
    , m_lead(new QLabel(this))
    , m_serverLabel(new QLabel(this))
    , m_server(new QLineEdit(this))
    , m_usernameLabel(new QLabel(this))
    , m_username(new QLineEdit(this))
    , m_passwordLabel(new QLabel(this))
    , m_password(new QLineEdit(this))
    , m_message(new QLabel(this))
    , m_submit(new QPushButton(this))
{
    auto* sign = new QLabel(this);
    sign->setPixmap(QIcon(":/icons/hpcbill.svg").pixmap(48, 48));
    m_title->setProperty("kind", "title");
    m_lead->setProperty("kind", "quiet");
    m_lead->setWordWrap(true);
    m_message->setWordWrap(true);
    m_message->setObjectName("loginMessage");
    m_server->setObjectName("loginServer");
    m_username->setObjectName("loginUsername");
    m_password->setObjectName("loginPassword");
    m_password->setEchoMode(QLineEdit::Password);
    m_submit->setObjectName("loginSubmit");
    m_submit->setProperty("kind", "primary");
    m_submit->setDefault(true);
    m_serverLabel->setBuddy(m_server);
    m_usernameLabel->setBuddy(m_username);
    m_passwordLabel->setBuddy(m_password);
    if (purpose == Purpose::renewal) {
        m_server->setEnabled(false);
        m_username->setEnabled(false);
    }

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(4);
    if (purpose == Purpose::first)
        layout->addWidget(sign);
    else
        sign->hide();
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
    layout->addSpacing(8);
    layout->addWidget(m_message);
    layout->addWidget(m_submit);
    setFixedWidth(360);

    setServer(lastServer.read(settings));
    setUsername(lastUsername.read(settings));
    for (QLineEdit* field : {m_server, m_username, m_password}) {
        connect(field, &QLineEdit::returnPressed, this, &LoginForm::submit);
    }
    connect(m_server, &QLineEdit::textChanged, this, &LoginForm::warnOfPlainText);
    connect(m_submit, &QPushButton::clicked, this, &LoginForm::submit);
    connect(&theme, &Theme::changed, this, &LoginForm::warnOfPlainText);
    retranslate();
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
    if (m_purpose == Purpose::first)
        m_api.setServer(server);
    setBusy(true);
    tell(tr("Logging in…"), "quiet");
    const QString username = m_username->text().trimmed();
    m_session.login(username, m_password->text(), this, [this, username](const ApiResult<SignedIn>& answer) {
        m_password->clear(); // good or bad: it is not kept
        setBusy(false);
        if (!answer) {
            const bool isWrong = answer.error().kind == ApiError::Kind::unauthorized;
            tell(isWrong ? tr("Name or password is wrong.") : errorText(answer.error()), "bad");
            m_password->setFocus();
            return;
        }
        tell({}, "quiet");
        if (m_purpose == Purpose::first) {
            lastServer.write(m_settings, m_server->text().trimmed());
            lastUsername.write(m_settings, username);
        }
        emit loggedIn();
    });
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
    m_server->setAccessibleName(tr("Server"));
    m_username->setAccessibleName(tr("Name"));
    m_password->setAccessibleName(tr("Password"));
    warnOfPlainText();
}

void LoginForm::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/Session.h"
#include "client/widgets/Theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QWidget>

namespace hpcbill::client
{

/// Server, name and password. The first two are remembered, the password never is. Also renews an expired
/// session, with server and name fixed.
class LoginForm final : public QWidget
{
    Q_OBJECT

public:
    enum class Purpose { first, renewal };

    LoginForm(Purpose purpose, RestClient& api, Session& session, Theme& theme, QSettings& settings,
              QWidget* parent = nullptr);

    void setServer(const QString& server);
    void setUsername(const QString& username);
    /// Puts the keyboard where something is missing.
    void begin();

signals:
    void loggedIn();

protected:
    void changeEvent(QEvent* event) override;

private:
    void submit();
    void tell(const QString& text, const char* kind);
    void warnOfPlainText();
    void setBusy(bool isBusy);
    void retranslate();

    const Purpose m_purpose;
    RestClient& m_api;
    Session& m_session;
    QSettings& m_settings;
    QLabel* m_title;
    QLabel* m_lead;
    QLabel* m_serverLabel;
    QLineEdit* m_server;
    QLabel* m_usernameLabel;
    QLineEdit* m_username;
    QLabel* m_passwordLabel;
    QLineEdit* m_password;
    QLabel* m_message;
    QPushButton* m_submit;
    bool m_isBusy = false;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/app/SessionKeeper.h"
#include "client/widgets/Page.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace hpcbill::client
{

/// Server, name and password, and whether one stays signed in. All but the password are remembered. Also
/// renews an expired session, with server and name fixed.
class LoginForm final : public QWidget
{
    Q_OBJECT

public:
    enum class Purpose { first, renewal };

    LoginForm(Purpose purpose, const PageContext& context, SessionKeeper& keeper, QWidget* parent = nullptr);

    void setServer(const QString& server);
    void setUsername(const QString& username);
    /// Puts the keyboard where something is missing.
    void begin();
    /// Goes on with the session that is kept for the server, if there is one.
    void resume();

signals:
    void loggedIn();
    /// The name and password are right, but the password has to be changed before anything else.
    void passwordChangeNeeded(const QString& oldPassword);

protected:
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void submit();
    void showKeeper();
    void tell(const QString& text, const char* kind);
    void warnOfPlainText();
    void setBusy(bool isBusy);
    void retranslate();

    const Purpose m_purpose;
    const PageContext m_context;
    SessionKeeper& m_keeper;
    QLabel* m_title;
    QLabel* m_lead;
    QLabel* m_serverLabel;
    QLineEdit* m_server;
    QLabel* m_usernameLabel;
    QLineEdit* m_username;
    QLabel* m_passwordLabel;
    QLineEdit* m_password;
    QCheckBox* m_stay;
    QLabel* m_stayNote;
    QLabel* m_message;
    QPushButton* m_submit;
    bool m_isBusy = false;
    SessionKeeper::Resumption m_told = SessionKeeper::Resumption::none;
    QString m_askedFor; ///< the server whose kept session was asked for last
};

} // namespace hpcbill::client

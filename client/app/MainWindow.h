// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/app/Language.h"
#include "client/app/LoginForm.h"
#include "client/app/PasswordForm.h"
#include "client/app/Workspace.h"

#include <QMainWindow>
#include <QStackedWidget>

namespace hpcbill::client
{

/// The window: the login first, then the workspace; the login again, over the workspace, when a session has
/// expired.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(const PageContext& context, Language& language, QWidget* parent = nullptr);

    /// Goes on with the session that is kept for the login form's server, or lets one log in.
    void begin();
    [[nodiscard]] LoginForm& loginForm() { return *m_login; }
    /// None before logging in.
    [[nodiscard]] Workspace* workspace() const { return m_workspace; }

protected:
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void openWorkspace();
    void closeWorkspace();
    void askToLogInAgain();
    void showAccount();

    const PageContext m_context;
    Language& m_language;
    SessionKeeper m_keeper;
    QStackedWidget* m_stack;
    LoginForm* m_login;
    PasswordForm* m_password;
    Workspace* m_workspace = nullptr;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/app/Language.h"
#include "client/app/LoginForm.h"
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

    const PageContext m_context;
    Language& m_language;
    QStackedWidget* m_stack;
    LoginForm* m_login;
    Workspace* m_workspace = nullptr;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/MainWindow.h"

#include "client/app/AccountDialog.h"
#include "client/widgets/setting.h"

#include <QDialog>
#include <QEvent>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

const Setting<QByteArray> lastGeometry{"window/geometry", {}};

QWidget* centred(QWidget* widget, QWidget* parent)
{
    auto* frame = new QWidget(parent);
    auto* layout = new QVBoxLayout(frame);
    auto* row = new QHBoxLayout; // not an alignment: that asks for the height at the width of the whole window
    row->addStretch();
    row->addWidget(widget);
    row->addStretch();
    layout->addStretch(2);
    layout->addLayout(row);
    layout->addStretch(3);
    return frame;
}

} // namespace

MainWindow::MainWindow(const PageContext& context, Language& language, QWidget* parent)
    : QMainWindow(parent)
    , m_context(context)
    , m_language(language)
    , m_keeper(context.api, context.session)
    , m_stack(new QStackedWidget(this))
    , m_login(new LoginForm(LoginForm::Purpose::first, context, m_keeper, this))
    , m_password(new PasswordForm(PasswordForm::Purpose::forced, context, this))
{
    setObjectName("mainWindow");
    setWindowTitle("HPC Billing");
    setWindowIcon(QIcon(":/icons/hpcbill.svg"));
    m_stack->addWidget(centred(m_login, m_stack));
    m_stack->addWidget(centred(m_password, m_stack));
    setCentralWidget(m_stack);
    resize(1280, 800);
    setMinimumSize(1000, 640);
    restoreGeometry(lastGeometry.read(m_context.settings));

    connect(m_login, &LoginForm::passwordChangeNeeded, this, [this](const QString& oldPassword) {
        m_stack->setCurrentIndex(1);
        m_password->begin(oldPassword);
    });
    connect(m_password, &PasswordForm::dismissed, this, [this] {
        m_context.session.logout();
        m_stack->setCurrentIndex(0);
        m_login->begin();
    });
    connect(&m_context.session, &Session::began, this, &MainWindow::openWorkspace);
    connect(&m_context.session, &Session::ended, this, &MainWindow::closeWorkspace);
    connect(&m_context.session, &Session::expired, this, &MainWindow::askToLogInAgain);
    connect(&m_keeper, &SessionKeeper::notKept, this, [this](const QString& why) {
        if (m_workspace)
            m_workspace->tellNotKept(why);
    });
    m_login->begin();
}

void MainWindow::begin()
{
    m_login->begin();
    m_login->resume();
}

void MainWindow::openWorkspace()
{
    closeWorkspace();
    m_workspace = new Workspace(m_context, m_language, m_stack);
    connect(m_workspace, &Workspace::logoutWanted, &m_context.session, &Session::logout);
    connect(m_workspace, &Workspace::renewalWanted, this, &MainWindow::askToLogInAgain);
    connect(m_workspace, &Workspace::accountWanted, this, &MainWindow::showAccount);
    m_stack->addWidget(m_workspace);
    m_stack->setCurrentWidget(m_workspace);
    m_workspace->setFocus();
}

void MainWindow::closeWorkspace()
{
    if (!m_workspace)
        return;
    m_stack->setCurrentIndex(0);
    m_stack->removeWidget(m_workspace);
    m_workspace->deleteLater(); // the call to log out may come from one of its own actions
    m_workspace = nullptr;
    m_login->begin();
}

void MainWindow::askToLogInAgain()
{
    auto* dialog = new QDialog(this);
    dialog->setObjectName("renewalDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto* form = new LoginForm(LoginForm::Purpose::renewal, m_context, m_keeper, dialog);
    form->setServer(m_context.api.server().toDisplayString());
    if (const auto& who = m_context.session.who())
        form->setUsername(who->username);
    auto* layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(24, 16, 24, 24);
    layout->addWidget(form);
    dialog->setWindowTitle(tr("Log in again"));
    auto* password = new PasswordForm(PasswordForm::Purpose::forced, m_context, dialog);
    password->hide();
    layout->addWidget(password);
    connect(form, &LoginForm::loggedIn, dialog, &QDialog::accept);
    connect(form, &LoginForm::passwordChangeNeeded, password, [form, password](const QString& oldPassword) {
        form->hide();
        password->show();
        password->begin(oldPassword);
    });
    connect(password, &PasswordForm::passwordChanged, dialog, &QDialog::accept);
    connect(password, &PasswordForm::dismissed, &m_context.session, &Session::logout);
    connect(&m_context.session, &Session::ended, dialog, &QDialog::accept);
    // Turned down: all stays as it is, also what was typed, and the banner offers it again.
    connect(dialog, &QDialog::rejected, this, [this] {
        if (m_workspace)
            m_workspace->tellExpired();
    });
    form->begin();
    dialog->open();
}

void MainWindow::showAccount()
{
    (new AccountDialog(m_context, this))->open();
}

void MainWindow::changeEvent(QEvent* event)
{
    // Calendars and fields of dates follow their widget's locale, which they took when they were made.
    if (event->type() == QEvent::LanguageChange)
        setLocale(QLocale());
    QMainWindow::changeEvent(event);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    lastGeometry.write(m_context.settings, saveGeometry());
    QMainWindow::closeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/AccountDialog.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace hpcbill::client
{

AccountDialog::AccountDialog(const PageContext& context, QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_stack(new QStackedWidget(this))
    , m_title(new QLabel(this))
    , m_lead(new QLabel(this))
    , m_sessions(new SessionsList("ownSessions", context, this))
    , m_banner(new Banner(context.theme, this))
    , m_change(new QPushButton(this))
    , m_close(new QPushButton(this))
    , m_password(new PasswordForm(PasswordForm::Purpose::own, context, this))
{
    setObjectName("accountDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    resize(640, 420);
    m_title->setProperty("kind", "title");
    m_lead->setProperty("kind", "quiet");
    m_lead->setWordWrap(true);
    m_banner->setObjectName("accountBanner");
    m_change->setObjectName("accountChangePassword");
    m_change->setAutoDefault(false);
    m_close->setObjectName("accountClose");
    auto* overview = new QWidget(m_stack);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_change);
    buttons->addStretch();
    buttons->addWidget(m_close);
    auto* rows = new QVBoxLayout(overview);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    rows->addWidget(m_title);
    rows->addWidget(m_lead);
    rows->addWidget(m_sessions, 1);
    rows->addWidget(m_banner);
    rows->addLayout(buttons);
    auto* form = new QWidget(m_stack);
    auto* formRows = new QVBoxLayout(form);
    formRows->setContentsMargins(0, 0, 0, 0);
    formRows->addWidget(m_password, 0, Qt::AlignHCenter);
    formRows->addStretch();
    m_stack->addWidget(overview);
    m_stack->addWidget(form);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->addWidget(m_stack);

    connect(m_close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_change, &QPushButton::clicked, this, [this] {
        m_banner->hide();
        m_stack->setCurrentIndex(1);
        m_password->begin();
    });
    connect(m_password, &PasswordForm::dismissed, this, [this] {
        m_stack->setCurrentIndex(0);
        m_change->setFocus();
    });
    connect(m_password, &PasswordForm::passwordChanged, this, [this] {
        m_stack->setCurrentIndex(0);
        m_banner->tell(Meaning::good, tr("The password is changed. You are logged out everywhere else."));
        m_sessions->renew();
    });
    connect(&m_context.session, &Session::ended, this, &QDialog::reject);
    connect(&m_context.session, &Session::expired, this, &QDialog::reject);
    m_sessions->show({});
    retranslate();
}

void AccountDialog::retranslate()
{
    const auto& who = m_context.session.who();
    setWindowTitle(tr("Your account"));
    m_title->setText(who ? who->username : QString());
    m_lead->setText(tr("Where you are logged in. A session that you do not know is a reason to end it and to change the "
                       "password."));
    m_change->setText(tr("Change password…"));
    m_change->setAccessibleName(m_change->text());
    m_close->setText(tr("Close"));
    m_close->setAccessibleName(m_close->text());
}

void AccountDialog::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QDialog::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/PasswordForm.h"

#include "client/widgets/error_text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace hpcbill::client
{

PasswordForm::PasswordForm(Purpose purpose, const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_purpose(purpose)
    , m_context(context)
    , m_title(new QLabel(this))
    , m_lead(new QLabel(this))
    , m_oldLabel(new QLabel(this))
    , m_old(new QLineEdit(this))
    , m_newLabel(new QLabel(this))
    , m_new(new QLineEdit(this))
    , m_againLabel(new QLabel(this))
    , m_again(new QLineEdit(this))
    , m_message(new QLabel(this))
    , m_submit(new QPushButton(this))
    , m_dismiss(new QPushButton(this))
{
    setObjectName("passwordForm");
    m_title->setProperty("kind", "title");
    m_lead->setProperty("kind", "quiet");
    m_lead->setWordWrap(true);
    m_old->setObjectName("passwordOld");
    m_new->setObjectName("passwordNew");
    m_again->setObjectName("passwordAgain");
    m_message->setObjectName("passwordMessage");
    m_message->setWordWrap(true);
    m_submit->setObjectName("passwordSubmit");
    m_submit->setProperty("kind", "primary");
    m_submit->setDefault(true);
    m_dismiss->setObjectName("passwordDismiss");
    m_oldLabel->setVisible(purpose == Purpose::own);
    m_old->setVisible(purpose == Purpose::own);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(4);
    layout->addWidget(m_title);
    layout->addWidget(m_lead);
    layout->addSpacing(12);
    const std::pair<QLabel*, QLineEdit*> fields[] = {{m_oldLabel, m_old}, {m_newLabel, m_new}, {m_againLabel, m_again}};
    for (const auto& [label, field] : fields) {
        label->setBuddy(field);
        field->setEchoMode(QLineEdit::Password);
        layout->addWidget(label);
        layout->addWidget(field);
        connect(field, &QLineEdit::textChanged, this, &PasswordForm::check);
        connect(field, &QLineEdit::returnPressed, this, &PasswordForm::submit);
    }
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_submit);
    buttons->addWidget(m_dismiss);
    buttons->addStretch();
    layout->addSpacing(8);
    layout->addWidget(m_message);
    layout->addLayout(buttons);
    setFixedWidth(360);
    connect(m_submit, &QPushButton::clicked, this, &PasswordForm::submit);
    connect(m_dismiss, &QPushButton::clicked, this, &PasswordForm::dismissed);
    retranslate();
}

void PasswordForm::begin(const QString& oldPassword)
{
    m_old->setText(oldPassword);
    m_new->clear();
    m_again->clear();
    setBusy(false);
    check();
    (m_purpose == Purpose::own ? m_old : m_new)->setFocus();
}

void PasswordForm::check()
{
    const bool isRepeated = m_new->text() == m_again->text();
    const bool isReady = !m_old->text().isEmpty() && !m_new->text().isEmpty() && isRepeated;
    m_submit->setEnabled(isReady && !m_isBusy);
    tell(!m_again->text().isEmpty() && !isRepeated ? tr("The two are not the same yet.") : QString(), "quiet");
}

void PasswordForm::submit()
{
    if (!m_submit->isEnabled())
        return;
    if (m_new->text() == m_old->text()) {
        tell(tr("This is the password that you have. Choose another one."), "bad");
        return;
    }
    setBusy(true);
    m_context.session.changePassword(m_old->text(), m_new->text(), this, [this](const ApiResult<SignedIn>& answer) {
        setBusy(false);
        if (!answer) {
            const ApiError& error = answer.error();
            const QString isOldWrong = error.detailOf("old_password");
            const QString isNewBad = error.detailOf("new_password");
            tell(!isOldWrong.isEmpty()  ? tr("The present password is wrong.")
                 : !isNewBad.isEmpty() ? tr("This password will not do: %1").arg(isNewBad)
                                        : errorText(error),
                 "bad");
            (!isOldWrong.isEmpty() && m_purpose == Purpose::own ? m_old : m_new)->setFocus();
            return;
        }
        emit passwordChanged();
    });
}

void PasswordForm::tell(const QString& text, const char* kind)
{
    m_message->setText(text);
    m_message->setAccessibleName(text);
    m_message->setVisible(!text.isEmpty());
    setStyleProperty(m_message, "kind", kind);
}

void PasswordForm::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    m_submit->setEnabled(!isBusy);
    for (QLineEdit* field : {m_old, m_new, m_again})
        field->setEnabled(!isBusy);
}

void PasswordForm::retranslate()
{
    const bool isForced = m_purpose == Purpose::forced;
    m_title->setText(isForced ? tr("Choose a password") : tr("Change your password"));
    m_lead->setText(isForced ? tr("An administrator has set the password that you logged in with. Choose one of your own "
                                  "to go on.")
                             : tr("You are logged out everywhere else; here you stay."));
    m_oldLabel->setText(tr("&Present password"));
    m_newLabel->setText(tr("&New password"));
    m_againLabel->setText(tr("New password &again"));
    m_old->setAccessibleName(tr("Present password"));
    m_new->setAccessibleName(tr("New password"));
    m_again->setAccessibleName(tr("New password again"));
    m_submit->setText(isForced ? tr("Change and go on") : tr("Change the password"));
    m_submit->setAccessibleName(m_submit->text());
    m_dismiss->setText(isForced ? tr("Log out") : tr("Not now"));
    m_dismiss->setAccessibleName(m_dismiss->text());
    check();
}

void PasswordForm::hideEvent(QHideEvent* event)
{
    // No password is kept longer than it is needed.
    for (QLineEdit* field : {m_old, m_new, m_again})
        field->clear();
    QWidget::hideEvent(event);
}

void PasswordForm::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

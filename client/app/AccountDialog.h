// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/app/PasswordForm.h"
#include "client/pages/users/SessionsList.h"
#include "client/widgets/Banner.h"

#include <QDialog>
#include <QStackedWidget>

namespace hpcbill::client
{

/// What is one's own: the sessions, here and elsewhere, and the password.
class AccountDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit AccountDialog(const PageContext& context, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void retranslate();

    const PageContext m_context;
    QStackedWidget* m_stack;
    QLabel* m_title;
    QLabel* m_lead;
    SessionsList* m_sessions;
    Banner* m_banner;
    QPushButton* m_change;
    QPushButton* m_close;
    PasswordForm* m_password;
};

} // namespace hpcbill::client

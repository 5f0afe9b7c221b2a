// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Page.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace hpcbill::client
{

/// Another password of one's own: because an administrator has set the present one, or because one wants to.
class PasswordForm final : public QWidget
{
    Q_OBJECT

public:
    enum class Purpose {
        forced, ///< nothing else is to be had before; the old password was just typed
        own,
    };

    PasswordForm(Purpose purpose, const PageContext& context, QWidget* parent = nullptr);

    /// Empties the fields; of a forced change, the old password is handed in.
    void begin(const QString& oldPassword = {});

signals:
    void passwordChanged();
    void dismissed();

protected:
    void changeEvent(QEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void check();
    void submit();
    void tell(const QString& text, const char* kind);
    void setBusy(bool isBusy);
    void retranslate();

    const Purpose m_purpose;
    const PageContext m_context;
    QLabel* m_title;
    QLabel* m_lead;
    QLabel* m_oldLabel;
    QLineEdit* m_old;
    QLabel* m_newLabel;
    QLineEdit* m_new;
    QLabel* m_againLabel;
    QLineEdit* m_again;
    QLabel* m_message;
    QPushButton* m_submit;
    QPushButton* m_dismiss;
    bool m_isBusy = false;
};

} // namespace hpcbill::client

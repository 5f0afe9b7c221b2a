// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/users/SessionsList.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/FactsPane.h"
#include "client/widgets/SecretCard.h"

namespace hpcbill::client
{

/// One user and what can be done about them; or a new one being added.
class UserPane final : public QWidget
{
    Q_OBJECT

public:
    explicit UserPane(const PageContext& context, QWidget* parent = nullptr);

    /// Another user, or the same one as they are now; what is typed about the same one stays.
    void show(const User& user);
    /// Asks for what a new user needs.
    void beginNew();
    /// A new password is not shown again: whoever closed the pane was told so.
    void forgetSecret() { m_secret->forget(); }
    [[nodiscard]] QString username() const { return m_user ? m_user->username : QString(); }

signals:
    void closeWanted();
    /// The list has changed; that user is the one to show now.
    void changed(const QString& username);

protected:
    void changeEvent(QEvent* event) override;

private:
    enum class Action { add, changeRole, disable, resetPassword };

    void layOut();
    void fill();
    void begin(Action action);
    void submit();
    void sendChange(const QJsonObject& changes, const std::function<QString()>& sentence,
                    const std::function<void()>& undo);
    void undo();
    void enable();
    void takeRole();
    void takeDone(const User& user, const std::function<QString()>& sentence);
    void showPassword(const QString& password);
    [[nodiscard]] bool isOwn() const;
    [[nodiscard]] FormText formText(Action action) const;
    void retranslate();

    const PageContext m_context;
    FactsPane* m_facts;
    SessionsList* m_sessions;
    SecretCard* m_secret;
    Banner* m_banner;
    QWidget* m_buttons;
    QPushButton* m_role;
    QPushButton* m_reset;
    QPushButton* m_disable;
    ActionForm* m_form;
    std::optional<User> m_user;
    std::optional<Action> m_open;
    std::function<QString()> m_result;
    std::function<void()> m_undo;
};

} // namespace hpcbill::client

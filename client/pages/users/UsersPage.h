// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/users/LockPane.h"
#include "client/pages/users/TokenPane.h"
#include "client/pages/users/UserPane.h"
#include "client/pages/users/listed.h"
#include "client/widgets/ChipRow.h"

#include <QLineEdit>

namespace hpcbill::client
{

/// Who may log in, the tokens of machines, and who is locked out for now. Operators see locks only.
class UsersPage final : public Page
{
    Q_OBJECT

public:
    explicit UsersPage(const PageContext& context, QWidget* parent = nullptr);

    void refresh() override;
    bool concerns(const ServerEvent& event) const override;
    void catchUp() override { refresh(); }
    QVariantMap place() const override;
    void open(const QVariantMap& place) override;
    void focusFilter() override { m_filter->setFocus(); }
    void retranslate() override;
    Badge badge() const override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut();
    void connectTables();
    void showList(const QString& list);
    void readUsers();
    void readTokens();
    void readLocks();
    void showLists();
    void showCount();
    void showPane(QWidget* pane);
    void closePane();
    void beginNew();
    [[nodiscard]] bool isAdmin() const;
    [[nodiscard]] bool isAt(const char* list) const { return m_lists->chosen() == QLatin1String(list); }
    [[nodiscard]] TableView* table() const;

    Listed<User> m_users;
    Listed<ApiToken> m_tokens;
    Listed<AuthLock> m_locks;
    ChipRow* m_lists;
    QLineEdit* m_filter;
    QPushButton* m_add;
    Banner* m_banner;
    QStackedWidget* m_views;
    UserPane* m_userPane;
    TokenPane* m_tokenPane;
    LockPane* m_lockPane;
    QStackedWidget* m_panes;
    QLabel* m_count;
    std::function<QString()> m_result; ///< what the banner says
};

} // namespace hpcbill::client

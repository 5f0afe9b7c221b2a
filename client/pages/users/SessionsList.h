// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/list_rows.h"
#include "client/pages/users/users_api.h"
#include "client/widgets/Banner.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// The sessions of a user, or one's own, and the ends of them.
class SessionsList final : public QWidget
{
    Q_OBJECT

public:
    /// `name` is the beginning of its parts' object names.
    SessionsList(const QString& name, const PageContext& context, QWidget* parent = nullptr);

    /// Of that user; none is oneself.
    void show(const QString& username);
    void renew();

protected:
    void changeEvent(QEvent* event) override;

private:
    void showSessions();
    void showButtons();
    void end(const QList<UserSession>& sessions);
    void retranslate();

    const PageContext m_context;
    ListRows<UserSession>* m_model;
    TableView* m_table;
    ViewState* m_state;
    Banner* m_banner;
    QPushButton* m_end;
    QPushButton* m_endAll;
    QString m_username;
    std::optional<ApiError> m_error;
    bool m_isRead = false;
    int m_ending = 0; ///< answers still to come
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

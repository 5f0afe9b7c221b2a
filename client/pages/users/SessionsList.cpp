// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/users/SessionsList.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QItemSelectionModel>

namespace hpcbill::client
{

SessionsList::SessionsList(const QString& name, const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new ListRows<UserSession>(sessionColumns(), this))
    , m_table(new TableView(name, context.settings, this))
    , m_banner(new Banner(context.theme, this))
    , m_end(new QPushButton(this))
    , m_endAll(new QPushButton(this))
{
    m_table->setModel(m_model);
    m_table->setDefaultWidths({110, 120, 140, 140});
    m_table->setIcons(context.theme);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(2, Qt::DescendingOrder);
    m_table->setMinimumHeight(110);
    m_state = new ViewState(context.theme, m_table, this);
    m_state->setObjectName(name + "State");
    m_banner->setObjectName(name + "Banner");
    m_end->setObjectName(name + "End");
    m_endAll->setObjectName(name + "EndAll");
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_end);
    buttons->addWidget(m_endAll);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_banner);
    layout->addLayout(buttons);
    connect(m_state, &ViewState::retryWanted, this, &SessionsList::renew);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SessionsList::showButtons);
    connect(m_end, &QPushButton::clicked, this, [this] {
        QList<UserSession> chosen;
        const QModelIndexList rows = m_table->selectionModel()->selectedRows();
        for (const QModelIndex& row : rows)
            chosen.append(m_model->rows().at(row.row()));
        end(chosen);
    });
    connect(m_endAll, &QPushButton::clicked, this, [this] { end(m_model->rows()); });
    retranslate();
}

void SessionsList::show(const QString& username)
{
    if (username != m_username || !m_isRead) {
        m_username = username;
        m_isRead = false;
        m_banner->hide();
        m_model->setRows({});
        retranslate();
    }
    renew();
}

void SessionsList::renew()
{
    const quint64 ticket = ++m_ticket;
    if (!m_isRead)
        m_state->showLoading();
    fetchSessions(m_context.api, m_username, this, [this, ticket](const ApiResult<QList<UserSession>>& answer) {
        if (ticket != m_ticket)
            return;
        m_error.reset();
        if (answer) {
            m_isRead = true;
            m_model->updateRows(answer.value(), [](const UserSession& session) { return session.id; });
        } else if (!m_isRead) {
            m_error = answer.error();
        }
        showSessions();
    });
}

void SessionsList::showSessions()
{
    if (m_error)
        m_state->showError(*m_error);
    else if (m_isRead && m_model->rowCount() == 0)
        m_state->showEmpty(tr("Not logged in anywhere."));
    else if (m_isRead)
        m_state->showContent();
    showButtons();
}

void SessionsList::showButtons()
{
    bool hasOthers = false;
    for (const UserSession& session : m_model->rows())
        hasOthers = hasOthers || !session.isCurrent;
    bool canEnd = false;
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    for (const QModelIndex& row : rows)
        canEnd = canEnd || !m_model->rows().at(row.row()).isCurrent;
    m_end->setEnabled(canEnd && m_ending == 0);
    m_endAll->setEnabled(hasOthers && m_ending == 0);
}

void SessionsList::end(const QList<UserSession>& sessions)
{
    m_banner->hide();
    for (const UserSession& session : sessions) {
        if (session.isCurrent)
            continue; // that is logging out
        ++m_ending;
        endSession(m_context.api, m_username, session.id, this, [this](const ApiResult<RawAnswer>& answer) {
            // One that has ended by itself meanwhile is as wanted.
            if (!answer && answer.error().kind != ApiError::Kind::notFound)
                m_banner->tell(answer.error());
            if (--m_ending == 0)
                renew();
        });
    }
    showButtons();
}

void SessionsList::retranslate()
{
    m_table->setAccessibleName(tr("Sessions"));
    m_end->setText(tr("End the session"));
    m_end->setAccessibleName(m_end->text());
    m_end->setToolTip(tr("Whoever works there has to log in again; what they typed stays"));
    m_endAll->setText(m_username.isEmpty() ? tr("End all others") : tr("End all"));
    m_endAll->setAccessibleName(m_endAll->text());
    m_endAll->setToolTip(m_end->toolTip());
    m_model->retranslate();
    showSessions();
}

void SessionsList::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

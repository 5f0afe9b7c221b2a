// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/users/UsersPage.h"

#include <QKeyEvent>
#include <QSplitter>

namespace hpcbill::client
{

UsersPage::UsersPage(const PageContext& context, QWidget* parent)
    : Page(context, parent)
    , m_users("users", userColumns(), [](const User& user) { return user.username; }, context.settings, this)
    , m_tokens("apiTokens", apiTokenColumns(context.now), [](const ApiToken& token) { return token.id; },
               context.settings, this)
    , m_locks("authLocks", authLockColumns(), [](const AuthLock& lock) { return lock.id; }, context.settings, this)
    , m_lists(new ChipRow("usersList", {"users", "tokens", "locks"}, this))
    , m_filter(new QLineEdit(this))
    , m_add(new QPushButton(this))
    , m_banner(new Banner(context.theme, this))
    , m_views(new QStackedWidget(this))
    , m_userPane(new UserPane(context, this))
    , m_tokenPane(new TokenPane(context, this))
    , m_lockPane(new LockPane(context, this))
    , m_panes(new QStackedWidget(this))
    , m_count(new QLabel(this))
{
    m_users.table->setDefaultWidths({180, 110, 220, 170, 170});
    m_users.table->sortByColumn(0, Qt::AscendingOrder);
    m_tokens.table->setDefaultWidths({180, 100, 110, 170, 170, 260, 110});
    m_tokens.table->sortByColumn(0, Qt::AscendingOrder);
    m_locks.table->setDefaultWidths({180, 160, 140, 170});
    m_locks.table->sortByColumn(3, Qt::DescendingOrder);
    layOut();
    m_lists->setShown("users", isAdmin());
    m_lists->setShown("tokens", isAdmin());
    if (!isAdmin())
        m_lists->setChosen("locks");
    connectTables();

    connect(m_users.state, &ViewState::retryWanted, this, &UsersPage::readUsers);
    connect(m_tokens.state, &ViewState::retryWanted, this, &UsersPage::readTokens);
    connect(m_tokens.state, &ViewState::stepWanted, this, &UsersPage::beginNew);
    connect(m_locks.state, &ViewState::retryWanted, this, &UsersPage::readLocks);
    connect(m_lists, &ChipRow::chipChosen, this, [this](const QString& list) {
        emit placeChanging();
        showList(list);
        refresh();
    });
    connect(m_filter, &QLineEdit::textChanged, this, &UsersPage::showLists);
    connect(m_add, &QPushButton::clicked, this, &UsersPage::beginNew);
    connect(m_userPane, &UserPane::changed, this, &UsersPage::readUsers);
    connect(m_tokenPane, &TokenPane::changed, this, [this](const QString& id) {
        if (id.isEmpty()) {
            closePane();
            m_result = [] { return tr("The token is revoked."); };
            m_banner->tell(Meaning::good, m_result());
        }
        readTokens();
    });
    connect(m_lockPane, &LockPane::unlocked, this, [this](const std::function<QString()>& sentence) {
        closePane();
        m_result = sentence;
        m_banner->tell(Meaning::good, m_result());
        readLocks();
    });
    connect(m_userPane, &UserPane::closeWanted, this, &UsersPage::closePane);
    connect(m_tokenPane, &TokenPane::closeWanted, this, &UsersPage::closePane);
    connect(m_lockPane, &LockPane::closeWanted, this, &UsersPage::closePane);
    showList(m_lists->chosen());
    retranslate();
}

bool UsersPage::isAdmin() const
{
    const auto& who = m_context.session.who();
    return who && api::admins.admits(who->role);
}

void UsersPage::layOut()
{
    m_filter->setObjectName("usersFilter");
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(280);
    m_add->setObjectName("usersAdd");
    m_banner->setObjectName("usersBanner");
    m_count->setObjectName("usersCount");
    m_count->setProperty("kind", "quiet");
    const auto stateOf = [this](TableView* table, const char* name) {
        table->setIcons(m_context.theme);
        auto* state = new ViewState(m_context.theme, table, m_views);
        state->setObjectName(name);
        m_views->addWidget(state);
        return state;
    };
    m_users.state = stateOf(m_users.table, "usersState");
    m_tokens.state = stateOf(m_tokens.table, "apiTokensState");
    m_locks.state = stateOf(m_locks.table, "authLocksState");
    for (QWidget* pane : {static_cast<QWidget*>(m_userPane), static_cast<QWidget*>(m_tokenPane),
                          static_cast<QWidget*>(m_lockPane)})
        m_panes->addWidget(pane);
    m_panes->setMinimumWidth(420);
    m_panes->hide();
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_lists);
    top->addWidget(m_filter);
    top->addStretch();
    top->addWidget(m_add);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(m_views);
    split->addWidget(m_panes);
    split->setStretchFactor(0, 1);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(12);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 8);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_banner);
    layout->addWidget(split, 1);
    layout->addWidget(m_count);
    setFocusProxy(m_views);
}

void UsersPage::connectTables()
{
    connect(m_users.table, &TableView::rowEntered, this, [this](int row) {
        if (const User* user = m_users.model->rowAt(row)) {
            m_userPane->show(*user);
            showPane(m_userPane);
        }
    });
    connect(m_tokens.table, &TableView::rowEntered, this, [this](int row) {
        if (const ApiToken* token = m_tokens.model->rowAt(row)) {
            m_tokenPane->show(*token);
            showPane(m_tokenPane);
        }
    });
    connect(m_locks.table, &TableView::rowEntered, this, [this](int row) {
        if (const AuthLock* lock = m_locks.model->rowAt(row)) {
            m_lockPane->show(*lock);
            showPane(m_lockPane);
        }
    });
    // The row that was closed by Esc is opened again by clicking it, though nothing moves to it.
    for (TableView* view : {m_users.table, m_tokens.table, m_locks.table}) {
        connect(view, &QTableView::clicked, this, [this, view](const QModelIndex& clicked) {
            if (!m_panes->isVisible())
                emit view->rowEntered(clicked.row());
        });
    }
}

TableView* UsersPage::table() const
{
    return isAt("users") ? m_users.table : isAt("tokens") ? m_tokens.table : m_locks.table;
}

void UsersPage::showList(const QString& list)
{
    m_lists->setChosen(list);
    closePane();
    m_banner->hide();
    m_views->setCurrentWidget(isAt("users") ? m_users.state : isAt("tokens") ? m_tokens.state : m_locks.state);
    m_add->setVisible(!isAt("locks"));
    retranslate();
}

void UsersPage::refresh()
{
    if (isAdmin()) {
        readUsers();
        readTokens();
    }
    readLocks();
}

bool UsersPage::concerns(const ServerEvent& event) const
{
    return event.action.startsWith("user.") || event.action.startsWith("api_token.") ||
           event.action.startsWith("session.") || event.action.startsWith("auth_lock.") ||
           event.action.startsWith("login.");
}

void UsersPage::readUsers()
{
    const quint64 ticket = ++m_users.ticket;
    if (!m_users.isRead)
        m_users.state->showLoading();
    fetchUsers(m_context.api, this, [this, ticket](const ApiResult<QList<User>>& answer) {
        if (ticket != m_users.ticket)
            return;
        m_users.take(answer);
        showLists();
        if (const User* shown = m_users.find(m_userPane->username()))
            m_userPane->show(*shown);
    });
}

void UsersPage::readTokens()
{
    const quint64 ticket = ++m_tokens.ticket;
    if (!m_tokens.isRead)
        m_tokens.state->showLoading();
    fetchApiTokens(m_context.api, this, [this, ticket](const ApiResult<QList<ApiToken>>& answer) {
        if (ticket != m_tokens.ticket)
            return;
        m_tokens.take(answer);
        showLists();
        if (const ApiToken* shown = m_tokens.find(m_tokenPane->id()))
            m_tokenPane->show(*shown);
        else if (m_panes->isVisible() && m_panes->currentWidget() == m_tokenPane && !m_tokenPane->id().isEmpty())
            closePane(); // revoked elsewhere
    });
}

void UsersPage::readLocks()
{
    const quint64 ticket = ++m_locks.ticket;
    if (!m_locks.isRead)
        m_locks.state->showLoading();
    fetchAuthLocks(m_context.api, this, [this, ticket](const ApiResult<QList<AuthLock>>& answer) {
        if (ticket != m_locks.ticket)
            return;
        m_locks.take(answer);
        showLists();
        if (const AuthLock* shown = m_locks.find(m_lockPane->id()))
            m_lockPane->show(*shown);
        else if (m_panes->isVisible() && m_panes->currentWidget() == m_lockPane)
            closePane(); // it ran out, or somebody else took it off
        emit badgeChanged();
    });
}

void UsersPage::showLists()
{
    const QString text = m_filter->text();
    const auto show = [&text](auto& list, const QString& empty, const QString& step) {
        list.filter(text);
        if (list.error)
            list.state->showError(*list.error);
        else if (list.isRead && list.all.isEmpty())
            list.state->showEmpty(empty, step);
        else if (list.isRead && list.model->rowCount() == 0)
            list.state->showEmpty(tr("Nothing passes the filter."));
        else if (list.isRead)
            list.state->showContent();
    };
    show(m_users, tr("Nobody may log in."), {});
    show(m_tokens, tr("No machine has a token."), tr("Make a token…"));
    show(m_locks, tr("Nobody is locked out."), {});
    showCount();
}

void UsersPage::showCount()
{
    const auto counted = [this](const auto& list, const QString& all) {
        const int shown = list.model->rowCount();
        if (!list.isRead || list.all.isEmpty())
            m_count->clear();
        else
            m_count->setText(shown == list.all.size() ? all : tr("%1, %Ln shown", nullptr, shown).arg(all));
    };
    const auto number = [](const auto& list) { return static_cast<int>(list.all.size()); };
    if (isAt("users"))
        counted(m_users, tr("%Ln user(s)", nullptr, number(m_users)));
    else if (isAt("tokens"))
        counted(m_tokens, tr("%Ln token(s)", nullptr, number(m_tokens)));
    else
        counted(m_locks, tr("%Ln lock(s)", nullptr, number(m_locks)));
}

void UsersPage::showPane(QWidget* pane)
{
    m_banner->hide();
    m_panes->setCurrentWidget(pane);
    m_panes->setVisible(true);
}

void UsersPage::closePane()
{
    const bool hadFocus = m_panes->isAncestorOf(window()->focusWidget());
    m_panes->hide();
    m_userPane->forgetSecret();
    m_tokenPane->forgetSecret();
    if (hadFocus)
        table()->setFocus();
}

void UsersPage::beginNew()
{
    table()->clearSelection();
    table()->setCurrentIndex({});
    if (isAt("users")) {
        showPane(m_userPane);
        m_userPane->beginNew();
    } else {
        showPane(m_tokenPane);
        m_tokenPane->beginNew();
    }
}

QVariantMap UsersPage::place() const
{
    return {{"list", m_lists->chosen()}, {"filter", m_filter->text()}};
}

void UsersPage::open(const QVariantMap& place)
{
    m_filter->setText(place["filter"].toString());
    showList(isAdmin() ? place.value("list", "users").toString() : "locks");
}

Badge UsersPage::badge() const
{
    const int locks = static_cast<int>(m_locks.all.size());
    if (locks == 0)
        return {};
    return {QLocale().toString(locks), tr("%Ln locked out", nullptr, locks), Meaning::attention};
}

void UsersPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_panes->isVisible()) {
        closePane();
        return;
    }
    Page::keyPressEvent(event);
}

void UsersPage::retranslate()
{
    m_lists->setTitle("users", tr("Users"), tr("Who may log in"));
    m_lists->setTitle("tokens", tr("API tokens"), tr("How machines come in"));
    m_lists->setTitle("locks", tr("Locks"), tr("Who may not try again for now, after too many wrong passwords"));
    m_users.table->setAccessibleName(tr("Users"));
    m_tokens.table->setAccessibleName(tr("API tokens"));
    m_locks.table->setAccessibleName(tr("Locks"));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Filter"));
    m_add->setText(isAt("tokens") ? tr("Make a token…") : tr("Add a user…"));
    m_add->setAccessibleName(m_add->text());
    m_users.model->retranslate();
    m_tokens.model->retranslate();
    m_locks.model->retranslate();
    if (m_banner->isVisible() && m_result)
        m_banner->tell(Meaning::good, m_result());
    showLists();
    emit badgeChanged();
}

} // namespace hpcbill::client

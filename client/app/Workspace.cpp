// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/Workspace.h"

#include "client/app/LiveMark.h"
#include "client/app/preferences.h"
#include "client/widgets/alarm_text.h"
#include "client/widgets/role_text.h"
#include "client/witness/Witness.h"

#include <QActionGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QShortcut>

namespace hpcbill::client
{

namespace
{

const Setting<QString> lastPage{"window/page", "usage"};
const Setting<QString> lastRange{"window/timeRange", "all"};

QToolButton* makeFlatButton(const QString& name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setProperty("kind", "flat");
    button->setIconSize(QSize(20, 20));
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

Workspace::Workspace(const PageContext& context, Language& language, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_language(language)
    , m_sidebar(new Sidebar(context.theme, this))
    , m_status(new StatusStrip(this))
    , m_banner(new Banner(context.theme, this))
    , m_alarm(new Banner(context.theme, this))
    , m_stack(new QStackedWidget(this))
    , m_back(makeFlatButton("back", this))
    , m_forward(makeFlatButton("forward", this))
    , m_title(new QLabel(this))
    , m_range(new TimeRangeButton(context.theme, this))
    , m_live(new LivePages(context, this))
    , m_refresh(makeFlatButton("refresh", this))
    , m_menu(makeFlatButton("menu", this))
{
    setObjectName("workspace");
    m_banner->setObjectName("awayBanner");
    m_alarm->setObjectName("alarmBanner");
    m_alarm->setLasting();
    m_range->recall(lastRange.read(m_context.settings));

    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(makeHeader());
    right->addWidget(m_alarm);
    right->addWidget(m_banner);
    right->addWidget(m_stack, 1);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_sidebar);
    upper->addLayout(right, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(upper, 1);
    layout->addWidget(m_status);

    connect(m_sidebar, &Sidebar::pageChosen, this, &Workspace::go);
    connect(m_status, &StatusStrip::pageWanted, this, &Workspace::go);
    connect(m_range, &TimeRangeButton::rangeChosen, this, &Workspace::changeRange);
    connect(m_back, &QToolButton::clicked, this, &Workspace::goBack);
    connect(m_forward, &QToolButton::clicked, this, &Workspace::goForward);
    connect(m_refresh, &QToolButton::clicked, this, &Workspace::refreshCurrent);
    connect(&m_context.api, &RestClient::wentAway, this, &Workspace::tellAway);
    connect(&m_context.api, &RestClient::cameBack, this, [this] {
        m_banner->hide();
        refreshAll();
    });
    connect(m_banner, &Banner::actionWanted, this, [this] {
        if (m_context.session.isExpired())
            emit renewalWanted();
        else
            m_context.api.tryNow();
    });
    connect(m_alarm, &Banner::actionWanted, this, [this] {
        go("audit");
        if (Page* audit = page("audit"))
            audit->open({{"list", "witness"}});
    });
    connect(&m_context.witness, &Witness::changed, this, &Workspace::tellAlarm);
    connect(&m_context.session, &Session::renewed, this, [this] {
        m_banner->hide();
        refreshAll();
    });
    connect(&m_context.theme, &Theme::changed, this, &Workspace::drawIcons);

    makePages();
    addShortcuts();
    drawIcons();
    retranslate();
    const QString remembered = lastPage.read(m_context.settings);
    if (!m_pages.isEmpty())
        go(m_pages.contains(remembered) ? remembered : m_pages.keys().first());
}

QWidget* Workspace::makeHeader()
{
    auto* header = new QWidget(this);
    header->setObjectName("header");
    header->setAttribute(Qt::WA_StyledBackground);
    m_title->setObjectName("pageTitle");
    m_title->setProperty("kind", "title");
    m_menu->setPopupMode(QToolButton::InstantPopup);
    m_menu->setMenu(new QMenu(m_menu));
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(4);
    layout->addWidget(m_back);
    layout->addWidget(m_forward);
    layout->addSpacing(4);
    layout->addWidget(m_title);
    layout->addStretch();
    layout->addWidget(m_range);
    layout->addWidget(new LiveMark(m_live->events(), m_context.theme, header));
    layout->addWidget(m_refresh);
    layout->addWidget(m_menu);
    return header;
}

QWidget* Workspace::makeNothingHere()
{
    auto* label = new QLabel(tr("Your own usage and receipts are on the web pages of this server: %1")
                                 .arg(m_context.api.server().resolved(QUrl("/me")).toDisplayString()),
                             this);
    label->setObjectName("nothingHere");
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void Workspace::makePages()
{
    QList<const PageEntry*> shown;
    for (const PageEntry& entry : allPages()) {
        if (!m_context.session.who() || !entry.roles.admits(m_context.session.who()->role))
            continue;
        shown.append(&entry);
    }
    m_sidebar->setPages(shown);
    for (const PageEntry* entry : std::as_const(shown))
        addPage(*entry);
    if (shown.isEmpty())
        m_stack->addWidget(makeNothingHere());
}

void Workspace::addPage(const PageEntry& entry)
{
    const QString id = QString::fromLatin1(entry.id);
    Page* page = entry.make(m_context, m_stack);
    page->setObjectName("page-" + id);
    m_pages.insert(id, {&entry, page});
    m_stale.insert(id);
    m_stack->addWidget(page);
    page->setTimeRange(m_range->range());
    m_live->add(page);
    connect(page, &Page::badgeChanged, this, [this, id] { showBadge(id); });
    connect(page, &Page::placeChanging, this, [this, id] {
        if (id != m_current)
            return;
        leave();
        m_history.goTo({id, m_range->range(), {}});
        updateHeader();
    });
    connect(page, &Page::timeRangeWanted, this, &Workspace::changeRange);
    showBadge(id);
}

void Workspace::addShortcuts()
{
    const auto add = [this](const QKeySequence& keys, void (Workspace::*slot)()) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, slot);
    };
    add(QKeySequence("F5"), &Workspace::refreshCurrent);
    add(QKeySequence("Alt+Left"), &Workspace::goBack);
    add(QKeySequence("Alt+Right"), &Workspace::goForward);
    connect(new QShortcut(QKeySequence("Ctrl+F"), this), &QShortcut::activated, this, [this] {
        if (Page* shown = page(m_current))
            shown->focusFilter();
    });
}

void Workspace::go(const QString& pageId)
{
    if (!m_pages.contains(pageId) || pageId == m_current) {
        m_sidebar->setCurrent(m_current);
        return;
    }
    leave();
    // A page keeps its filters: coming to it by the sidebar finds it as it was left.
    m_history.goTo({pageId, m_range->range(), m_pages[pageId].page->place()});
    show(m_history.current());
    lastPage.write(m_context.settings, pageId);
}

void Workspace::leave()
{
    if (!m_history.isEmpty() && m_pages.contains(m_current))
        m_history.current().place = m_pages[m_current].page->place();
}

void Workspace::show(const Stop& stop)
{
    const Room& room = m_pages[stop.page];
    m_current = stop.page;
    m_stack->setCurrentWidget(room.page);
    m_sidebar->setCurrent(stop.page);
    if (m_stale.remove(stop.page))
        room.page->refresh();
    m_live->arrive(room.page);
    updateHeader();
}

void Workspace::arrive(const Stop& stop)
{
    if (stop.range != m_range->range()) {
        m_range->setRange(stop.range);
        for (const Room& room : std::as_const(m_pages)) {
            if (room.page->usesTimeRange())
                m_stale.insert(QString::fromLatin1(room.entry->id));
            room.page->setTimeRange(stop.range);
        }
    }
    if (m_pages[stop.page].page->place() != stop.place) {
        m_pages[stop.page].page->open(stop.place);
        m_stale.insert(stop.page);
    }
    show(stop);
}

void Workspace::goBack()
{
    if (!m_history.canGoBack())
        return;
    leave();
    arrive(m_history.goBack());
}

void Workspace::goForward()
{
    if (!m_history.canGoForward())
        return;
    leave();
    arrive(m_history.goForward());
}

void Workspace::changeRange(const TimeRange& range)
{
    leave();
    Stop stop{m_current, range,
              m_pages.contains(m_current) ? m_pages[m_current].page->place() : QVariantMap()};
    m_history.goTo(stop);
    for (const Room& room : std::as_const(m_pages)) {
        if (room.page->usesTimeRange())
            m_stale.insert(QString::fromLatin1(room.entry->id));
        room.page->setTimeRange(range);
    }
    m_range->setRange(range);
    lastRange.write(m_context.settings, m_range->remembered());
    show(stop);
}

void Workspace::refreshCurrent()
{
    if (Page* shown = page(m_current))
        shown->refresh();
}

void Workspace::refreshAll()
{
    const QStringList ids = m_pages.keys();
    m_stale = QSet<QString>(ids.begin(), ids.end());
    m_stale.remove(m_current);
    refreshCurrent();
}

void Workspace::tellAway()
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_context.api.untilNextTry()).count();
    m_banner->tell(
        Meaning::attention,
        tr("The server cannot be reached. What you typed is kept; the next try is in %n second(s).", nullptr,
           static_cast<int>(seconds)),
        tr("Try now"));
}

void Workspace::tellAlarm()
{
    if (const std::optional<Alarm>& alarm = m_context.witness.alarm())
        m_alarm->tell(Meaning::bad, alarmText(*alarm), tr("Evidence"));
    else
        m_alarm->hide();
}

void Workspace::tellExpired()
{
    m_banner->tell(Meaning::attention, tr("The session has ended. What you typed is kept."),
                   tr("Log in again"));
}

void Workspace::tellNotKept(const QString& why)
{
    m_notKept = why;
    m_banner->tell(Meaning::attention,
                   tr("You will be logged out when the program ends: the keychain did not take the session. %1").arg(why));
}

void Workspace::showBadge(const QString& pageId)
{
    const Badge badge = m_pages[pageId].page->badge();
    m_sidebar->setBadge(pageId, badge);
    m_status->setBadge(pageId, badge);
}

void Workspace::updateHeader()
{
    m_back->setEnabled(m_history.canGoBack());
    m_forward->setEnabled(m_history.canGoForward());
    if (!m_pages.contains(m_current))
        return;
    m_title->setText(QCoreApplication::translate("pages", m_pages[m_current].entry->title));
    m_range->setEnabled(m_pages[m_current].page->usesTimeRange());
}

void Workspace::fillMenu()
{
    QMenu* menu = m_menu->menu();
    menu->clear();
    const auto addChoices = [this,
                             menu](const QString& prefix, const QList<std::pair<QString, QString>>& choices,
                                   const QString& chosen, const std::function<void(const QString&)>& choose) {
        auto* group = new QActionGroup(menu);
        for (const auto& [id, title] : choices) {
            QAction* action = menu->addAction(title);
            action->setObjectName(prefix + id);
            action->setCheckable(true);
            action->setChecked(id == chosen);
            group->addAction(action);
            // Queued: the choice fills this very menu anew.
            connect(
                action, &QAction::triggered, this, [choose, value = id] { choose(value); },
                Qt::QueuedConnection);
        }
    };
    menu->addSection(tr("Language"));
    addChoices("language-", {{"en", "English"}, {"th", "ไทย"}}, m_language.code(),
               [this](const QString& code) {
                   chosenLanguage.write(m_context.settings, code);
                   m_language.choose(code);
               });
    menu->addSection(tr("Colours"));
    addChoices("theme-", {{"light", tr("Light")}, {"dark", tr("Dark")}},
               m_context.theme.kind() == Theme::Kind::dark ? "dark" : "light", [this](const QString& kind) {
                   chosenTheme.write(m_context.settings, kind);
                   m_context.theme.choose(kind == "dark" ? Theme::Kind::dark : Theme::Kind::light);
               });
    menu->addSeparator();
    menu->addAction(tr("Sessions and password…"), this, &Workspace::accountWanted)->setObjectName("account");
    menu->addAction(tr("Log out"), this, &Workspace::logoutWanted)->setObjectName("logout");
}

void Workspace::retranslate()
{
    const auto name = [](QToolButton* button, const QString& text, const QString& keys) {
        button->setAccessibleName(text);
        button->setToolTip(keys.isEmpty() ? text : QString("%1 (%2)").arg(text, keys));
    };
    name(m_back, tr("Back"), "Alt+←");
    name(m_forward, tr("Forward"), "Alt+→");
    name(m_refresh, tr("Refresh"), "F5");
    name(m_menu, tr("Language, colours, your account, log out"), {});
    m_status->setServer(
        m_context.api.server().toDisplayString(QUrl::RemovePath | QUrl::RemoveScheme).remove("//"));
    if (const auto& who = m_context.session.who()) {
        m_status->setUser(QString("%1 (%2)").arg(who->username, roleText(who->role)));
    }
    if (m_context.api.isAway())
        tellAway();
    else if (m_context.session.isExpired())
        tellExpired();
    else if (m_banner->isVisible() && !m_notKept.isEmpty())
        tellNotKept(m_notKept);
    tellAlarm();
    for (auto room = m_pages.cbegin(); room != m_pages.cend(); ++room)
        showBadge(room.key());
    fillMenu();
    updateHeader();
}

void Workspace::drawIcons()
{
    m_back->setIcon(m_context.theme.icon("back"));
    m_forward->setIcon(m_context.theme.icon("forward"));
    m_refresh->setIcon(m_context.theme.icon("refresh"));
    m_menu->setIcon(m_context.theme.icon("user"));
    fillMenu();
}

void Workspace::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

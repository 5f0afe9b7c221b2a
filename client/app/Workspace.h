// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/app/Language.h"
#include "client/app/LivePages.h"
#include "client/app/Sidebar.h"
#include "client/app/StatusStrip.h"
#include "client/app/TimeRangeButton.h"
#include "client/app/history.h"
#include "client/widgets/Banner.h"

#include <QSet>
#include <QStackedWidget>

namespace hpcbill::client
{

/// What one sees once logged in: sidebar, header, pages and status, and the ways between them.
class Workspace final : public QWidget
{
    Q_OBJECT

public:
    Workspace(const PageContext& context, Language& language, QWidget* parent = nullptr);

    /// Opens the page; from the keyboard Ctrl+1 and so on.
    void go(const QString& pageId);
    /// Says that the session has ended, for whoever turned the login down.
    void tellExpired();
    /// Says that the session ends with the program although it was to be kept; why, in the keychain's words.
    void tellNotKept(const QString& why);
    [[nodiscard]] Page* page(const QString& pageId) const { return m_pages.value(pageId).page; }

signals:
    void logoutWanted();
    void renewalWanted();
    void accountWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Room {
        const PageEntry* entry = nullptr;
        Page* page = nullptr;
    };

    void makePages();
    void addPage(const PageEntry& entry);
    QWidget* makeHeader();
    QWidget* makeNothingHere();
    void addShortcuts();
    void fillMenu();
    void leave();
    void arrive(const Stop& stop);
    void show(const Stop& stop);
    void goBack();
    void goForward();
    void changeRange(const TimeRange& range);
    void refreshCurrent();
    void refreshAll();
    void tellAway();
    void tellAlarm();
    void showBadge(const QString& pageId);
    void updateHeader();
    void retranslate();
    void drawIcons();

    const PageContext m_context;
    Language& m_language;
    Sidebar* m_sidebar;
    StatusStrip* m_status;
    Banner* m_banner;
    Banner* m_alarm; ///< history was changed: stays on every page
    QStackedWidget* m_stack;
    QToolButton* m_back;
    QToolButton* m_forward;
    QLabel* m_title;
    TimeRangeButton* m_range;
    LivePages* m_live;
    QToolButton* m_refresh;
    QToolButton* m_menu;
    QHash<QString, Room> m_pages;
    QString m_current;
    History m_history;
    QString m_notKept; ///< why the session is not kept, while the banner says so
    QSet<QString> m_stale; // pages that ask the server when they are shown next
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/EventStream.h"
#include "client/models/time_range.h"
#include "client/widgets/Theme.h"

#include <QSettings>
#include <QVariantMap>
#include <QWidget>

#include <functional>

namespace hpcbill::client
{

/// How good or bad a state is; always told in words too, never by colour alone.
enum class Meaning { plain, good, attention, bad };

/// `good` and the like: the property that the style sheet looks at.
QString meaningName(Meaning meaning);
/// Gives the widget a property of the style sheet and repaints it by that.
void setStyleProperty(QWidget* widget, const char* name, const QVariant& value);

/// What a page tells about its subject in the sidebar and the status bar.
struct Badge {
    QString mark;     ///< one sign or a number, beside the page's name
    QString sentence; ///< for the status bar; empty for none
    Meaning meaning = Meaning::plain;
};

class Witness;

/// What every page is handed by the window; all outlive the page.
struct PageContext {
    RestClient& api;
    Session& session;
    Theme& theme;
    QSettings& settings;
    std::function<QDateTime()> now; ///< the clock
    Witness& witness;
};

/// A page of the main window. It asks the server for nothing before refresh() is called for the first time.
class Page : public QWidget
{
    Q_OBJECT

public:
    explicit Page(const PageContext& context, QWidget* parent = nullptr)
        : QWidget(parent)
        , m_context(context)
    {
    }

    /// Whether the window's time range means anything here.
    [[nodiscard]] virtual bool usesTimeRange() const { return false; }
    /// The range to show from the next refresh() on.
    virtual void setTimeRange(const TimeRange&) {}
    /// Asks the server for everything shown; what is being typed stays.
    virtual void refresh() = 0;
    /// Whether what happened at the server changes something that the page shows or counts.
    [[nodiscard]] virtual bool concerns(const ServerEvent&) const { return false; }
    /// Asks quietly for what may have changed: selection, position and what is being typed stay. Also called
    /// while the page is not in front, for the sake of its badge.
    virtual void catchUp() {}
    /// Filters and position, to come back to; reopened by open().
    [[nodiscard]] virtual QVariantMap place() const { return {}; }
    virtual void open(const QVariantMap&) {}
    /// Moves the keyboard to the page's filters.
    virtual void focusFilter() {}
    /// All texts in the present language.
    virtual void retranslate() = 0;
    /// What the page tells about its subject.
    [[nodiscard]] virtual Badge badge() const { return {}; }

signals:
    /// Filters are about to be changed by hand: the present place is one to come back to.
    void placeChanging();
    void badgeChanged();
    /// The page wants the window to look at other days.
    void timeRangeWanted(const hpcbill::client::TimeRange& range);

protected:
    void changeEvent(QEvent* event) override;

    const PageContext m_context;
};

} // namespace hpcbill::client

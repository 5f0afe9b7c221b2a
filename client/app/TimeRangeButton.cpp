// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/TimeRangeButton.h"

#include "client/models/format.h"

#include <QDateEdit>
#include <QDialog>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFormLayout>
#include <QMenu>
#include <QPushButton>

namespace hpcbill::client
{

namespace
{

struct Preset {
    const char* id;
    const char* title;
    TimeRange (*range)(const QDate& today);
};

QDate firstOfMonth(const QDate& day)
{
    return {day.year(), day.month(), 1};
}

constexpr Preset presets[] = {
    {"this-month", QT_TRANSLATE_NOOP("ranges", "This month"),
     [](const QDate& today) {
         return TimeRange{firstOfMonth(today), firstOfMonth(today).addMonths(1).addDays(-1)};
     }},
    {"last-month", QT_TRANSLATE_NOOP("ranges", "Last month"),
     [](const QDate& today) {
         return TimeRange{firstOfMonth(today).addMonths(-1), firstOfMonth(today).addDays(-1)};
     }},
    {"last-30-days", QT_TRANSLATE_NOOP("ranges", "Last 30 days"),
     [](const QDate& today) { return TimeRange{today.addDays(-29), today}; }},
    {"last-12-months", QT_TRANSLATE_NOOP("ranges", "Last 12 months"),
     [](const QDate& today) { return TimeRange{today.addMonths(-12).addDays(1), today}; }},
    {"this-year", QT_TRANSLATE_NOOP("ranges", "This year"),
     [](const QDate& today) { return TimeRange{QDate(today.year(), 1, 1), QDate(today.year(), 12, 31)}; }},
    {"all", QT_TRANSLATE_NOOP("ranges", "All time"), [](const QDate&) { return TimeRange{}; }},
};

/// Usage is booked in days of UTC.
QDate today()
{
    return QDateTime::currentDateTimeUtc().date();
}

} // namespace

TimeRangeButton::TimeRangeButton(Theme& theme, QWidget* parent)
    : QToolButton(parent)
    , m_theme(theme)
{
    setObjectName("timeRange");
    setProperty("kind", "button");
    setPopupMode(InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setFocusPolicy(Qt::StrongFocus);
    setMenu(new QMenu(this));
    connect(&m_theme, &Theme::changed, this, &TimeRangeButton::retranslate);
    retranslate();
}

void TimeRangeButton::setRange(const TimeRange& range)
{
    m_range = range;
    retranslate();
}

void TimeRangeButton::choose(const TimeRange& range)
{
    if (range == m_range)
        return;
    setRange(range);
    emit rangeChosen(range);
}

QString TimeRangeButton::remembered() const
{
    for (const Preset& preset : presets) {
        if (preset.range(today()) == m_range)
            return QString::fromLatin1(preset.id);
    }
    return m_range.first.toString(Qt::ISODate) + '/' + m_range.last.toString(Qt::ISODate);
}

void TimeRangeButton::recall(const QString& remembered)
{
    for (const Preset& preset : presets) {
        if (remembered == preset.id) {
            setRange(preset.range(today()));
            return;
        }
    }
    const QStringList days = remembered.split('/');
    if (days.size() == 2)
        setRange({QDate::fromString(days[0], Qt::ISODate), QDate::fromString(days[1], Qt::ISODate)});
}

void TimeRangeButton::retranslate()
{
    const QLocale locale;
    const QString first = shownDate(m_range.first, locale);
    const QString last = shownDate(m_range.last, locale);
    QString shown = QString("%1 – %2").arg(first, last);
    if (first.isEmpty() && last.isEmpty())
        shown = QCoreApplication::translate("ranges", "All time");
    else if (first.isEmpty())
        shown = tr("until %1").arg(last);
    else if (last.isEmpty())
        shown = tr("since %1").arg(first);
    else if (first == last)
        shown = first;
    setText(shown);
    setIcon(m_theme.icon("calendar"));
    setAccessibleName(tr("Time range: %1").arg(shown));
    setToolTip(tr("The days, in UTC, that all pages look at"));

    menu()->clear();
    for (const Preset& preset : presets) {
        QAction* action = menu()->addAction(QCoreApplication::translate("ranges", preset.title), this,
                                            [this, &preset] { choose(preset.range(today())); });
        action->setObjectName(QString("range-") + preset.id);
        action->setCheckable(true);
        action->setChecked(preset.range(today()) == m_range);
    }
    menu()->addSeparator();
    menu()->addAction(tr("Other days…"), this, &TimeRangeButton::askForDays)->setObjectName("range-other");
}

void TimeRangeButton::askForDays()
{
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName("rangeDialog");
    dialog->setWindowTitle(tr("Other days"));
    auto* first = new QDateEdit(m_range.first.isValid() ? m_range.first : firstOfMonth(today()), dialog);
    auto* last = new QDateEdit(m_range.last.isValid() ? m_range.last : today(), dialog);
    first->setObjectName("rangeFirst");
    last->setObjectName("rangeLast");
    for (QDateEdit* edit : {first, last}) {
        edit->setCalendarPopup(true);
        edit->setDisplayFormat("d MMM yyyy");
    }
    auto* buttons = new QDialogButtonBox(dialog);
    QPushButton* show = buttons->addButton(tr("Show these days"), QDialogButtonBox::AcceptRole);
    show->setObjectName("rangeApply");
    show->setProperty("kind", "primary");
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    auto* layout = new QFormLayout(dialog);
    layout->addRow(tr("First day"), first);
    layout->addRow(tr("Last day"), last);
    layout->addRow(buttons);
    const auto check = [show, first, last] { show->setEnabled(first->date() <= last->date()); };
    connect(first, &QDateEdit::dateChanged, show, check);
    connect(last, &QDateEdit::dateChanged, show, check);
    check();
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    connect(dialog, &QDialog::accepted, this, [this, first, last] { choose({first->date(), last->date()}); });
    dialog->open();
}

void TimeRangeButton::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QToolButton::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/usage/UsageChart.h"

#include "client/models/format.h"
#include "client/pages/usage/job_columns.h"
#include "client/widgets/setting.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSplitter>

namespace hpcbill::client
{

namespace
{

const Setting<int> lastGroup{"usage/groupBy", static_cast<int>(GroupBy::month)};
const Setting<int> lastMeasure{"usage/measure", static_cast<int>(Measure::cost)};

constexpr int barsMax = 30;          // of keys that are no time
constexpr int stepsFilledMax = 1000; // days or months without usage that are still drawn as gaps

constexpr std::pair<GroupBy, const char*> groupTitles[] = {
    {GroupBy::day, QT_TRANSLATE_NOOP("groups", "Day")},
    {GroupBy::month, QT_TRANSLATE_NOOP("groups", "Month")},
    {GroupBy::account, QT_TRANSLATE_NOOP("groups", "Account")},
    {GroupBy::user, QT_TRANSLATE_NOOP("groups", "User")},
    {GroupBy::partition, QT_TRANSLATE_NOOP("groups", "Partition")},
    {GroupBy::cluster, QT_TRANSLATE_NOOP("groups", "Cluster")},
    {GroupBy::tier, QT_TRANSLATE_NOOP("groups", "Tier")},
};

constexpr std::pair<Measure, const char*> measureTitles[] = {
    {Measure::cost, QT_TRANSLATE_NOOP("groups", "Cost")},
    {Measure::cpuHours, QT_TRANSLATE_NOOP("groups", "CPU core-hours")},
    {Measure::gpuHours, QT_TRANSLATE_NOOP("groups", "GPU-hours")},
    {Measure::memGibHours, QT_TRANSLATE_NOOP("groups", "Memory GiB-hours")},
    {Measure::jobs, QT_TRANSLATE_NOOP("groups", "Jobs")},
};

bool isTime(GroupBy group)
{
    return group == GroupBy::day || group == GroupBy::month;
}

/// Time goes on where nothing ran: the days or months between the first and the last group, those without
/// usage as zero.
QList<UsageGroup> withGaps(const QList<UsageGroup>& groups, GroupBy by)
{
    const QString suffix = by == GroupBy::month ? "-01" : "";
    const QString format = by == GroupBy::month ? "yyyy-MM" : "yyyy-MM-dd";
    QMap<QString, UsageGroup> byKey;
    for (const UsageGroup& group : groups)
        byKey.insert(group.key, group);
    if (byKey.isEmpty())
        return groups;
    QDate date = QDate::fromString(byKey.firstKey() + suffix, Qt::ISODate);
    const QDate last = QDate::fromString(byKey.lastKey() + suffix, Qt::ISODate);
    if (!date.isValid() || !last.isValid())
        return groups;
    QList<UsageGroup> filled;
    while (date <= last && filled.size() <= stepsFilledMax) {
        const QString key = date.toString(format);
        const UsageGroup none{by, key, "0", "0", "0", "0", {"0", groups.first().cost.currency}};
        filled.append(byKey.value(key, none));
        date = by == GroupBy::month ? date.addMonths(1) : date.addDays(1);
    }
    return filled.size() > stepsFilledMax ? byKey.values() : filled;
}

} // namespace

UsageChart::UsageChart(RestClient& api, Theme& theme, QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_api(api)
    , m_settings(settings)
    , m_group(new QComboBox(this))
    , m_measure(new QComboBox(this))
    , m_groupLabel(new QLabel(this))
    , m_measureLabel(new QLabel(this))
    , m_note(new QLabel(this))
    , m_chart(new BarChart(theme, this))
    , m_table(new TableView("usageGroups", settings, this))
    , m_model(new ListRows<UsageGroup>(groupColumns(), this))
{
    m_chart->setObjectName("usageChart");
    m_table->setModel(m_model);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({100, 105, 60, 105, 80, 150});

    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(m_chart);
    split->addWidget(m_table);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    split->setSizes({640, 400});
    m_state = new ViewState(theme, split, this);
    m_state->setObjectName("usageChartState");

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(makeControls());
    layout->addWidget(m_state, 1);

    connect(m_chart, &BarChart::barChosen, this,
            [this](const QString& key) { emit groupChosen(m_groupsOf, key); });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const UsageGroup* group = m_model->rowAt(index.row()))
            emit groupChosen(m_groupsOf, group->key);
    });
    connect(m_state, &ViewState::retryWanted, this, &UsageChart::refresh);
    connect(m_state, &ViewState::stepWanted, this, &UsageChart::allTimeWanted);
    choose(static_cast<GroupBy>(lastGroup.read(settings)), static_cast<Measure>(lastMeasure.read(settings)));
    retranslate();
}

QWidget* UsageChart::makeControls()
{
    auto* controls = new QWidget(this);
    m_group->setObjectName("usageGroupBy");
    m_measure->setObjectName("usageMeasure");
    for (const auto& [group, title] : groupTitles)
        m_group->addItem(QString(), static_cast<int>(group));
    for (const auto& [measure, title] : measureTitles)
        m_measure->addItem(QString(), static_cast<int>(measure));
    m_groupLabel->setBuddy(m_group);
    m_measureLabel->setBuddy(m_measure);
    m_note->setObjectName("usageNote");
    m_note->setProperty("kind", "quiet");
    auto* layout = new QHBoxLayout(controls);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_groupLabel);
    layout->addWidget(m_group);
    layout->addSpacing(8);
    layout->addWidget(m_measureLabel);
    layout->addWidget(m_measure);
    layout->addStretch();
    layout->addWidget(m_note);
    connect(m_group, &QComboBox::activated, this, [this] {
        if (group() == m_groupsOf)
            return;
        lastGroup.write(m_settings, static_cast<int>(group()));
        refresh();
    });
    connect(m_measure, &QComboBox::activated, this, [this] {
        lastMeasure.write(m_settings, static_cast<int>(measure()));
        showGroups();
    });
    return controls;
}

GroupBy UsageChart::group() const
{
    return static_cast<GroupBy>(m_group->currentData().toInt());
}

Measure UsageChart::measure() const
{
    return static_cast<Measure>(m_measure->currentData().toInt());
}

void UsageChart::choose(GroupBy group, Measure measure)
{
    m_group->setCurrentIndex(std::max(0, m_group->findData(static_cast<int>(group))));
    m_measure->setCurrentIndex(std::max(0, m_measure->findData(static_cast<int>(measure))));
}

void UsageChart::refresh()
{
    const quint64 ticket = ++m_ticket;
    const GroupBy asked = group();
    m_state->showLoading();
    fetchUsage(m_api, {asked, m_range, m_filter.user}, this,
               [this, ticket, asked](const ApiResult<QList<UsageGroup>>& answer) {
                   if (ticket != m_ticket)
                       return;
                   if (!answer) {
                       m_state->showError(answer.error());
                       return;
                   }
                   m_isAnswered = true;
                   m_groups = answer.value();
                   m_groupsOf = asked;
                   QStringList keys;
                   for (const UsageGroup& group : std::as_const(m_groups))
                       keys << group.key;
                   if (!isTime(asked) && m_filter.user.isEmpty())
                       emit keysKnown(asked, keys);
                   showGroups();
               });
}

QList<UsageGroup> UsageChart::shownGroups() const
{
    if (isTime(m_groupsOf))
        return withGaps(m_groups, m_groupsOf);
    QList<UsageGroup> largest = m_groups;
    const Measure by = measure();
    std::stable_sort(largest.begin(), largest.end(), [by](const UsageGroup& a, const UsageGroup& b) {
        return compareDecimals(figureOf(a, by), figureOf(b, by)) > 0;
    });
    return largest.mid(0, barsMax);
}

QString UsageChart::unitOf(const UsageGroup& group, const QString& figure) const
{
    const QLocale locale;
    switch (measure()) {
    case Measure::cost:
        return shownMoney(group.cost, locale);
    case Measure::cpuHours:
        return tr("%1 core-hours").arg(localized(figure, locale));
    case Measure::gpuHours:
        return tr("%1 GPU-hours").arg(localized(figure, locale));
    case Measure::memGibHours:
        return tr("%1 GiB-hours").arg(localized(figure, locale));
    case Measure::jobs:
        return tr("Jobs: %1").arg(localized(figure, locale));
    }
    return {};
}

void UsageChart::showGroups()
{
    m_chart->setAccessibleName(tr("Chart: %1 by %2").arg(m_measure->currentText(), m_group->currentText()));
    if (!m_isAnswered)
        return;
    m_model->setRows(m_groups);
    const QList<UsageGroup> shown = shownGroups();
    QList<BarChart::Bar> bars;
    for (const UsageGroup& group : shown) {
        const QString figure = figureOf(group, measure());
        bars.append({group.key, shownKey(m_groupsOf, group.key, QLocale()), figure, unitOf(group, figure)});
    }
    m_chart->setBars(m_measure->currentText(), bars);
    QStringList notes;
    JobFilter others = m_filter;
    others.user.clear();
    if (others != JobFilter())
        notes << tr("Of the filters only the user applies here");
    if (!isTime(m_groupsOf) && m_groups.size() > barsMax) {
        notes << tr("The %1 largest of %2; all are in the table").arg(barsMax).arg(m_groups.size());
    }
    m_note->setText(notes.join(" · "));
    showState();
}

void UsageChart::showState()
{
    if (!m_groups.isEmpty()) {
        m_state->showContent();
        return;
    }
    const bool isAllTime = m_range == TimeRange();
    m_state->showEmpty(isAllTime ? tr("No usage yet. It appears here once jobs have been taken in.")
                                 : tr("No usage in these days."),
                       isAllTime ? QString() : tr("Show all time"));
}

void UsageChart::retranslate()
{
    m_groupLabel->setText(tr("&Group by"));
    m_measureLabel->setText(tr("&Measure"));
    m_group->setAccessibleName(tr("Group by"));
    m_measure->setAccessibleName(tr("Measure"));
    for (int i = 0; i < m_group->count(); ++i)
        m_group->setItemText(i, QCoreApplication::translate("groups", groupTitles[i].second));
    for (int i = 0; i < m_measure->count(); ++i) {
        m_measure->setItemText(i, QCoreApplication::translate("groups", measureTitles[i].second));
    }
    m_table->setAccessibleName(tr("Usage by group"));
    m_model->retranslate();
    showGroups();
}

void UsageChart::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

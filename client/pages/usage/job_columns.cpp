// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/usage/job_columns.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

namespace hpcbill::client
{

namespace
{

Column<Job> textColumn(const char* id, const char* title, QString Job::* field)
{
    return {id, title, false, [field](const Job& job, const QLocale&) { return job.*field; },
            [field](const Job& job) { return job.*field; }};
}

Column<Job> timeColumn(const char* id, const char* title, QDateTime Job::* field)
{
    return {id, title, false,
            [field](const Job& job, const QLocale& locale) { return shownTime(job.*field, locale); },
            [field](const Job& job) { return rawTime(job.*field); }};
}

Column<Job> countColumn(const char* id, const char* title, qint64 Job::* field)
{
    return {id, title, true,
            [field](const Job& job, const QLocale& locale) {
                return localized(QString::number(job.*field), locale);
            },
            [field](const Job& job) { return QString::number(job.*field); }};
}

/// Cost and jobs to their last digit; of the six decimals of hours, two.
Column<UsageGroup> figureColumn(const char* id, const char* title, Measure measure)
{
    const bool isExact = measure == Measure::cost || measure == Measure::jobs;
    return {id, title, true,
            [measure, isExact](const UsageGroup& group, const QLocale& locale) {
                const QString figure = figureOf(group, measure);
                return isExact ? localized(figure, locale) : localizedRounded(figure, 2, locale);
            },
            [measure](const UsageGroup& group) { return figureOf(group, measure); }};
}

} // namespace

std::vector<Column<Job>> jobColumns()
{
    return {
        textColumn("job", QT_TRANSLATE_NOOP("columns", "Job"), &Job::displayId),
        textColumn("user", QT_TRANSLATE_NOOP("columns", "User"), &Job::user),
        textColumn("account", QT_TRANSLATE_NOOP("columns", "Account"), &Job::account),
        {"state", QT_TRANSLATE_NOOP("columns", "State"), false,
         [](const Job& job, const QLocale&) { return shownState(job.state); },
         [](const Job& job) { return job.state; }},
        {"cost", QT_TRANSLATE_NOOP("columns", "Cost"), true,
         [](const Job& job, const QLocale& locale) { return shownMoney(job.cost, locale); },
         [](const Job& job) { return job.cost.amount; }},
        timeColumn("ended", QT_TRANSLATE_NOOP("columns", "Ended"), &Job::endedAt),
        {"elapsed", QT_TRANSLATE_NOOP("columns", "Elapsed"), true,
         [](const Job& job, const QLocale&) { return shownDuration(job.elapsedSeconds); },
         [](const Job& job) { return QString::number(job.elapsedSeconds); }},
        countColumn("cpus", QT_TRANSLATE_NOOP("columns", "CPUs"), &Job::cpus),
        textColumn("partition", QT_TRANSLATE_NOOP("columns", "Partition"), &Job::partition),
        textColumn("cluster", QT_TRANSLATE_NOOP("columns", "Cluster"), &Job::cluster),
        textColumn("tier", QT_TRANSLATE_NOOP("columns", "Tier"), &Job::tier),
        timeColumn("submitted", QT_TRANSLATE_NOOP("columns", "Submitted"), &Job::submitAt),
    };
}

std::vector<Column<UsageGroup>> groupColumns()
{
    return {
        {"key", QT_TRANSLATE_NOOP("columns", "Group"), false,
         [](const UsageGroup& group, const QLocale& locale) { return shownKey(group.by, group.key, locale); },
         [](const UsageGroup& group) { return group.key; }},
        figureColumn("cost", QT_TRANSLATE_NOOP("columns", "Cost"), Measure::cost),
        figureColumn("jobs", QT_TRANSLATE_NOOP("columns", "Jobs"), Measure::jobs),
        figureColumn("cpu", QT_TRANSLATE_NOOP("columns", "CPU core-h"), Measure::cpuHours),
        figureColumn("gpu", QT_TRANSLATE_NOOP("columns", "GPU-h"), Measure::gpuHours),
        figureColumn("mem", QT_TRANSLATE_NOOP("columns", "Memory GiB-h"), Measure::memGibHours),
    };
}

QString shownState(const QString& state)
{
    static const QHash<QString, const char*> words{
        {"COMPLETED", QT_TRANSLATE_NOOP("states", "completed")},
        {"FAILED", QT_TRANSLATE_NOOP("states", "failed")},
        {"CANCELLED", QT_TRANSLATE_NOOP("states", "cancelled")},
        {"TIMEOUT", QT_TRANSLATE_NOOP("states", "timed out")},
        {"RUNNING", QT_TRANSLATE_NOOP("states", "running")},
        {"PENDING", QT_TRANSLATE_NOOP("states", "pending")},
        {"NODE_FAIL", QT_TRANSLATE_NOOP("states", "node failed")},
        {"OUT_OF_MEMORY", QT_TRANSLATE_NOOP("states", "out of memory")},
        {"PREEMPTED", QT_TRANSLATE_NOOP("states", "preempted")},
        {"REQUEUED", QT_TRANSLATE_NOOP("states", "requeued")},
    };
    const char* word = words.value(state);
    return word ? QCoreApplication::translate("states", word) : state;
}

QString shownKey(GroupBy by, const QString& key, const QLocale& locale)
{
    if (by == GroupBy::day)
        return locale.toString(QDate::fromString(key, Qt::ISODate), "d MMM yyyy");
    if (by == GroupBy::month)
        return locale.toString(QDate::fromString(key + "-01", Qt::ISODate), "MMM yyyy");
    return key.isEmpty() ? QCoreApplication::translate("columns", "(none)") : key;
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"
#include "client/models/time_range.h"

namespace hpcbill::client
{

/// A job of the contract; exact figures as text.
struct Job {
    QString cluster;
    QString jobId;     ///< Slurm's raw id
    QString displayId; ///< `4_1`, `15+0`
    QDateTime submitAt;
    QDateTime startedAt; ///< invalid when it never started
    QDateTime endedAt;   ///< invalid while it runs
    QString user;
    QString account;
    QString partition;
    QString qos;
    QString state;
    QString name;
    qint64 nodes = 0;
    qint64 cpus = 0;
    qint64 gpus = 0;
    qint64 memoryMib = 0;
    qint64 elapsedSeconds = 0;
    qint64 cpuSeconds = 0;
    qint64 gpuSeconds = 0;
    qint64 memoryMibSeconds = 0;
    QString tier;
    Money cost;
    QString receiptId; ///< empty while unbilled
};

/// What the table of jobs is restricted to; empty texts do not restrict.
struct JobFilter {
    QString cluster;
    QString user;
    QString account;
    QString partition;
    QString state;
    QString tier;
    TimeRange range;

    bool operator==(const JobFilter&) const = default;
};

/// One resource's share of a job's price.
struct PriceLine {
    QString resource; ///< cpu, gpu, mem
    QString count; ///< empty where the job was amended after it was billed
    QString unit;
    QString seconds; ///< count times elapsed, of memory MiB-seconds
    QString rate;    ///< per hour
    QString amount;  ///< before rounding, six decimals
};

/// A billing rule that was looked at.
struct RuleLine {
    QString name;
    bool applies = false;
    QString obstacle; ///< code of what keeps it from applying; empty where it applies or nothing is known
    QString after;    ///< the cost after it, six decimals
};

/// How a job's price came about.
struct Explanation {
    QString tierReason;
    std::optional<qint64> tierRule; ///< by rule: its place in the list, from 1
    QString tierPattern;            ///< by rule
    QString rateSource;
    QDateTime rateFrom; ///< invalid where the rates are a receipt's
    QString rateAuthor;
    bool isCharged = true; ///< false for a job that runs on, or never had nodes
    QList<PriceLine> lines;
    QString sum;
    QList<RuleLine> rules;
    QString rounding;
    Money rounded;
};

struct JobDetails {
    Job job;
    std::optional<Explanation> explanation; ///< none for a job that is not priced
};

enum class GroupBy { day, month, cluster, account, user, partition, tier };
enum class Measure { cost, cpuHours, gpuHours, memGibHours, jobs };

/// A sum of usage; hours as exact decimals.
struct UsageGroup {
    GroupBy by = GroupBy::month;
    QString key; ///< empty for jobs without one
    QString jobs;
    QString cpuHours;
    QString gpuHours;
    QString memGibHours;
    Money cost;
};

/// The name of the key on the wire: `day`, `partition`.
QString wireName(GroupBy group);
/// The exact figure of a measure.
QString figureOf(const UsageGroup& group, Measure measure);

/// When the jobs of the clusters were last read from Slurm.
struct Freshness {
    QDateTime oldest;           ///< of the clusters' last finished runs; invalid where none has been read
    QStringList failedClusters; ///< whose last run failed
};

void fetchFreshness(RestClient& api, QObject* context, const Answer<Freshness>& done);
void fetchJobs(RestClient& api, const JobFilter& filter, const std::optional<QString>& cursor, int limit,
               QObject* context, const Answer<ListPage<Job>>& done);
/// One job with the derivation of its price. Job ids are used again: the submit time tells which run.
void fetchJob(RestClient& api, const Job& job, QObject* context, const Answer<JobDetails>& done);
/// What usage is summed up: which days, and one user's or everybody's (empty).
struct UsageQuestion {
    GroupBy group = GroupBy::month;
    TimeRange range;
    QString user;
};

/// All groups, page by page.
void fetchUsage(RestClient& api, const UsageQuestion& question, QObject* context,
                const Answer<QList<UsageGroup>>& done);

} // namespace hpcbill::client

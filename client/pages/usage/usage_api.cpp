// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/usage/usage_api.h"

namespace hpcbill::client
{

namespace
{

Job readJob(const JsonFields& fields)
{
    Job job;
    job.cluster = fields.text("cluster");
    job.jobId = fields.decimal("job_id");
    job.displayId = fields.has("display_id") ? fields.decimal("display_id") : job.jobId;
    job.submitAt = fields.time("submit_at");
    job.startedAt = fields.timeOrNone("started_at");
    job.endedAt = fields.timeOrNone("ended_at");
    job.user = fields.text("user");
    job.account = fields.text("account");
    job.partition = fields.text("partition");
    job.qos = fields.textOrEmpty("qos");
    job.state = fields.text("state");
    job.name = fields.textOrEmpty("name");
    job.nodes = fields.integer("nodes");
    job.cpus = fields.integer("cpus");
    if (fields.has("gpus"))
        job.gpus = fields.integer("gpus");
    if (fields.has("memory_mib"))
        job.memoryMib = fields.integer("memory_mib");
    job.elapsedSeconds = fields.integer("elapsed_seconds");
    job.cpuSeconds = fields.integer("cpu_seconds");
    job.gpuSeconds = fields.integer("gpu_seconds");
    job.memoryMibSeconds = fields.integer("memory_mib_seconds");
    job.tier = fields.textOrEmpty("tier");
    if (fields.has("cost"))
        job.cost = fields.money("cost");
    if (fields.has("receipt_id"))
        job.receiptId = fields.decimal("receipt_id");
    return job;
}

Explanation readExplanation(const JsonFields& fields)
{
    Explanation explanation;
    explanation.tierReason = fields.textOrEmpty("tier_reason");
    if (fields.has("tier_rule"))
        explanation.tierRule = fields.integer("tier_rule");
    explanation.tierPattern = fields.textOrEmpty("tier_pattern");
    explanation.rateSource = fields.textOrEmpty("rate_source");
    explanation.rateFrom = fields.timeOrNone("rate_effective_from");
    explanation.rateAuthor = fields.textOrEmpty("rate_author");
    explanation.isCharged = fields.flag("charged");
    const QJsonArray lines = fields.array("lines");
    for (const QJsonValue& value : lines) {
        const JsonFields line(value.toObject(), "explain.lines");
        explanation.lines.append({line.text("resource"), line.has("count") ? line.decimal("count") : QString(), line.text("unit"),
                                  line.decimal("seconds"), line.decimal("rate"), line.decimal("amount")});
    }
    explanation.sum = fields.decimal("sum");
    const QJsonArray rules = fields.array("rules");
    for (const QJsonValue& value : rules) {
        const JsonFields rule(value.toObject(), "explain.rules");
        explanation.rules.append(
            {rule.text("name"), rule.flag("applies"), rule.textOrEmpty("obstacle"), rule.decimal("after")});
    }
    explanation.rounding = fields.textOrEmpty("rounding");
    explanation.rounded = fields.money("rounded");
    return explanation;
}

UsageGroup readGroup(const JsonFields& fields, GroupBy group)
{
    return {group,
            fields.textOrEmpty(wireName(group)),
            fields.decimal("jobs"),
            fields.decimal("cpu_hours"),
            fields.decimal("gpu_hours"),
            fields.decimal("mem_gib_hours"),
            fields.money("cost")};
}

void fetchUsagePage(RestClient& api, const UsageQuestion& question, const std::optional<QString>& cursor,
                    const QList<UsageGroup>& before, QObject* context, const Answer<QList<UsageGroup>>& done)
{
    Call call{.path = apiPath({"usage"})};
    addParameter(call.query, "group_by", wireName(question.group));
    addParameter(call.query, "limit", "1000");
    if (!question.user.isEmpty())
        addParameter(call.query, "user", question.user);
    question.range.addTo(call.query);
    if (cursor)
        addParameter(call.query, "cursor", *cursor);
    const auto read = [group = question.group](const RawAnswer& answer) {
        return readList<UsageGroup>(answer.body,
                                    [group](const JsonFields& fields) { return readGroup(fields, group); });
    };
    api.fetch<ListPage<UsageGroup>>(
        call, context, read,
        [&api, question, before, context, done](const ApiResult<ListPage<UsageGroup>>& page) {
            if (!page) {
                done(page.error());
                return;
            }
            const QList<UsageGroup> all = before + page.value().items;
            if (page.value().nextCursor)
                fetchUsagePage(api, question, page.value().nextCursor, all, context, done);
            else
                done(all);
        });
}

} // namespace

QString wireName(GroupBy group)
{
    switch (group) {
    case GroupBy::day:
        return "day";
    case GroupBy::month:
        return "month";
    case GroupBy::cluster:
        return "cluster";
    case GroupBy::account:
        return "account";
    case GroupBy::user:
        return "user";
    case GroupBy::partition:
        return "partition";
    case GroupBy::tier:
        return "tier";
    }
    return {};
}

QString figureOf(const UsageGroup& group, Measure measure)
{
    switch (measure) {
    case Measure::cost:
        return group.cost.amount;
    case Measure::cpuHours:
        return group.cpuHours;
    case Measure::gpuHours:
        return group.gpuHours;
    case Measure::memGibHours:
        return group.memGibHours;
    case Measure::jobs:
        return group.jobs;
    }
    return {};
}

void fetchFreshness(RestClient& api, QObject* context, const Answer<Freshness>& done)
{
    const auto read = [](const RawAnswer& answer) {
        const auto clusters =
            readList<JsonFields>(answer.body, [](const JsonFields& fields) { return fields; }).items;
        Freshness freshness;
        for (const JsonFields& cluster : clusters) {
            if (!cluster.has("last_run"))
                continue;
            const JsonFields run = cluster.object("last_run");
            if (run.text("status") == "failed")
                freshness.failedClusters << cluster.text("name");
            const QDateTime finished = run.timeOrNone("finished_at");
            if (finished.isValid() && (!freshness.oldest.isValid() || finished < freshness.oldest))
                freshness.oldest = finished;
        }
        return freshness;
    };
    api.fetch<Freshness>({.path = apiPath({"clusters"})}, context, read, done);
}

void fetchJobs(RestClient& api, const JobFilter& filter, const std::optional<QString>& cursor, int limit,
               QObject* context, const Answer<ListPage<Job>>& done)
{
    Call call{.path = apiPath({"jobs"})};
    addParameter(call.query, "limit", QString::number(limit));
    const std::pair<const char*, const QString&> parts[] = {
        {"cluster", filter.cluster},     {"user", filter.user},   {"account", filter.account},
        {"partition", filter.partition}, {"state", filter.state}, {"tier", filter.tier}};
    for (const auto& [name, value] : parts) {
        if (!value.isEmpty())
            addParameter(call.query, QString::fromLatin1(name), value);
    }
    filter.range.addTo(call.query);
    if (cursor)
        addParameter(call.query, "cursor", *cursor);
    api.fetch<ListPage<Job>>(
        call, context, [](const RawAnswer& answer) { return readList<Job>(answer.body, readJob); }, done);
}

void fetchJob(RestClient& api, const Job& job, QObject* context, const Answer<JobDetails>& done)
{
    Call call{.path = apiPath({"jobs", job.cluster, job.jobId})};
    addParameter(call.query, "submit_at", job.submitAt.toString(Qt::ISODateWithMs));
    const auto read = [](const RawAnswer& answer) {
        const JsonFields fields = readObject(answer.body);
        JobDetails details{readJob(fields), std::nullopt};
        if (fields.has("explain"))
            details.explanation = readExplanation(fields.object("explain"));
        return details;
    };
    api.fetch<JobDetails>(call, context, read, done);
}

void fetchUsage(RestClient& api, const UsageQuestion& question, QObject* context,
                const Answer<QList<UsageGroup>>& done)
{
    fetchUsagePage(api, question, std::nullopt, {}, context, done);
}

} // namespace hpcbill::client

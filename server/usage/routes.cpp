// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/usage/routes.h"

#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/json.h"
#include "server/usage/usage.h"

#include <Poco/StringTokenizer.h>
#include <fmt/format.h>

#include <ostream>

namespace hpcbill::usage
{
namespace
{

using http::Method;

JobFilter readJobFilter(http::Query& query)
{
    JobFilter filter;
    filter.cluster = query.text("cluster");
    filter.user = query.text("user");
    filter.account = query.text("account");
    filter.partition = query.text("partition");
    filter.state = query.text("state");
    filter.tier = query.text("tier");
    filter.billed = query.boolean("billed");
    filter.from = query.time("from");
    filter.to = query.time("to");
    if (filter.from && filter.to && *filter.to < *filter.from)
        query.refuse("to", "lies before `from`");
    return filter;
}

UsageKeys readKeys(http::Query& query)
{
    UsageKeys keys;
    const Poco::StringTokenizer words(query.text("group_by").value_or("month"), ",",
                                      Poco::StringTokenizer::TOK_TRIM);
    for (const std::string& word : words) {
        if (word == "day")
            keys.day = true;
        else if (word == "month")
            keys.month = true;
        else if (word == "cluster")
            keys.cluster = true;
        else if (word == "user")
            keys.user = true;
        else if (word == "account")
            keys.account = true;
        else if (word == "partition")
            keys.partition = true;
        else if (word == "tier")
            keys.tier = true;
        else
            query.refuse(
                "group_by",
                "one or more of day, month, cluster, user, account, partition, tier, with commas between");
    }
    return keys;
}

/// The rollups know days, so a window must not cut one.
std::optional<std::chrono::sys_days> wholeDay(http::Query& query, std::string_view name)
{
    const auto time = query.time(name);
    if (!time)
        return std::nullopt;
    const auto day = std::chrono::floor<std::chrono::days>(*time);
    if (day != *time)
        query.refuse(name, "usage is kept by day: give a date, or a time at midnight UTC");
    return day;
}

http::Response listJobs(const http::Request& request, const JobStore& jobs, postgres::Pool& pool)
{
    http::Query query(request);
    const JobFilter filter = readJobFilter(query);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("jobs", 3);
    query.finish();
    std::optional<JobPosition> after;
    if (cursor) {
        after = JobPosition{UtcTime(std::chrono::microseconds(cursor->integer(0))),
                            static_cast<ClusterId>(cursor->integer(1)), cursor->integer(2)};
    }
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = jobs.list(tx, filter, limit + 1, after);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        const Job& last = page.back();
        next = http::Cursor("jobs", {last.submitAt.time_since_epoch().count(),
                                     static_cast<std::int64_t>(last.clusterId), last.jobId})
                   .encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Job& job : page)
        items.push_back(toJson(job));
    return http::page(std::move(items), next);
}

http::Response exportJobs(const http::Request& request, const JobStore& jobs, postgres::Pool& pool)
{
    http::Query query(request);
    const JobFilter filter = readJobFilter(query);
    query.finish();
    return http::csv("jobs.csv", [&jobs, &pool, filter](std::ostream& out) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        writeCsv(out, [&](const auto& sink) { jobs.stream(tx, filter, sink); });
    });
}

http::Response showJob(const http::Request& request, const JobStore& jobs, postgres::Pool& pool)
{
    http::Query query(request);
    const auto submitAt = query.time("submit_at");
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const Job job = jobs.find(tx, request.parameter("cluster"), request.integerParameter("job_id"), submitAt);
    nlohmann::ordered_json answer = toJson(job);
    answer["explain"] = explainJson(job, jobs.explain(tx, job));
    return http::json(answer);
}

http::Response sumUsage(const http::Request& request, const JobStore& jobs, postgres::Pool& pool)
{
    http::Query query(request);
    const UsageKeys keys = readKeys(query);
    UsageFilter filter;
    filter.from = wholeDay(query, "from");
    filter.to = wholeDay(query, "to");
    filter.cluster = query.text("cluster");
    filter.user = query.text("user");
    filter.account = query.text("account");
    filter.partition = query.text("partition");
    filter.tier = query.text("tier");
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("usage", 7);
    query.finish();
    std::optional<UsageRow> after;
    if (cursor) {
        const auto part = [&cursor](std::size_t index) -> std::optional<std::string> {
            const std::string& text = cursor->text(index);
            return text.empty() ? std::nullopt : std::optional(text);
        };
        after = UsageRow{.day = part(0),
                         .month = part(1),
                         .cluster = part(2),
                         .user = part(3),
                         .account = part(4),
                         .partition = part(5),
                         .tier = part(6),
                         .jobs = 0,
                         .usage = {}};
    }
    postgres::Transaction tx(pool, postgres::Mode::snapshot);
    auto rows = jobs.summarize(tx, keys, filter, limit + 1, after);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(rows.size()) > limit) {
        rows.pop_back();
        const UsageRow& last = rows.back();
        next =
            http::Cursor("usage", {last.day.value_or(""), last.month.value_or(""), last.cluster.value_or(""),
                                   last.user.value_or(""), last.account.value_or(""),
                                   last.partition.value_or(""), last.tier.value_or("")})
                .encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const UsageRow& row : rows)
        items.push_back(toJson(row));
    return http::page(std::move(items), next);
}

constexpr std::int64_t mostSums = 1000;

std::map<std::string, pricing::Rates> readProposedRates(http::JsonBody& body)
{
    std::map<std::string, pricing::Rates> proposed;
    if (!body->has("rates"))
        return proposed;
    for (http::JsonObject& rate : body->objects("rates")) {
        const std::string tier = rate.text("tier");
        if (!proposed.emplace(tier, rates::readRates(rate)).second)
            rate.refuse("tier", "is given twice");
    }
    return proposed;
}

http::Response simulate(const http::Request& request, const JobStore& jobs, postgres::Pool& pool, const Currency& currency)
{
    http::JsonBody body(request);
    const UtcTime from = body->time("from");
    const UtcTime to = body->time("to");
    if (to < from)
        body->refuse("to", "lies before `from`");
    Proposal proposal{.rates = readProposedRates(body), .rules = {}};
    if (body->has("rules"))
        proposal.rules = rates::readRules(body.root(), currency);
    const std::int64_t most = body->optionalInteger("limit").value_or(100);
    if (most < 1 || most > mostSums)
        body->refuse("limit", fmt::format("1 to {}", mostSums));
    body.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    nlohmann::ordered_json answer{{"from", toRfc3339(from)}, {"to", toRfc3339(to)}};
    answer.update(toJson(jobs.simulate(tx, from, to, proposal, static_cast<std::size_t>(most))));
    return http::json(answer);
}

} // namespace

std::vector<http::Route> routes(const JobStore& jobs, postgres::Pool& pool, const Currency& currency)
{
    return {
        {Method::get, "/api/v1/jobs", api::readers,
         [&](const http::Request& r) { return listJobs(r, jobs, pool); }},
        {Method::get, "/api/v1/jobs.csv", api::readers,
         [&](const http::Request& r) { return exportJobs(r, jobs, pool); }},
        {Method::get, "/api/v1/jobs/{cluster}/{job_id}", api::readers,
         [&](const http::Request& r) { return showJob(r, jobs, pool); }},
        {Method::get, "/api/v1/usage", api::readers,
         [&](const http::Request& r) { return sumUsage(r, jobs, pool); }},
        {Method::post, "/api/v1/rates/simulate", api::readers,
         [&, currency](const http::Request& r) { return simulate(r, jobs, pool, currency); }},
    };
}

} // namespace hpcbill::usage

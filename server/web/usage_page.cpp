// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/pages.h"

#include "server/http/csrf.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/usage.h"
#include "server/web/figures.h"
#include "server/web/trend.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <set>

namespace hpcbill::web
{

namespace
{

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr std::int64_t jobsPerPage = 50;
constexpr std::int64_t sumsMax = 1000;
constexpr std::chrono::months trendMonths{23};    // before the last one: two years at most
constexpr std::chrono::months trendMonthsMin{11}; // a year at least
constexpr std::array<std::string_view, 4> views{"detail", "aggregate", "billed", "trend"};

/// What was asked for.
struct Question {
    std::string user;
    std::string view = "detail";
    std::optional<sys_days> before;
    std::optional<usage::JobPosition> after;
};

year_month monthOfDay(sys_days day)
{
    const year_month_day date(day);
    return {date.year(), date.month()};
}

sys_days firstDay(year_month month)
{
    return month / 1;
}

std::string addressOf(const std::string& view, const std::optional<sys_days>& before)
{
    return "/me?view=" + view + (before ? "&before=" + toIsoDate(*before) : "");
}

Question readQuestion(const http::Request& request)
{
    http::Query query(request);
    Question question;
    question.user = request.principal()->username;
    question.view = query.choice("view", {views.begin(), views.end()}).value_or("detail");
    question.before = query.date("before");
    const auto cursor = query.cursor("me", 3);
    query.finish();
    if (cursor) {
        question.after =
            usage::JobPosition{UtcTime(std::chrono::microseconds(cursor->integer(0))),
                               static_cast<usage::ClusterId>(cursor->integer(1)), cursor->integer(2)};
    }
    return question;
}

/// Sums of rows as they are shown: what stands beneath a column is what its figures add up to.
usage::UsageRow totalOf(const std::vector<usage::UsageRow>& rows, const Currency& currency)
{
    usage::UsageRow total;
    total.cost = Money(0, currency);
    for (const usage::UsageRow& row : rows) {
        total.jobs += row.jobs;
        total.usage.cpuSeconds += row.usage.cpuSeconds;
        total.usage.gpuSeconds += row.usage.gpuSeconds;
        total.usage.memoryMibSeconds += row.usage.memoryMibSeconds;
        total.cost += row.cost;
    }
    return total;
}

/// Fills the usage page, one part of it per function.
class UsagePage final
{
public:
    UsagePage(const Frame& frame, const http::Request& request, const SiteParts& parts, Question question)
        : m_page(frame, request, "usage.tpl")
        , m_texts(m_page.texts())
        , m_parts(parts)
        , m_question(std::move(question))
        , m_tx(parts.pool, postgres::Mode::snapshot)
        , m_today(std::chrono::floor<days>(m_tx.now()))
        , m_rates(parts.rates.inForce(m_tx, m_tx.now()))
        , m_currency(m_rates.begin()->second.currency)
    {
        m_page.setTitle(m_texts.at("usage_title"));
        m_page.setTab(Tab::usage);
    }

    Page& fill()
    {
        fillTiles();
        fillTabs();
        fillForms();
        if (m_question.view == "detail" || m_question.view == "billed")
            fillJobs();
        else if (m_question.view == "aggregate")
            fillAggregate();
        else
            fillTrend();
        return m_page;
    }

private:
    std::string costHeading() const
    {
        return m_texts.format("col_cost", fmt::arg("currency", m_currency.code()));
    }

    std::vector<usage::UsageRow> sums(const usage::UsageKeys& keys, std::optional<sys_days> from,
                                      std::optional<sys_days> to, std::int64_t limit)
    {
        usage::UsageFilter filter;
        filter.from = from;
        filter.to = to;
        filter.user = m_question.user;
        return m_parts.jobs.summarize(m_tx, keys, filter, limit, std::nullopt);
    }

    void fillTiles()
    {
        Fields& fields = m_page.fields();
        const auto tile = [&](std::string_view cost, std::string_view jobs,
                              const std::vector<usage::UsageRow>& rows) {
            const usage::UsageRow total = totalOf(rows, m_currency);
            set(fields, cost, amountWithCurrency(total.cost));
            set(fields, jobs,
                m_texts.format("tile_jobs", fmt::arg("count", grouped(fmt::to_string(total.jobs)))));
        };
        const std::vector<usage::UsageRow> everything =
            sums({.tier = true}, std::nullopt, std::nullopt, sumsMax);
        tile("ALL_COST", "ALL_JOBS", everything);
        tile("MONTH_COST", "MONTH_JOBS",
             sums({.tier = true}, firstDay(monthOfDay(m_today)), std::nullopt, sumsMax));

        Fields* table = nullptr;
        for (const usage::UsageRow& row : everything) {
            const auto rate = m_rates.find(row.tier.value_or(""));
            if (rate == m_rates.end())
                continue;
            if (table == nullptr) {
                table = fields.AddSectionDictionary("RATES");
                set(*table, "RATES_CAPTION",
                    m_texts.format("rates_caption", fmt::arg("currency", m_currency.code())));
            }
            Fields& line = *table->AddSectionDictionary("RATE");
            set(line, "TIER", rate->first);
            set(line, "CPU", toDecimal(rate->second.rates.cpu));
            set(line, "GPU", toDecimal(rate->second.rates.gpu));
            set(line, "MEM", toDecimal(rate->second.rates.mem));
        }
    }

    void fillTabs()
    {
        Fields& fields = m_page.fields();
        for (const std::string_view view : views) {
            Fields& tab = *fields.AddSectionDictionary("TAB");
            set(tab, "ADDRESS", addressOf(std::string(view), m_question.before));
            set(tab, "NAME", m_texts.at(fmt::format("view_{}", view)));
            set(tab, "CURRENT", view == m_question.view ? "page" : "false");
        }
        set(fields, "VIEW", m_question.view);
        set(fields, "BEFORE", toIsoDate(m_question.before.value_or(m_today + days(1))));
        if (m_question.before)
            set(*fields.AddSectionDictionary("IS_FILTERED"), "ALL_ADDRESS",
                addressOf(m_question.view, std::nullopt));
    }

    void fillForms()
    {
        Fields& fields = m_page.fields();
        const sys_days tomorrow = m_today + days(1); // takes in all that has ended by now
        set(fields, "ORDER_KEY", http::randomToken());
        set(fields, "RECEIPT_BEFORE", toIsoDate(m_question.before.value_or(tomorrow)));
        set(fields, "CSV_START", toIsoDate(firstDay(monthOfDay(m_today))));
        set(fields, "CSV_END", toIsoDate(tomorrow));
        const bool isSum = m_question.view == "aggregate" || m_question.view == "trend";
        set(fields, "RATES_NOTE", m_texts.at(isSum ? "sums_note" : "rates_note"));
    }

    void fillJobs()
    {
        const bool isBilled = m_question.view == "billed";
        usage::JobFilter filter;
        filter.user = m_question.user;
        filter.to = m_question.before;
        if (isBilled)
            filter.billed = true;
        std::vector<usage::Job> jobs = m_parts.jobs.list(m_tx, filter, jobsPerPage + 1, m_question.after);
        if (jobs.empty()) {
            set(*m_page.fields().AddSectionDictionary("EMPTY"), "MESSAGE",
                m_texts.at(isBilled ? "billed_empty" : "jobs_empty"));
            return;
        }
        Fields& table = *m_page.fields().AddSectionDictionary("JOBS");
        set(table, "COST_HEADING", costHeading());
        set(table, "CAPTION",
            isBilled ? m_texts.at("billed_caption")
            : m_question.before
                ? m_texts.format("jobs_caption_before", fmt::arg("day", toIsoDate(*m_question.before)))
                : m_texts.at("jobs_caption"));
        const std::string address = addressOf(m_question.view, m_question.before);
        if (m_question.after)
            set(*table.AddSectionDictionary("FIRST_PAGE"), "ADDRESS", address);
        if (std::ssize(jobs) > jobsPerPage) {
            jobs.pop_back();
            const usage::Job& last = jobs.back();
            const http::Cursor next("me", {last.submitAt.time_since_epoch().count(),
                                           static_cast<std::int64_t>(last.clusterId), last.jobId});
            set(*table.AddSectionDictionary("NEXT_PAGE"), "ADDRESS", address + "&cursor=" + next.encode());
        }
        for (const usage::Job& job : jobs)
            fillJob(*table.AddSectionDictionary("JOB"), job);
    }

    void fillJob(Fields& row, const usage::Job& job)
    {
        set(row, "ADDRESS",
            fmt::format("/me/jobs/{}/{}?submit_at={}", http::encodePercent(job.cluster), job.jobId,
                        http::encodePercent(toRfc3339(job.submitAt))));
        set(row, "ID", job.displayId);
        set(row, "NAME", job.name);
        set(row, "ENDED", momentOf(job.endedAt));
        set(row, "STATE", stateOf(job.state, m_texts));
        set(row, "ACCOUNT", job.account);
        set(row, "ELAPSED", elapsedOf(job.elapsedSeconds));
        set(row, "CPU", hoursOf(job.usage.cpuSeconds));
        set(row, "GPU", hoursOf(job.usage.gpuSeconds));
        set(row, "MEM", gibHoursOf(job.usage.memoryMibSeconds));
        set(row, "COST", amountOf(job.cost));
        if (job.receiptId)
            set(*row.AddSectionDictionary("BILLED"), "RECEIPT",
                fmt::format("/me/receipts/{}", *job.receiptId));
        else
            set(*row.AddSectionDictionary("UNBILLED"), "WHEN",
                m_texts.at(job.booked ? "not_billed" : "none"));
    }

    void fillSums(std::vector<usage::UsageRow> rows, const std::string& caption, bool withAccount)
    {
        Fields& fields = m_page.fields();
        if (rows.empty()) {
            set(*fields.AddSectionDictionary("EMPTY"), "MESSAGE", m_texts.at("sums_empty"));
            return;
        }
        if (std::ssize(rows) > sumsMax) {
            rows.pop_back();
            m_page.alert(AlertKind::bad, m_texts.format("sums_cut", fmt::arg("count", sumsMax)));
        }
        const usage::UsageRow total = totalOf(rows, m_currency);
        std::ranges::reverse(rows); // newest month first, as the jobs
        Fields& table = *fields.AddSectionDictionary("SUMS");
        set(table, "CAPTION", caption);
        set(table, "COST_HEADING", costHeading());
        if (withAccount)
            table.ShowSection("WITH_ACCOUNT");
        for (const usage::UsageRow& row : rows) {
            Fields& line = *table.AddSectionDictionary("SUM");
            set(line, "MONTH", row.month.value_or(""));
            if (withAccount)
                set(*line.AddSectionDictionary("WITH_ACCOUNT"), "ACCOUNT", row.account.value_or(""));
            set(line, "COUNT", grouped(fmt::to_string(row.jobs)));
            set(line, "CPU", hoursOf(row.usage.cpuSeconds));
            set(line, "GPU", hoursOf(row.usage.gpuSeconds));
            set(line, "MEM", gibHoursOf(row.usage.memoryMibSeconds));
            set(line, "COST", amountOf(row.cost));
        }
        set(table, "TOTAL_COUNT", grouped(fmt::to_string(total.jobs)));
        set(table, "TOTAL_CPU", hoursOf(total.usage.cpuSeconds));
        set(table, "TOTAL_GPU", hoursOf(total.usage.gpuSeconds));
        set(table, "TOTAL_MEM", gibHoursOf(total.usage.memoryMibSeconds));
        set(table, "TOTAL_COST", amountOf(total.cost));
    }

    void fillAggregate()
    {
        fillSums(sums({.month = true, .account = true}, std::nullopt, m_question.before, sumsMax + 1),
                 m_texts.at("sums_caption"), true);
    }

    void fillTrend()
    {
        const sys_days end = m_question.before.value_or(m_today + days(1));
        const year_month last = monthOfDay(end - days(1));
        const year_month first = last - trendMonths;
        const std::vector<usage::UsageRow> rows = sums({.month = true}, firstDay(first), end, sumsMax);
        const std::string caption = m_texts.format("trend_caption", fmt::arg("currency", m_currency.code()));
        if (!rows.empty()) {
            const bool isYoung = rows.front().month.value_or("") >= monthOf(last - trendMonthsMin);
            fillChart(everyMonth(rows, isYoung ? last - trendMonthsMin : first, last, m_currency), caption);
        }
        fillSums(rows, caption, false);
    }

    void fillChart(const std::vector<usage::UsageRow>& months, const std::string& caption)
    {
        Fields& chart = *m_page.fields().AddSectionDictionary("CHART");
        set(chart, "CAPTION", caption);
        const auto highest =
            std::ranges::max(months, {}, [](const usage::UsageRow& row) { return row.cost.minorUnits(); });
        set(chart, "HIGHEST", amountOf(highest.cost));
        for (const Bar& bar : barsOf(months)) {
            Fields& shape = *chart.AddSectionDictionary("BAR");
            set(shape, "X", fmt::to_string(bar.x));
            set(shape, "Y", fmt::to_string(bar.y));
            set(shape, "WIDTH", fmt::to_string(bar.width));
            set(shape, "HEIGHT", fmt::to_string(bar.height));
            set(shape, "HINT", fmt::format("{}: {}", bar.month, amountOf(bar.cost)));
            if (bar.isMarked)
                set(*shape.AddSectionDictionary("MARK"), "TEXT", bar.month);
        }
    }

    Page m_page;
    const Texts& m_texts;
    const SiteParts& m_parts;
    Question m_question;
    postgres::Transaction m_tx;
    sys_days m_today;
    rates::RateTable m_rates;
    Currency m_currency;
};

} // namespace

http::Response showUsage(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    UsagePage page(frame, request, parts, readQuestion(request));
    return page.fill().answer();
}

http::Response showUsageAgain(const Frame& frame, const http::Request& request, const SiteParts& parts,
                              const std::string& message, int status)
{
    Question question;
    question.user = request.principal()->username;
    UsagePage page(frame, request, parts, std::move(question));
    Page& filled = page.fill();
    filled.alert(AlertKind::bad, message);
    return filled.answer(status);
}

http::Response downloadJobs(const http::Request& request, const SiteParts& parts)
{
    http::Query query(request);
    usage::JobFilter filter;
    filter.user = request.principal()->username;
    const auto start = query.date("start");
    const auto end = query.date("end");
    if (start && end && *end < *start)
        query.refuse("end", "Lies before `start`.");
    query.finish();
    filter.from = start;
    filter.to = end;
    postgres::Pool& pool = parts.pool;
    const usage::JobStore& jobs = parts.jobs;
    return http::csv("my-jobs.csv", [&pool, &jobs, filter](std::ostream& out) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        usage::writeCsv(out, [&](const auto& sink) { jobs.stream(tx, filter, sink); });
    });
}

} // namespace hpcbill::web

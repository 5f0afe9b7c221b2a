// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the accounting of a made-up site, as `sacct --parsable2` prints it.
#include "tests/bench/site.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace
{

using namespace hpcbill::bench;

constexpr std::string_view usage =
    "usage: make-jobs --jobs N --days D --end DATE [--seed S] [--steps K] [--epoch] [--cluster NAME] [--format sacct]\n"
    "Writes N job records that a site could have had in the D days before the end of DATE (YYYY-MM-DD, or seconds since\n"
    "1970), with K steps each: the text of `sacct --parsable2`, in UTC or, with --epoch, in seconds since 1970. The same\n"
    "arguments give the same bytes.\n";

struct Options {
    SiteSettings site;
    std::int64_t days = 0;
    std::int64_t steps = 0;
    bool epoch = false;
    std::string cluster = "demo";
};

std::int64_t numberOf(std::string_view name, std::string_view text)
{
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || rest != text.data() + text.size() || number < 0)
        throw std::invalid_argument(fmt::format("{} {} is not a whole number", name, text));
    return number;
}

/// The end of the day, or the second itself.
std::int64_t endOf(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return numberOf("--end", text);
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(numberOf("--end", text.substr(0, 4)))),
                                           std::chrono::month(static_cast<unsigned>(numberOf("--end", text.substr(5, 2)))),
                                           std::chrono::day(static_cast<unsigned>(numberOf("--end", text.substr(8, 2))))};
    if (!date.ok()) throw std::invalid_argument(fmt::format("--end {} is no date", text));
    return std::chrono::sys_seconds(std::chrono::sys_days(date) + std::chrono::days(1)).time_since_epoch().count();
}

Options optionsOf(const std::vector<std::string_view>& words)
{
    Options options;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string_view name = words[at];
        if (name == "--epoch") {
            options.epoch = true;
            continue;
        }
        if (at + 1 == words.size()) throw std::invalid_argument(fmt::format("{} is not understood, or its value is missing", name));
        const std::string_view value = words[++at];
        if (name == "--jobs") options.site.jobs = numberOf(name, value);
        else if (name == "--days") options.days = numberOf(name, value);
        else if (name == "--end") options.site.end = endOf(value);
        else if (name == "--seed") options.site.seed = static_cast<std::uint64_t>(numberOf(name, value));
        else if (name == "--steps") options.steps = numberOf(name, value);
        else if (name == "--cluster") options.cluster = value;
        else if (name != "--format" || value != "sacct") throw std::invalid_argument(fmt::format("{} {} is not understood", name, value));
    }
    if (options.site.jobs == 0 || options.days == 0 || options.site.end == 0)
        throw std::invalid_argument("--jobs, --days and --end are needed");
    if (options.site.jobs > 1'000'000'000 || options.days > 3660 || options.days * 86400 >= options.site.end)
        throw std::invalid_argument("at most 10^9 jobs over ten years");
    options.site.begin = options.site.end - options.days * 86400;
    return options;
}

/// Lines of sacct, gathered into large writes.
class SacctText final
{
public:
    SacctText(const Options& options, std::FILE* out) : m_options(options), m_out(out)
    {
        append("JobIDRaw|JobID|User|Account|Partition|QOS|Cluster|State|ExitCode|Submit|Eligible|Start|End|ElapsedRaw|Suspended|"
               "TimelimitRaw|NNodes|NCPUS|AllocTRES|ReqTRES|NodeList|JobName\n");
    }

    void add(const SiteJob& job)
    {
        const std::string tres = fmt::format("billing={0},cpu={0}{1},mem={2}M,node={3}", job.cpus,
                                             job.gpus > 0 ? fmt::format(",gres/gpu:a100={0},gres/gpu={0}", job.gpus) : "",
                                             job.memoryMib, job.nodes);
        const std::string nodes = job.start == 0  ? "None assigned"
                                  : job.nodes > 1 ? fmt::format("n[{}-{}]", job.firstNode, job.firstNode + job.nodes - 1)
                                                  : fmt::format("n{}", job.firstNode);
        append(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}{}|{}:{}|{}|{}|{}|{}|{}|00:00:00|{}|{}|{}|{}|{}|{}|{}\n", job.jobId, job.displayId,
                           job.user, job.account, job.partition, job.qos, m_options.cluster, job.state, job.cancelledBy, job.exitCode,
                           job.exitSignal, time(job.submit, ""), time(job.eligible, "Unknown"),
                           time(job.start, job.end == 0 ? "Unknown" : "None"), time(job.end, "Unknown"), job.elapsed, job.limitMinutes,
                           job.nodes, job.cpus, job.start == 0 ? "" : tres, tres, nodes, job.name));
        if (job.start == 0) return;
        for (std::int64_t step = 0; step < m_options.steps; ++step) addStep(job, step, nodes);
    }

    void flush()
    {
        if (std::fwrite(m_text.data(), 1, m_text.size(), m_out) != m_text.size() || std::fflush(m_out) != 0)
            throw std::runtime_error("the output could not be written");
        m_text.clear();
    }

private:
    void addStep(const SiteJob& job, std::int64_t step, const std::string& nodes)
    {
        const std::string id = step == 0 ? "batch" : (step == 1 ? "extern" : fmt::format("{}", step - 2));
        append(fmt::format("{}.{}|{}.{}||{}|||{}|{}|{}:{}|{}|{}|{}|{}|{}|00:00:00||{}|{}|cpu={},mem={}M,node={}||{}|{}\n", job.jobId, id,
                           job.displayId, id, job.account, m_options.cluster, job.state, job.exitCode, job.exitSignal,
                           time(job.start, ""), time(job.start, ""), time(job.start, ""), time(job.end, "Unknown"), job.elapsed, job.nodes,
                           job.cpus, job.cpus, job.memoryMib, job.nodes, nodes, step < 2 ? id : job.name));
    }

    [[nodiscard]] std::string time(std::int64_t seconds, std::string_view absent) const
    {
        if (seconds == 0) return std::string(absent);
        if (m_options.epoch) return fmt::format("{}", seconds);
        const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
        const auto day = std::chrono::floor<std::chrono::days>(moment);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss clock(moment - day);
        return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                           static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    }

    void append(std::string_view line)
    {
        m_text += line;
        if (m_text.size() > 1U << 20U) flush();
    }

    const Options& m_options;
    std::FILE* m_out;
    std::string m_text;
};

} // namespace

int main(int count, char** words)
{
    try {
        const Options options = optionsOf({words + 1, words + count});
        Site site(options.site);
        SacctText text(options, stdout);
        SiteJob job;
        while (site.next(job)) text.add(job);
        text.flush();
        return 0;
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "make-jobs: {}\n{}", error.what(), usage);
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "make-jobs: {}\n", error.what());
        return 3;
    }
}

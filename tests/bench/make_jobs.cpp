// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the accounting of a made-up site, as sacct or slurmrestd gives it.
#include "tests/bench/forms.h"
#include "tests/bench/site.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace
{

using namespace hpcbill::bench;

constexpr std::string_view usage =
    "usage: make-jobs --jobs N --days D --end DATE [--seed S] [--steps K] [--epoch] [--cluster NAME] [--format sacct|slurmrestd]\n"
    "Writes N job records that a site could have had in the D days before the end of DATE (YYYY-MM-DD, or seconds since\n"
    "1970): the text of `sacct --parsable2` with K steps each, in UTC or, with --epoch, in seconds since 1970; or the body\n"
    "of slurmrestd's /slurmdb/v0.0.38/jobs. The same arguments give the same bytes.\n";

struct Options {
    SiteSettings site;
    std::int64_t days = 0;
    FormSettings form;
    std::string format = "sacct";
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
            options.form.epoch = true;
            continue;
        }
        if (at + 1 == words.size()) throw std::invalid_argument(fmt::format("{} is not understood, or its value is missing", name));
        const std::string_view value = words[++at];
        if (name == "--jobs") options.site.jobs = numberOf(name, value);
        else if (name == "--days") options.days = numberOf(name, value);
        else if (name == "--end") options.site.end = endOf(value);
        else if (name == "--seed") options.site.seed = static_cast<std::uint64_t>(numberOf(name, value));
        else if (name == "--steps") options.form.steps = numberOf(name, value);
        else if (name == "--cluster") options.form.cluster = value;
        else if (name == "--format") options.format = value;
        else throw std::invalid_argument(fmt::format("{} {} is not understood", name, value));
    }
    if (options.site.jobs == 0 || options.days == 0 || options.site.end == 0)
        throw std::invalid_argument("--jobs, --days and --end are needed");
    if (options.site.jobs > 1'000'000'000 || options.days > 3660 || options.days * 86400 >= options.site.end)
        throw std::invalid_argument("at most 10^9 jobs over ten years");
    options.site.begin = options.site.end - options.days * 86400;
    return options;
}

void write(const std::string& text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw std::runtime_error("the output could not be written");
}

} // namespace

int main(int count, char** words)
{
    try {
        const Options options = optionsOf({words + 1, words + count});
        const std::unique_ptr<Form> form = makeForm(options.format, options.form);
        if (!form) throw std::invalid_argument(fmt::format("--format {} is not understood", options.format));
        Site site(options.site);
        SiteJob job;
        std::string text;
        form->begin(text);
        while (site.next(job)) {
            form->add(job, text);
            if (text.size() < 1U << 20U) continue;
            write(text);
            text.clear();
        }
        form->end(text);
        write(text);
        return 0;
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "make-jobs: {}\n{}", error.what(), usage);
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "make-jobs: {}\n", error.what());
        return 3;
    }
}

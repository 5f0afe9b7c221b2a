// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a single field.
#include "common/invariant.h"
#include "common/money/currency.h"
#include "common/money/decimal.h"
#include "common/money/money.h"
#include "common/money/rate.h"
#include "common/slurm/job_id.h"
#include "common/slurm/state.h"
#include "common/slurm/times.h"
#include "common/slurm/tres.h"
#include "common/time/time.h"
#include "tests/fuzz/targets.h"

#include <fmt/format.h>

#include <string>

namespace hpcbill::fuzz
{
namespace
{

using namespace slurm;

std::string textOf(const JobIdText& id)
{
    return fmt::format("{}{}{}{}{}", id.base, id.task ? fmt::format("_{}", *id.task) : "",
                       id.isTaskRange ? "_[1-2]" : "", id.component ? fmt::format("+{}", *id.component) : "",
                       id.step.empty() ? "" : fmt::format(".{}", id.step));
}

std::string textOf(const Tres& tres)
{
    return fmt::format("gres/gpu={},mem={}M{}{}{}", tres.gpus, tres.memoryMib,
                       tres.cpus ? fmt::format(",cpu={}", *tres.cpus) : "",
                       tres.nodes ? fmt::format(",node={}", *tres.nodes) : "",
                       tres.energyJoules ? fmt::format(",energy={}", *tres.energyJoules) : "");
}

bool isSame(const Tres& left, const Tres& right)
{
    return left.cpus == right.cpus && left.nodes == right.nodes && left.gpus == right.gpus &&
           left.memoryMib == right.memoryMib && left.energyJoules == right.energyJoules;
}

std::string textOf(std::chrono::microseconds length)
{
    const auto days = std::chrono::floor<std::chrono::days>(length);
    const std::chrono::hh_mm_ss clock(length - days);
    return fmt::format("{}-{:02}:{:02}:{:02}.{:06}", days.count(), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

} // namespace

void jobId(std::string_view text)
{
    const std::optional<JobIdText> id = parseJobId(text);
    if (!id)
        return;
    invariant(id->base > 0 && id->task.value_or(0) >= 0 && id->component.value_or(0) >= 0,
              "a job id is not positive");
    invariant(!(id->task && id->isTaskRange), "a job is one task and several");
    const std::string written = textOf(*id);
    const std::optional<JobIdText> again = parseJobId(written);
    invariant(again && textOf(*again) == written, "a job id that is written and read is another one");
    if (id->step.empty()) {
        const std::string step = std::string(text) + ".batch";
        const std::optional<JobIdText> ofStep = parseJobId(step);
        invariant(ofStep && ofStep->base == id->base && ofStep->step == "batch",
                  "a job's step is not the job's");
    }
}

void tres(std::string_view text)
{
    if (const Result<Tres, std::string> tres = parseTres(text)) {
        invariant(tres->cpus.value_or(0) >= 0 && tres->nodes.value_or(0) >= 0 && tres->gpus >= 0 &&
                      tres->memoryMib >= 0 && tres->energyJoules.value_or(0) >= 0,
                  "less than nothing was allocated");
        const Result<Tres, std::string> again = parseTres(textOf(*tres));
        invariant(again && isSame(*again, *tres), "TRES that are written and read are others");
        // What is not billed changes nothing, wherever it stands.
        const Result<Tres, std::string> more = parseTres("billing=7," + std::string(text));
        invariant(more && isSame(*more, *tres), "what is not billed changes what is");
        // The total, where it is told, is the total.
        if (text.find("gpu") == text.npos) {
            const Result<Tres, std::string> typed =
                parseTres(std::string(text) + (text.empty() || text.ends_with(',') ? "" : ",") +
                          "gres/gpu:a=2,gres/gpu=3,gres/gpu:b=1");
            invariant(typed && typed->gpus == 3, "typed GPUs were counted beside their total");
        }
    } else {
        invariant(!tres.error().empty(), "TRES that cannot be read do not say why");
    }
    if (const Result<Gpus, std::string> gpus = parseGresGpus(text))
        invariant(gpus->count >= 0, "fewer GPUs than none");
    if (const std::optional<std::int64_t> mib = parseMemoryMib(text)) {
        invariant(*mib >= 0, "less memory than none");
        invariant(parseMemoryMib(fmt::format("{}M", *mib)) == mib &&
                      parseMemoryMib(fmt::format("{}", *mib)) == mib,
                  "memory that is written and read is another");
    }
    if (const std::optional<std::int64_t> count = parseShortCount(text))
        invariant(*count >= 0 && parseShortCount(fmt::format("{}", *count)) == count,
                  "a count that is written and read is another");
}

void times(std::string_view text)
{
    if (const std::optional<std::int64_t> count = parseCount(text))
        invariant(*count >= 0 && parseCount(fmt::format("{}", *count)) == count,
                  "a count that is written and read is another");
    if (const std::optional<std::chrono::microseconds> length = parseDuration(text)) {
        invariant(length->count() >= 0, "a length of time is negative");
        invariant(parseDuration(textOf(*length)) == length, "a length that is written and read is another");
    }
    if (const std::optional<SlurmTime> time = parseSlurmTime(text); time && time->at) {
        std::string written = toRfc3339(*time->at);
        invariant(written.size() == 20 && written.back() == 'Z',
                  "a moment of Slurm has no whole second or no year of four digits");
        written.pop_back();
        const std::string epoch = fmt::format("{}", time->at->time_since_epoch().count() / 1'000'000);
        const std::optional<SlurmTime> again = parseSlurmTime(time->isLocal ? written : epoch);
        invariant(again && again->at == time->at && again->isLocal == time->isLocal,
                  "a moment that is written and read is another");
    }
    if (const Result<UtcTime, std::string> moment = parseRfc3339(text)) {
        const Result<UtcTime, std::string> again = parseRfc3339(toRfc3339(*moment));
        const Result<UtcTime, std::string> micros = parseRfc3339(toRfc3339Micros(*moment));
        invariant(again && *again == *moment && micros && *micros == *moment,
                  "a moment of RFC 3339 that is written and read is another");
    }
    if (const Result<std::chrono::sys_days, std::string> date = parseDate(text))
        invariant(toIsoDate(*date) == text, "a date that is read and written is another");
}

void state(std::string_view text)
{
    const std::optional<State> state = parseState(text);
    if (!state) {
        invariant(!isFinalState(text), "a word that is no state is a final one");
        return;
    }
    const std::optional<State> base = parseState(state->base);
    invariant(base && base->base == state->base && !base->cancelledBy, "a state's base is no state");
    const std::optional<State> again =
        parseState(std::string(state->base) + (state->cancelledBy ? " by " + *state->cancelledBy : ""));
    invariant(again && again->base == state->base && again->cancelledBy == state->cancelledBy,
              "a state that is written and read is another");
}

void decimal(std::string_view text)
{
    if (const std::optional<Decimal> decimal = parseDecimal(text)) {
        invariant(decimal->units >= 0 && decimal->places >= 0, "a decimal is negative");
        invariant(decimalText(decimal->units, decimal->places) == text,
                  "a decimal that is read and written is another");
    }
    if (const Result<Rate, std::string> rate = parseRate(text)) {
        const Result<Rate, std::string> again = parseRate(toDecimal(*rate));
        invariant(again && *again == *rate, "a rate that is written and read is another");
    }
    for (const char* code : {"THB", "JPY", "KWD"}) {
        const Result<Currency, std::string> currency = Currency::parse(code);
        invariant(currency.ok(), "a currency is not known");
        const Result<Money, std::string> money = parseMoney(text, *currency);
        if (!money)
            continue;
        const Result<Money, std::string> again = parseMoney(toDecimal(*money), *currency);
        invariant(again && *again == *money, "an amount that is written and read is another");
    }
}

} // namespace hpcbill::fuzz

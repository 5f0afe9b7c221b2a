// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/pricing/pricing.h"

#include "common/error.h"
#include "common/invariant.h"
#include "common/money/decimal.h"

#include <fmt/format.h>

#include <limits>

namespace hpcbill::pricing
{
namespace
{

// Over exactDenominator a CPU- or GPU-second counts 1024 times, a MiB-second once.
constexpr std::int64_t mibPerGib = 1024;

[[noreturn]] void tooLarge()
{
    throw AmountTooLarge("The cost of a job is out of range; check its usage and the rates.");
}

Int128 product(std::int64_t seconds, const Rate& rate, std::int64_t weight)
{
    Int128 result = static_cast<Int128>(seconds) * rate.microPerHour(); // two 63-bit factors always fit
    if (__builtin_mul_overflow(result, static_cast<Int128>(weight), &result))
        tooLarge();
    return result;
}

Int128 sum(Int128 left, Int128 right)
{
    Int128 result = 0;
    if (__builtin_add_overflow(left, right, &result))
        tooLarge();
    return result;
}

/// What each resource costs, over exactDenominator.
struct Products {
    Int128 cpu = 0;
    Int128 gpu = 0;
    Int128 mem = 0;
    Int128 total = 0;
};

Products productsOf(const Usage& usage, const Rates& rates)
{
    invariant(usage.cpuSeconds >= 0 && usage.gpuSeconds >= 0 && usage.memoryMibSeconds >= 0, "usage is negative");
    Products products{.cpu = product(usage.cpuSeconds, rates.cpu, mibPerGib),
                      .gpu = product(usage.gpuSeconds, rates.gpu, mibPerGib),
                      .mem = product(usage.memoryMibSeconds, rates.mem, 1)};
    products.total = sum(sum(products.cpu, products.gpu), products.mem);
    return products;
}

Money amountIn(const Currency& currency, const Rules& rules, const Rule& rule)
{
    if (rules.currency() != currency)
        throw Conflict("currency_mismatch",
                       fmt::format("The billing rule \"{}\" sets an amount in {}, the rates are in {}: write the rules anew.",
                                   rule.name, rules.currency().code(), currency.code()));
    return rules.amountOf(rule);
}

ExactAmount after(const Rule& rule, const ExactAmount& before, const Rules& rules, const Currency& currency)
{
    switch (rule.action) {
    case Action::free:
        return {};
    case Action::multiply:
        return multiplied(before, rule.factorMicro);
    case Action::cap:
        return smallerOf(before, exactly(amountIn(currency, rules, rule)));
    case Action::minimum:
        return largerOf(before, exactly(amountIn(currency, rules, rule)));
    }
    violated("a rule without an action", std::source_location::current());
}

bool isApplied(AppliedRules applied, std::size_t place)
{
    return (applied >> place & 1) != 0;
}

/// `obstacle` says of a rule that does not apply why.
template <typename Obstacle>
Charge derive(const Usage& usage, AppliedRules applied, const Rates& rates, const Rules& rules, const Currency& currency,
              Obstacle obstacle)
{
    const Products products = productsOf(usage, rates);
    Charge charge{.total = Money(0, currency),
                  .lines = {ChargeLine{Resource::cpu, usage.cpuSeconds, rates.cpu, {products.cpu}},
                            ChargeLine{Resource::gpu, usage.gpuSeconds, rates.gpu, {products.gpu}},
                            ChargeLine{Resource::mem, usage.memoryMibSeconds, rates.mem, {products.mem}}},
                  .sum = {products.total},
                  .rules = {},
                  .exact = {products.total}};
    for (std::size_t place = 0; place < rules.list().size(); ++place) {
        const Rule& rule = rules.list()[place];
        const bool applies = isApplied(applied, place);
        if (applies)
            charge.exact = after(rule, charge.exact, rules, currency);
        charge.rules.push_back({.place = static_cast<int>(place) + 1,
                                .name = rule.name,
                                .action = rule.action,
                                .applies = applies,
                                .obstacle = applies ? std::string() : std::string(obstacle(rule)),
                                .after = charge.exact});
    }
    charge.total = rounded(charge.exact, currency);
    return charge;
}

std::int64_t microHours(std::int64_t seconds, std::int64_t perHour)
{
    // An hour has fewer seconds than micro-hours, so from 3 x 10^16 seconds on the result does not fit.
    const Int128 micro = dividedHalfToEven<Int128>(static_cast<Int128>(seconds) * 1'000'000, perHour);
    if (micro > std::numeric_limits<std::int64_t>::max() || micro < std::numeric_limits<std::int64_t>::min())
        throw AmountTooLarge("A number of hours is out of range.");
    return static_cast<std::int64_t>(micro);
}

} // namespace

std::string_view codeOf(Resource resource)
{
    switch (resource) {
    case Resource::cpu:
        return "cpu";
    case Resource::gpu:
        return "gpu";
    case Resource::mem:
        return "mem";
    }
    violated("a resource without a name", std::source_location::current());
}

Money price(const Usage& usage, const Rates& rates, const Currency& currency)
{
    return rounded(productsOf(usage, rates).total, currency);
}

Cost price(const Usage& usage, const JobFacts& job, const Rates& rates, const Rules& rules, const Currency& currency)
{
    const AppliedRules applied = rules.applyingTo(job);
    const Int128 total = productsOf(usage, rates).total;
    if (applied == 0) // nearly every job: no rule, no wide integers
        return {rounded(total, currency), applied};
    ExactAmount exact{total};
    for (std::size_t place = 0; place < rules.list().size(); ++place) {
        if (isApplied(applied, place))
            exact = after(rules.list()[place], exact, rules, currency);
    }
    return {rounded(exact, currency), applied};
}

Charge explain(const Usage& usage, const JobFacts& job, const Rates& rates, const Rules& rules, const Currency& currency)
{
    const AppliedRules applied = rules.applyingTo(job);
    return derive(usage, applied, rates, rules, currency, [&job](const Rule& rule) {
        const std::string_view obstacle = obstacleOf(rule, job);
        return obstacle.empty() ? std::string_view("earlier_rule") : obstacle;
    });
}

Charge explain(const Usage& usage, AppliedRules applied, const Rates& rates, const Rules& rules, const Currency& currency)
{
    return derive(usage, applied, rates, rules, currency, [](const Rule&) { return std::string_view(); });
}

std::string hoursFromSeconds(std::int64_t seconds)
{
    return decimalText(microHours(seconds, 3600), 6);
}

std::string gibHoursFromMibSeconds(std::int64_t mibSeconds)
{
    return decimalText(microHours(mibSeconds, 3600 * mibPerGib), 6);
}

} // namespace hpcbill::pricing

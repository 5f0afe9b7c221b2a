// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/money/rate.h"
#include "common/pricing/exact_amount.h"
#include "common/pricing/rules.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::pricing
{

/// What a job held: count times seconds of each resource. Never negative.
struct Usage {
    std::int64_t cpuSeconds = 0;
    std::int64_t gpuSeconds = 0;
    std::int64_t memoryMibSeconds = 0;

    bool operator==(const Usage&) const = default;
};

/// Prices per core-hour, GPU-hour and GiB-hour.
struct Rates {
    Rate cpu;
    Rate gpu;
    Rate mem;

    bool operator==(const Rates&) const = default;
};

enum class Resource { cpu, gpu, mem };

/// "cpu", "gpu", "mem".
std::string_view codeOf(Resource resource);

/// What a job costs, and which rules applied.
struct Cost {
    Money total;
    AppliedRules applied = 0;
};

/// cost = (cpu seconds x cpu rate + GPU seconds x GPU rate + MiB-seconds x memory rate / 1024) / 3600, then the
/// rules that apply, in their order. Exact until the one rounding to the currency's minor unit, half to even.
/// Throws AmountTooLarge when the result does not fit, Conflict when a rule's amount is in another currency.
Cost price(const Usage& usage, const JobFacts& job, const Rates& rates, const Rules& rules, const Currency& currency);

/// The same without rules.
Money price(const Usage& usage, const Rates& rates, const Currency& currency);

/// One step of the derivation: seconds (of memory: MiB-seconds) x rate, before rounding.
struct ChargeLine {
    Resource resource{};
    std::int64_t seconds = 0;
    Rate rate;
    ExactAmount exact;
};

/// A rule that was looked at: the cost after it, or why it does not apply.
struct RuleLine {
    int place = 0; ///< in the list, from 1
    std::string name;
    Action action{};
    bool applies = false;
    std::string obstacle; ///< see obstacleOf(); "earlier_rule" for those after the one that decided; empty when it applies
    ExactAmount after;
};

/// How a cost came about; `total` is that of price().
struct Charge {
    Money total;
    std::array<ChargeLine, 3> lines;
    ExactAmount sum; ///< of the lines
    std::vector<RuleLine> rules;
    ExactAmount exact; ///< after the rules, before rounding
};

/// The derivation of price(usage, job, rates, rules, currency).
Charge explain(const Usage& usage, const JobFacts& job, const Rates& rates, const Rules& rules, const Currency& currency);

/// The derivation of a cost of which it is known which rules applied. The others have no obstacle.
Charge explain(const Usage& usage, AppliedRules applied, const Rates& rates, const Rules& rules, const Currency& currency);

/// Seconds as hours with six decimals, half to even: 4500 is "1.250000".
std::string hoursFromSeconds(std::int64_t seconds);

/// MiB-seconds as GiB-hours with six decimals, half to even.
std::string gibHoursFromMibSeconds(std::int64_t mibSeconds);

} // namespace hpcbill::pricing

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/money/rate.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

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

/// 128 bits: the widest product, 100 years of 10^6 CPUs at a rate of 10^9 per hour, needs 113 of them.
__extension__ typedef __int128 Int128;

/// An amount before rounding: `numerator` over exactDenominator, in major units of the currency.
struct ExactAmount {
    Int128 numerator = 0;

    bool operator==(const ExactAmount&) const = default;
};

/// 3600 s x 1024 MiB x 10^6 micro-units: over it every product of seconds and a rate is whole.
constexpr std::int64_t exactDenominator = std::int64_t{3600} * 1024 * 1'000'000;

enum class Resource { cpu, gpu, mem };

/// "cpu", "gpu", "mem".
std::string_view codeOf(Resource resource);

/// One step of the derivation: seconds (of memory: MiB-seconds) x rate, before rounding.
struct ChargeLine {
    Resource resource{};
    std::int64_t seconds = 0;
    Rate rate;
    ExactAmount exact;
};

/// What a job costs, and how that came about: `total` is the lines' sum, rounded once, half to even.
struct Charge {
    Money total;
    std::array<ChargeLine, 3> lines;
    ExactAmount exact;
};

/// cost = (cpu seconds x cpu rate + GPU seconds x GPU rate + MiB-seconds x memory rate / 1024) / 3600.
/// Exact until the one rounding to the currency's minor unit. Throws AmountTooLarge when the result does not
/// fit.
Charge price(const Usage& usage, const Rates& rates, const Currency& currency);

/// The amount with `places` decimals (0 to 18), half to even. For showing; sums are made before rounding.
std::string toDecimal(const ExactAmount& amount, int places);

/// The amount as a fraction in lowest terms, "1250/9"; whole amounts have no denominator.
std::string toFraction(const ExactAmount& amount);

/// Seconds as hours with six decimals, half to even: 4500 is "1.250000".
std::string hoursFromSeconds(std::int64_t seconds);

/// MiB-seconds as GiB-hours with six decimals, half to even.
std::string gibHoursFromMibSeconds(std::int64_t mibSeconds);

} // namespace hpcbill::pricing

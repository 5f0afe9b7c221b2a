// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of usage_daily and what their jobs cost (docs/adr/012): which rows are stale, and the jobs of these, priced.
#pragma once

#include "server/rates/rates.h"
#include "server/usage/usage.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hpcbill::usage
{

/// A price list as statements compare it with what rows were priced with.
struct PriceMarks {
    explicit PriceMarks(const rates::PriceList& prices);

    std::vector<std::string> tiers;
    std::vector<std::string> rates; ///< by tier: a number that changes whenever jobs of the tier may cost something else
    std::int64_t rules = 0;
};

/// How much of what a filter asks for is stale, and between which days.
struct Stale {
    std::int64_t rows = 0;
    std::optional<std::chrono::sys_days> first;
    std::optional<std::chrono::sys_days> last;
};

Stale findStale(postgres::Transaction& tx, const PriceMarks& marks, const UsageFilter& filter);

/// A booked job with the row that it counts in.
struct PricedJob {
    std::chrono::sys_days day;
    std::int32_t clusterId = 0;
    std::string cluster;
    std::string account;
    std::string user;
    std::string partition;
    std::string tier; ///< of its receipt, else the row's
    Money cost{0, Currency::thb()};
    pricing::Usage usage;
    bool isBilled = false;
    bool isFresh = false; ///< usage_costs knows the row already
    std::int64_t rowRevision = 0;
    std::string rowTier;
    std::int64_t rowRates = 0;
};

enum class Rows { stale, all };

/// Prices the jobs of rows that a filter asks for, one after another in constant memory.
void forPricedJobs(postgres::Transaction& tx, const rates::PriceList& prices, const UsageFilter& filter, Rows rows,
                   const std::function<void(const PricedJob&)>& sink);

} // namespace hpcbill::usage

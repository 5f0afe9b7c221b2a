// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/usage/usage.h"

#include <chrono>
#include <string>
#include <vector>

namespace hpcbill::web
{

/// A month's bar in the trend's picture, in the units of its viewBox (480 x 220, base line at 190).
struct Bar {
    std::string month; ///< YYYY-MM
    Money cost{0, Currency::thb()};
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    bool isMarked = false; ///< its month is written beneath: not every one has room
};

/// "2026-11".
std::string monthOf(std::chrono::year_month month);
/// Every month from `first` to `last`, those without usage too, in order. `rows` are sums by month.
std::vector<usage::UsageRow> everyMonth(const std::vector<usage::UsageRow>& rows,
                                        std::chrono::year_month first, std::chrono::year_month last,
                                        const Currency& currency);
std::vector<Bar> barsOf(const std::vector<usage::UsageRow>& months);

} // namespace hpcbill::web

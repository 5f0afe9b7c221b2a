// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/trend.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::web
{

namespace
{

constexpr int pictureWidth = 480;
constexpr int baseLine = 190;
constexpr int highestBar = 165;
constexpr int markedMonths = 4;

} // namespace

std::string monthOf(std::chrono::year_month month)
{
    return fmt::format("{:04}-{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

std::vector<usage::UsageRow> everyMonth(const std::vector<usage::UsageRow>& rows,
                                        std::chrono::year_month first, std::chrono::year_month last,
                                        const Currency& currency)
{
    std::vector<usage::UsageRow> months;
    for (std::chrono::year_month month = first; month <= last; month += std::chrono::months(1)) {
        const std::string name = monthOf(month);
        const auto found = std::ranges::find(rows, std::optional(name), &usage::UsageRow::month);
        if (found != rows.end()) {
            months.push_back(*found);
        } else {
            usage::UsageRow none;
            none.month = name;
            none.cost = Money(0, currency);
            months.push_back(std::move(none));
        }
    }
    return months;
}

std::vector<Bar> barsOf(const std::vector<usage::UsageRow>& months)
{
    std::vector<Bar> bars;
    if (months.empty())
        return bars;
    std::int64_t highest = 1;
    for (const usage::UsageRow& row : months)
        highest = std::max(highest, row.cost.minorUnits());
    const int count = static_cast<int>(months.size());
    const int step = pictureWidth / count;
    const int markEvery = (count + markedMonths - 1) / markedMonths;
    for (int i = 0; i < count; ++i) {
        const usage::UsageRow& row = months[static_cast<std::size_t>(i)];
        const auto exact = static_cast<int>(pricing::Int128{row.cost.minorUnits()} * highestBar / highest);
        // A month with any cost shows at least a line.
        const int height = row.cost.minorUnits() > 0 ? std::max(exact, 1) : 0;
        bars.push_back({row.month.value_or(""), row.cost, i * step, baseLine - height, std::max(step - 4, 1),
                        height, i % markEvery == 0});
    }
    return bars;
}

} // namespace hpcbill::web

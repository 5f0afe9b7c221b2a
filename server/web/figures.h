// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/time/time.h"
#include "server/texts/texts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::web
{

using texts::Texts;

/// "1204" and "-1204.50" as "1,204" and "-1,204.50".
std::string grouped(std::string_view decimal);
/// "1,204.50": the currency stands in the heading.
std::string amountOf(const Money& money);
/// "THB 1,204.50".
std::string amountWithCurrency(const Money& money);
/// Seconds as hours, and MiB-seconds as GiB-hours, with two decimals.
std::string hoursOf(std::int64_t seconds);
std::string gibHoursOf(std::int64_t mibSeconds);
/// "2:13:20", "3 d 02:13:20".
std::string elapsedOf(std::int64_t seconds);
/// "2026-11-23 13:37", in UTC; a dash for none.
std::string momentOf(const std::optional<UtcTime>& time);
/// A state of Slurm in words, with its own code where we know no word for it.
std::string stateOf(std::string_view code, const Texts& texts);

} // namespace hpcbill::web

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace hpcbill
{

/// A moment, in UTC, to the microsecond.
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads RFC 3339 strictly: "2026-11-23T13:37:33Z", "2026-11-23t20:37:33.5+07:00"; at most six decimals of a
/// second, years 0001 to 9999, no leap second. The error is a sentence for the field at fault.
Result<UtcTime, std::string> parseRfc3339(std::string_view text);

/// Reads "2026-11-23" strictly.
Result<std::chrono::sys_days, std::string> parseDate(std::string_view text);

/// Reads either; a date means its first moment in UTC.
Result<UtcTime, std::string> parseTimeOrDate(std::string_view text);

/// "2026-11-23T13:37:33Z", with six decimals only where the moment is not a whole second.
std::string toRfc3339(UtcTime time);

/// "2026-11-23T13:37:33.000000Z": always six decimals, as the audit log writes it.
std::string toRfc3339Micros(UtcTime time);

/// "2026-11-23".
std::string toIsoDate(std::chrono::sys_days day);

} // namespace hpcbill

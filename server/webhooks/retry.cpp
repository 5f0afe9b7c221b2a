// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/retry.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace hpcbill::webhooks
{
namespace
{

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr std::array<std::chrono::seconds, 7> delays{5s, 30s, 2min, 10min, 1h, 3h, 6h};

} // namespace

std::optional<UtcTime> nextTry(const FailedTries& tries, UtcTime now, int chance)
{
    const UtcTime end = tries.since + triesEnd;
    if (now >= end)
        return std::nullopt;
    const auto step = std::clamp<std::size_t>(static_cast<std::size_t>(tries.failures), 1, delays.size()) - 1;
    const microseconds delay = delays[step];
    UtcTime next = now + delay * 4 / 5 + delay * chance / 2500; // from four to six fifths of it
    if (tries.notBefore)
        next = std::max(next, std::min<UtcTime>(*tries.notBefore, now + delays.back()));
    return std::min<UtcTime>(next, end);
}

std::optional<UtcTime> parseRetryAfter(std::string_view header, UtcTime now)
{
    const char* const end = header.data() + header.size();
    std::int64_t seconds = 0;
    if (const auto [last, error] = std::from_chars(header.data(), end, seconds);
        error == std::errc{} && last == end) {
        constexpr std::int64_t most = 365 * 24 * 3600;
        if (seconds < 0)
            return std::nullopt;
        return now + std::chrono::seconds(std::min(seconds, most));
    }
    // Poco takes much for a date; "Mon, 23 Nov 2026 10:05:00 GMT" is the only form that is sent.
    constexpr std::size_t dateSize = 29;
    Poco::DateTime date;
    int zone = 0;
    if (header.size() != dateSize || !header.ends_with(" GMT") ||
        !Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, std::string(header), date, zone))
        return std::nullopt;
    return UtcTime(microseconds(date.timestamp().epochMicroseconds()));
}

} // namespace hpcbill::webhooks

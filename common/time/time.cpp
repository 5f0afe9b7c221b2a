// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/time/time.h"

#include <fmt/format.h>

#include <optional>

namespace hpcbill
{
namespace
{

namespace chrono = std::chrono;

constexpr std::string_view yearExpected = "must lie within the years 1 to 9999 in UTC";
constexpr std::string_view timeExpected = "must be a time of RFC 3339, like 2026-11-23T13:37:33Z";
constexpr std::string_view dateExpected = "must be a date, like 2026-11-23";

/// Takes the pieces of a text off its front, strictly.
class Cursor
{
public:
    explicit Cursor(std::string_view text)
        : m_rest(text)
    {
    }

    /// Exactly `width` digits, the number within [low, high].
    std::optional<int> number(std::size_t width, int low, int high)
    {
        if (m_rest.size() < width)
            return std::nullopt;
        int value = 0;
        for (const char c : m_rest.substr(0, width)) {
            if (c < '0' || c > '9')
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        m_rest.remove_prefix(width);
        return value >= low && value <= high ? std::optional(value) : std::nullopt;
    }

    /// One character out of `wanted`, or 0.
    char oneOf(std::string_view wanted)
    {
        if (m_rest.empty() || wanted.find(m_rest.front()) == std::string_view::npos)
            return 0;
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        return c;
    }

    /// Digits of a second's fraction as chrono::microseconds; at least one, at most six.
    std::optional<chrono::microseconds> fraction()
    {
        std::int64_t value = 0;
        int places = 0;
        while (!m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9') {
            if (++places > 6)
                return std::nullopt;
            value = value * 10 + (m_rest.front() - '0');
            m_rest.remove_prefix(1);
        }
        if (places == 0)
            return std::nullopt;
        for (; places < 6; ++places)
            value *= 10;
        return chrono::microseconds(value);
    }

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

private:
    std::string_view m_rest;
};

std::optional<chrono::sys_days> takeDate(Cursor& cursor)
{
    const std::optional<int> y = cursor.number(4, 1, 9999);
    if (!y || !cursor.oneOf("-"))
        return std::nullopt;
    const std::optional<int> m = cursor.number(2, 1, 12);
    if (!m || !cursor.oneOf("-"))
        return std::nullopt;
    const std::optional<int> d = cursor.number(2, 1, 31);
    if (!d)
        return std::nullopt;
    const chrono::year_month_day date{chrono::year(*y), chrono::month(static_cast<unsigned>(*m)),
                                      chrono::day(static_cast<unsigned>(*d))};
    return date.ok() ? std::optional(chrono::sys_days(date)) : std::nullopt;
}

std::optional<chrono::microseconds> takeTimeOfDay(Cursor& cursor)
{
    const std::optional<int> h = cursor.number(2, 0, 23);
    if (!h || !cursor.oneOf(":"))
        return std::nullopt;
    const std::optional<int> m = cursor.number(2, 0, 59);
    if (!m || !cursor.oneOf(":"))
        return std::nullopt;
    const std::optional<int> s = cursor.number(2, 0, 59);
    if (!s)
        return std::nullopt;
    chrono::microseconds time = chrono::hours(*h) + chrono::minutes(*m) + chrono::seconds(*s);
    if (cursor.oneOf(".")) {
        const std::optional<chrono::microseconds> fraction = cursor.fraction();
        if (!fraction)
            return std::nullopt;
        time += *fraction;
    }
    return time;
}

std::optional<chrono::minutes> takeOffset(Cursor& cursor)
{
    const char sign = cursor.oneOf("Zz+-");
    if (sign == 'Z' || sign == 'z')
        return chrono::minutes(0);
    if (sign == 0)
        return std::nullopt;
    const std::optional<int> h = cursor.number(2, 0, 23);
    if (!h || !cursor.oneOf(":"))
        return std::nullopt;
    const std::optional<int> m = cursor.number(2, 0, 59);
    if (!m)
        return std::nullopt;
    const chrono::minutes offset = chrono::hours(*h) + chrono::minutes(*m);
    return sign == '-' ? -offset : offset;
}

struct Calendar {
    chrono::year_month_day date;
    chrono::hh_mm_ss<chrono::microseconds> time;
};

Calendar calendarOf(UtcTime time)
{
    const chrono::sys_days day = chrono::floor<chrono::days>(time);
    return {chrono::year_month_day(day), chrono::hh_mm_ss(time - day)};
}

std::string toSeconds(const Calendar& calendar)
{
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(calendar.date.year()),
                       static_cast<unsigned>(calendar.date.month()),
                       static_cast<unsigned>(calendar.date.day()), calendar.time.hours().count(),
                       calendar.time.minutes().count(), calendar.time.seconds().count());
}

} // namespace

Result<UtcTime, std::string> parseRfc3339(std::string_view text)
{
    Cursor cursor(text);
    const std::optional<chrono::sys_days> date = takeDate(cursor);
    if (!date || !cursor.oneOf("Tt"))
        return fail(std::string(timeExpected));
    const std::optional<chrono::microseconds> time = takeTimeOfDay(cursor);
    if (!time)
        return fail(std::string(timeExpected));
    const std::optional<chrono::minutes> offset = takeOffset(cursor);
    if (!offset || !cursor.atEnd())
        return fail(std::string(timeExpected));
    const UtcTime utc = UtcTime(*date) + *time - *offset;
    // In UTC it may lie in the year before or after, and years have four digits.
    const chrono::year_month_day day(chrono::floor<chrono::days>(utc));
    if (day.year() < chrono::year(1) || day.year() > chrono::year(9999))
        return fail(std::string(yearExpected));
    return utc;
}

Result<chrono::sys_days, std::string> parseDate(std::string_view text)
{
    Cursor cursor(text);
    const std::optional<chrono::sys_days> date = takeDate(cursor);
    if (!date || !cursor.atEnd())
        return fail(std::string(dateExpected));
    return *date;
}

Result<UtcTime, std::string> parseTimeOrDate(std::string_view text)
{
    if (const Result<chrono::sys_days, std::string> date = parseDate(text))
        return UtcTime(*date);
    Result<UtcTime, std::string> time = parseRfc3339(text);
    if (!time && time.error() == timeExpected)
        return fail(
            std::string("must be a date or a time of RFC 3339, like 2026-11-23 or 2026-11-23T13:37:33Z"));
    return time;
}

std::string toRfc3339(UtcTime time)
{
    const Calendar calendar = calendarOf(time);
    if (calendar.time.subseconds().count() != 0)
        return toRfc3339Micros(time);
    return toSeconds(calendar) + "Z";
}

std::string toRfc3339Micros(UtcTime time)
{
    const Calendar calendar = calendarOf(time);
    return fmt::format("{}.{:06}Z", toSeconds(calendar), calendar.time.subseconds().count());
}

std::string toIsoDate(chrono::sys_days date)
{
    const chrono::year_month_day day(date);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

} // namespace hpcbill

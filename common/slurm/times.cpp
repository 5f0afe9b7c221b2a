// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/times.h"

#include <charconv>

namespace hpcbill::slurm
{
namespace
{

// Year 9999: what toRfc3339 and PostgreSQL still write with four digits.
constexpr std::int64_t lastEpochSecond = 253'402'300'799;
constexpr std::int64_t longestDays = 366'000; // a thousand years, so that no sum below overflows

std::optional<std::int64_t> countUpTo(std::string_view text, std::int64_t limit)
{
    const std::optional<std::int64_t> count = parseCount(text);
    return count && *count <= limit ? count : std::nullopt;
}

/// Cuts the text before the last ':' off and returns what stands behind it; all of it when there is none.
std::string_view takeLast(std::string_view& text)
{
    const std::size_t colon = text.rfind(':');
    const std::string_view last = colon == std::string_view::npos ? text : text.substr(colon + 1);
    text = colon == std::string_view::npos ? std::string_view{} : text.substr(0, colon);
    return last;
}

std::optional<std::chrono::microseconds> fractionOf(std::string_view digits)
{
    if (digits.empty() || digits.size() > 6)
        return std::nullopt;
    std::optional<std::int64_t> value = parseCount(digits);
    for (std::size_t place = digits.size(); value && place < 6; ++place)
        *value *= 10;
    return value ? std::optional(std::chrono::microseconds(*value)) : std::nullopt;
}

} // namespace

std::optional<std::int64_t> parseCount(std::string_view text)
{
    std::int64_t value = 0;
    if (text.empty() || text.front() == '-')
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::chrono::microseconds> parseDuration(std::string_view text)
{
    std::chrono::microseconds length{0};
    if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
        const std::optional<std::chrono::microseconds> fraction = fractionOf(text.substr(point + 1));
        if (!fraction)
            return std::nullopt;
        length += *fraction;
        text = text.substr(0, point);
    }
    if (text.starts_with(':'))
        return std::nullopt;
    bool hasDays = false;
    if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
        const std::optional<std::int64_t> days = countUpTo(text.substr(0, dash), longestDays);
        if (!days)
            return std::nullopt;
        length += std::chrono::days(*days);
        text = text.substr(dash + 1);
        hasDays = true;
    }
    const std::optional<std::int64_t> seconds = countUpTo(takeLast(text), 59);
    if (!seconds || text.empty())
        return std::nullopt;
    length += std::chrono::seconds(*seconds);
    const std::string_view minutesText = takeLast(text);
    // Without hours the minutes lead, and may be many.
    const std::optional<std::int64_t> minutes =
        countUpTo(minutesText, text.empty() ? longestDays * 24 * 60 : 59);
    if (!minutes || (hasDays && text.empty()))
        return std::nullopt;
    length += std::chrono::minutes(*minutes);
    if (text.empty())
        return length;
    const std::optional<std::int64_t> hours = countUpTo(text, hasDays ? 23 : longestDays * 24);
    if (!hours)
        return std::nullopt;
    return length + std::chrono::hours(*hours);
}

std::optional<SlurmTime> parseSlurmTime(std::string_view text)
{
    for (const std::string_view word : {"", "Unknown", "None", "N/A"}) {
        if (text == word)
            return SlurmTime{};
    }
    if (const std::optional<std::int64_t> epoch = parseCount(text)) {
        if (*epoch > lastEpochSecond)
            return std::nullopt;
        return *epoch == 0 ? SlurmTime{} : SlurmTime{UtcTime(std::chrono::seconds(*epoch)), false};
    }
    // "2016-12-22T07:15:12" is an RFC 3339 time without its offset, always of 19 characters.
    if (text.size() != 19)
        return std::nullopt;
    char zoned[20];
    text.copy(zoned, 19);
    zoned[19] = 'Z';
    const Result<UtcTime, std::string> time = parseRfc3339({zoned, 20});
    if (!time)
        return std::nullopt;
    return SlurmTime{*time, true};
}

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/query.h"

#include "common/invariant.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <exception>

namespace hpcbill::http
{

Query::Query(const Request& request)
    : m_pairs(request.query())
    , m_exceptionsAtStart(std::uncaught_exceptions())
{
}

Query::~Query()
{
    invariant(m_finished || std::uncaught_exceptions() > m_exceptionsAtStart,
              "a query is finished after it was read");
}

const std::string* Query::find(std::string_view name)
{
    m_known.emplace(name);
    const auto found = std::ranges::find(m_pairs, name, &TextPairs::value_type::first);
    return found == m_pairs.end() ? nullptr : &found->second;
}

std::optional<std::string> Query::text(std::string_view name)
{
    const std::string* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    if (value->empty()) {
        refuse(name, "Must not be empty; leave it out for no restriction.");
        return std::nullopt;
    }
    return *value;
}

std::optional<bool> Query::boolean(std::string_view name)
{
    const std::optional<std::string> word = choice(name, {"true", "false"});
    return word ? std::optional(*word == "true") : std::nullopt;
}

std::optional<std::int64_t> Query::integer(std::string_view name, std::int64_t min, std::int64_t max)
{
    const std::string* text = find(name);
    if (text == nullptr)
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value < min || value > max) {
        refuse(name, fmt::format("Must be a whole number from {} to {}.", min, max));
        return std::nullopt;
    }
    return value;
}

std::optional<UtcTime> Query::time(std::string_view name)
{
    const std::string* text = find(name);
    if (text == nullptr)
        return std::nullopt;
    const auto time = parseTimeOrDate(*text);
    if (time)
        return time.value();
    refuse(name, time.error());
    return std::nullopt;
}

std::optional<std::chrono::sys_days> Query::date(std::string_view name)
{
    const std::string* text = find(name);
    if (text == nullptr || text->empty()) // a form sends each of its fields
        return std::nullopt;
    const auto day = parseDate(*text);
    if (day)
        return day.value();
    refuse(name, day.error());
    return std::nullopt;
}

std::optional<std::string> Query::choice(std::string_view name, const std::vector<std::string_view>& choices)
{
    const std::string* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    if (std::ranges::find(choices, *value) == choices.end()) {
        refuse(name, fmt::format("Must be one of {}.", fmt::join(choices, ", ")));
        return std::nullopt;
    }
    return *value;
}

std::int64_t Query::limit()
{
    return integer("limit", 1, maxLimit).value_or(defaultLimit);
}

std::optional<Cursor> Query::cursor(std::string_view list, std::size_t size)
{
    const std::string* text = find("cursor");
    return text == nullptr ? std::nullopt : std::optional(Cursor::decode(*text, list, size));
}

void Query::refuse(std::string_view name, std::string detail)
{
    m_errors.push_back({std::string(name), std::move(detail)});
}

void Query::finish()
{
    m_finished = true;
    for (auto pair = m_pairs.begin(); pair != m_pairs.end(); ++pair) {
        const bool isRepeated =
            std::ranges::find(m_pairs.begin(), pair, pair->first, &TextPairs::value_type::first) != pair;
        if (!m_known.contains(pair->first))
            refuse(pair->first,
                   fmt::format("Is not a parameter of this list. Known: {}.", fmt::join(m_known, ", ")));
        else if (isRepeated)
            refuse(pair->first, "May be given once.");
    }
    if (!m_errors.empty())
        throw InvalidInput(std::move(m_errors));
}

} // namespace hpcbill::http

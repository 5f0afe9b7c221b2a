// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/reading.h"

#include <algorithm>
#include <charconv>

namespace hpcbill::payments
{

Result<nlohmann::json, std::string> parseObject(std::string_view text)
{
    nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded())
        return fail(std::string("The body is no JSON."));
    if (!json.is_object())
        return fail(std::string("The body is JSON, but no object."));
    return json;
}

const nlohmann::json& valueAt(const nlohmann::json& json, JsonPath path)
{
    static const nlohmann::json nothing;
    const nlohmann::json* at = &json;
    for (const char* const name : path) {
        if (!at->is_object())
            return nothing;
        const auto found = at->find(name);
        if (found == at->end())
            return nothing;
        at = &*found;
    }
    return *at;
}

std::optional<std::string> textAt(const nlohmann::json& json, JsonPath path)
{
    const nlohmann::json& value = valueAt(json, path);
    if (!value.is_string())
        return std::nullopt;
    return value.get<std::string>();
}

std::optional<std::string> wordAt(const nlohmann::json& json, JsonPath path)
{
    constexpr std::size_t lengthMax = 255;
    std::optional<std::string> word = textAt(json, path);
    const auto isVisible = [](char c) { return c > ' ' && c < '\x7f'; };
    if (!word || word->empty() || word->size() > lengthMax ||
        !std::all_of(word->begin(), word->end(), isVisible))
        return std::nullopt;
    return word;
}

std::optional<std::int64_t> integerAt(const nlohmann::json& json, JsonPath path)
{
    const nlohmann::json& value = valueAt(json, path);
    // What does not fit is read as unsigned, or as a fraction: neither is an amount of ours.
    if (!value.is_number_integer() ||
        (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}))
        return std::nullopt;
    return value.get<std::int64_t>();
}

bool isTrueAt(const nlohmann::json& json, JsonPath path)
{
    const nlohmann::json& value = valueAt(json, path);
    return value.is_boolean() && value.get<bool>();
}

std::optional<PaymentId> parsePaymentId(const std::optional<std::string>& text)
{
    if (!text || text->empty() || text->front() < '1' || text->front() > '9')
        return std::nullopt;
    std::int64_t id = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, id);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return static_cast<PaymentId>(id);
}

std::string upperCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

} // namespace hpcbill::payments

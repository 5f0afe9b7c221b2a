// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/canonical_json.h"

#include "common/error.h"
#include "common/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace hpcbill::audit
{
namespace
{

using nlohmann::json;

constexpr std::size_t deepestNesting = 64;

/// ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20), which RFC 8785 section 3.2.2.3 asks for.
void appendNumber(std::string& out, double value)
{
    if (!std::isfinite(value))
        throw InvalidInput("json", "a number that is not finite has no form in JSON");
    if (value == 0) {
        out += '0'; // also for -0
        return;
    }
    if (value < 0)
        out += '-';
    // The shortest digits that read back as the same number, as d.ddde±xx.
    char buffer[32];
    const auto [end, error] =
        std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific);
    static_cast<void>(error); // 32 characters hold every double
    const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    const std::size_t e = text.find('e');
    std::string digits(1, text[0]);
    if (e > 1)
        digits += text.substr(2, e - 2);
    int exponent = 0;
    const char* const exponentText = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(exponentText, end, exponent);

    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1; // digits before the decimal point
    const auto zeros = [](int many) { return std::string(static_cast<std::size_t>(many), '0'); };
    if (count <= point && point <= 21) {
        out += digits + zeros(point - count);
    } else if (0 < point && point <= 21) {
        out += digits.insert(static_cast<std::size_t>(point), ".");
    } else if (-6 < point && point <= 0) {
        out += "0." + zeros(-point) + digits;
    } else {
        if (count > 1)
            digits.insert(1, ".");
        out += digits + fmt::format("e{:+}", point - 1);
    }
}

void appendInteger(std::string& out, std::uint64_t magnitude, bool negative)
{
    constexpr std::uint64_t exact = std::uint64_t{1} << 53U; // up to here a double holds every integer
    if (magnitude > exact) {
        const auto value = static_cast<double>(magnitude);
        appendNumber(out, negative ? -value : value);
        return;
    }
    if (negative)
        out += '-';
    out += std::to_string(magnitude);
}

void append(std::string& out, const json& value);

void appendObject(std::string& out, const json& object)
{
    std::vector<std::pair<std::u16string, json::const_iterator>> members;
    members.reserve(object.size());
    for (auto member = object.begin(); member != object.end(); ++member) {
        if (!isUtf8(member.key()))
            throw InvalidInput("json", "the name of a member is not UTF-8");
        members.emplace_back(toUtf16(member.key()), member);
    }
    std::sort(members.begin(), members.end(),
              [](const auto& left, const auto& right) { return left.first < right.first; });
    char separator = '{';
    for (const auto& [order, member] : members) {
        out += std::exchange(separator, ',');
        appendCanonicalText(out, member.key());
        out += ':';
        append(out, member.value());
    }
    if (members.empty())
        out += '{';
    out += '}';
}

void append(std::string& out, const json& value)
{
    switch (value.type()) {
    case json::value_t::null:
        out += "null";
        return;
    case json::value_t::boolean:
        out += value.get<bool>() ? "true" : "false";
        return;
    case json::value_t::string:
        appendCanonicalText(out, value.get_ref<const std::string&>());
        return;
    case json::value_t::number_unsigned:
        appendInteger(out, value.get<std::uint64_t>(), false);
        return;
    case json::value_t::number_integer: {
        const auto number = value.get<std::int64_t>();
        const auto bits = static_cast<std::uint64_t>(number);
        appendInteger(out, number < 0 ? ~bits + 1 : bits, number < 0);
        return;
    }
    case json::value_t::number_float:
        appendNumber(out, value.get<double>());
        return;
    case json::value_t::array: {
        out += '[';
        bool first = true;
        for (const json& element : value) {
            if (!std::exchange(first, false))
                out += ',';
            append(out, element);
        }
        out += ']';
        return;
    }
    case json::value_t::object:
        appendObject(out, value);
        return;
    case json::value_t::binary:
    case json::value_t::discarded:
        break;
    }
    throw InvalidInput("json", "a value has no form in JSON");
}

/// What breaks I-JSON; never leaves parseStrictJson().
struct NotStrict {
    std::string why;
};

} // namespace

void appendCanonicalText(std::string& json, std::string_view text)
{
    if (!isUtf8(text))
        throw InvalidInput("json", "a text is not UTF-8");
    json += '"';
    for (const char c : text) {
        switch (c) {
        case '"':
            json += "\\\"";
            break;
        case '\\':
            json += "\\\\";
            break;
        case '\b':
            json += "\\b";
            break;
        case '\t':
            json += "\\t";
            break;
        case '\n':
            json += "\\n";
            break;
        case '\f':
            json += "\\f";
            break;
        case '\r':
            json += "\\r";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            else
                json += c;
        }
    }
    json += '"';
}

std::string canonicalJson(const json& value)
{
    std::string out;
    append(out, value);
    return out;
}

Result<json, std::string> parseStrictJson(std::string_view text)
try {
    std::vector<std::set<std::string>> names; // of the objects that are open
    std::size_t open = 0;
    return json::parse(text, [&](int /*depth*/, json::parse_event_t event, json& parsed) {
        switch (event) {
        case json::parse_event_t::object_start:
            names.emplace_back();
            [[fallthrough]];
        case json::parse_event_t::array_start:
            if (++open > deepestNesting)
                throw NotStrict{"is nested too deeply"};
            break;
        case json::parse_event_t::object_end:
            names.pop_back();
            [[fallthrough]];
        case json::parse_event_t::array_end:
            --open;
            break;
        case json::parse_event_t::key:
            if (!names.back().insert(parsed.get<std::string>()).second)
                throw NotStrict{"names \"" + parsed.get<std::string>() + "\" twice"};
            break;
        case json::parse_event_t::value:
            break;
        }
        return true;
    });
} catch (const NotStrict& fault) {
    return fail(std::string(fault.why));
} catch (const json::exception& fault) {
    return fail(std::string("is not JSON: ") + fault.what());
}

} // namespace hpcbill::audit

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/own_spelling.h"

#include "common/utf8.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cstring>

namespace hpcbill::audit
{
namespace
{

constexpr int deepest = 32; // parseStrictJson() takes more
constexpr std::int64_t largestExactInteger = (std::int64_t{1} << 53U) - 1;
constexpr std::uint8_t noDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> hexDigits = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(noDigit);
    for (std::uint8_t digit = 0; digit < 16; ++digit)
        values[static_cast<unsigned char>("0123456789abcdef"[digit])] = digit;
    return values;
}();

/// Bytes that may stand in a text as they are: neither a quote, nor a backslash, nor a control character.
constexpr std::array<bool, 256> plainBytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < plain.size(); ++byte)
        plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();

// Eight bytes at once. `high` has the highest bit of each.
constexpr std::uint64_t each = 0x0101010101010101U;
constexpr std::uint64_t high = 0x80U * each;

std::uint64_t wordAt(const char* bytes)
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// Not zero where a byte is a quote, a backslash or a control character ("Bit Twiddling Hacks", "Determine if a word has a byte less
/// than n"). The lowest bit that is set is that of the first one; those above it may be wrong, for a borrow.
std::uint64_t specialBytes(std::uint64_t word)
{
    const auto zeros = [](std::uint64_t bytes) { return (bytes - each) & ~bytes & high; };
    return zeros(word ^ (each * '"')) | zeros(word ^ (each * '\\')) | ((word - each * 0x20) & ~word & high);
}

/// Where the first byte from `at` on is that may not stand in a text as it is.
std::size_t plainUntil(std::string_view text, std::size_t at)
{
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t special = specialBytes(wordAt(text.data() + at));
        if (special == 0)
            continue;
        if constexpr (std::endian::native == std::endian::little)
            return at + static_cast<std::size_t>(std::countr_zero(special)) / 8; // the first one is told exactly
        break;
    }
    while (at < text.size() && plainBytes[static_cast<unsigned char>(text[at])])
        ++at;
    return at;
}

bool isAscii(std::string_view text)
{
    std::uint64_t bits = 0;
    std::size_t at = 0;
    for (; at + sizeof bits <= text.size(); at += sizeof bits)
        bits |= wordAt(text.data() + at);
    for (; at < text.size(); ++at)
        bits |= static_cast<unsigned char>(text[at]);
    return (bits & high) == 0;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The length of an escape as RFC 8785 writes it, which `text` begins with; 0 for any other.
std::size_t escapeLength(std::string_view text)
{
    constexpr std::string_view shortOnes = "\"\\bfnrt";
    if (text.size() < 2)
        return 0;
    if (shortOnes.find(text[1]) != std::string_view::npos)
        return 2;
    constexpr std::size_t length = 6; // of \u001f
    if (text.size() < length || text.substr(1, 3) != "u00")
        return 0;
    const std::uint8_t first = hexDigits[static_cast<unsigned char>(text[4])];
    const std::uint8_t second = hexDigits[static_cast<unsigned char>(text[5])];
    const bool hasShortOne = first == 0 && (second == 8 || second == 9 || second == 10 || second == 12 || second == 13);
    return first <= 1 && second != noDigit && !hasShortOne ? length : 0;
}

} // namespace

OwnSpelling::OwnSpelling(std::string_view line)
    : m_rest(line)
    , m_isUtf8(isAscii(line) || isUtf8(line))
{
}

bool OwnSpelling::takeText(std::string_view& spelled, bool mayBeNull)
{
    const std::string_view before = m_rest;
    if (!(mayBeNull && skip("null")) && !skipText())
        return false;
    spelled = before.substr(0, before.size() - m_rest.size());
    return true;
}

bool OwnSpelling::skipText()
{
    m_hasEscape = false;
    if (!m_isUtf8 || m_rest.empty() || m_rest.front() != '"')
        return false;
    std::size_t at = 1;
    while (true) {
        at = plainUntil(m_rest, at);
        if (at == m_rest.size())
            return false;
        if (m_rest[at] == '"')
            break;
        const std::size_t escape = m_rest[at] == '\\' ? escapeLength(m_rest.substr(at)) : 0;
        if (escape == 0)
            return false;
        m_hasEscape = true;
        at += escape;
    }
    m_rest.remove_prefix(at + 1);
    return true;
}

bool OwnSpelling::takeInteger(std::string_view& spelled)
{
    const std::size_t sign = m_rest.starts_with('-') ? 1 : 0;
    std::size_t end = sign;
    while (end < m_rest.size() && isDigit(m_rest[end]))
        ++end;
    spelled = m_rest.substr(0, end);
    std::int64_t number = 0;
    if (end == sign || (m_rest[sign] == '0' && end != 1) || !toInteger(spelled, number) || number > largestExactInteger ||
        number < -largestExactInteger)
        return false;
    m_rest.remove_prefix(end);
    return true;
}

bool OwnSpelling::takeObject(std::string_view& spelled)
{
    const std::string_view before = m_rest;
    if (!skipObject(0))
        return false;
    spelled = before.substr(0, before.size() - m_rest.size());
    return true;
}

bool OwnSpelling::skipObject(int depth)
{
    if (!skip('{'))
        return false;
    if (skip('}'))
        return true;
    std::string_view last;
    do {
        std::string_view name;
        if (!takeText(name, false) || !skip(':'))
            return false;
        // Without quotes: `"a"` stands before `"a b"`. Escapes and what is not ASCII are sorted otherwise than they are spelled.
        name = name.substr(1, name.size() - 2);
        if (m_hasEscape || !isAscii(name) || (last.data() != nullptr && name <= last) || !skipValue(depth + 1))
            return false;
        last = name;
    } while (skip(','));
    return skip('}');
}

bool OwnSpelling::skipList(int depth)
{
    if (!skip('['))
        return false;
    if (skip(']'))
        return true;
    do {
        if (!skipValue(depth + 1))
            return false;
    } while (skip(','));
    return skip(']');
}

bool OwnSpelling::skipValue(int depth)
{
    if (depth > deepest || m_rest.empty())
        return false;
    std::string_view number;
    switch (m_rest.front()) {
    case '"':
        return skipText();
    case '{':
        return skipObject(depth);
    case '[':
        return skipList(depth);
    case 'n':
        return skip("null");
    case 't':
        return skip("true");
    case 'f':
        return skip("false");
    default:
        return takeInteger(number);
    }
}

bool OwnSpelling::takeHash(Hash& hash)
{
    if (m_rest.size() < 2 * hash.size())
        return false;
    // Loops of a known length without branches: the compiler works on sixteen digits at once.
    std::array<std::uint8_t, 2 * Hash{}.size()> digits{};
    std::memcpy(digits.data(), m_rest.data(), digits.size());
    std::uint8_t wrong = 0;
    for (std::uint8_t& digit : digits) {
        const auto decimal = static_cast<std::uint8_t>(digit - '0');
        const auto letter = static_cast<std::uint8_t>(digit - 'a');
        const bool isDecimal = decimal < 10;
        wrong |= static_cast<std::uint8_t>(!isDecimal & (letter >= 6));
        digit = isDecimal ? decimal : static_cast<std::uint8_t>(letter + 10);
    }
    for (std::size_t at = 0; at < hash.size(); ++at)
        hash[at] = static_cast<std::uint8_t>(digits[2 * at] << 4U | digits[2 * at + 1]);
    m_rest.remove_prefix(2 * hash.size());
    return wrong == 0;
}

bool isOwnTime(std::string_view spelled)
{
    constexpr std::string_view form = "\"0000-00-00T00:00:00.000000Z\"";
    if (spelled.size() != form.size())
        return false;
    for (std::size_t at = 0; at < form.size(); ++at) {
        if (form[at] == '0' ? !isDigit(spelled[at]) : spelled[at] != form[at])
            return false;
    }
    const auto number = [spelled](std::size_t at, std::size_t digits) {
        int value = 0;
        for (const char digit : spelled.substr(at + 1, digits))
            value = 10 * value + (digit - '0');
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year(number(0, 4)), std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    constexpr int firstYear = 1900; // what is older is left to those who know
    return number(0, 4) >= firstYear && day.ok() && number(11, 2) < 24 && number(14, 2) < 60 && number(17, 2) < 60;
}

bool toInteger(std::string_view spelled, std::int64_t& number)
{
    const char* const end = spelled.data() + spelled.size();
    const auto [stop, error] = std::from_chars(spelled.data(), end, number);
    return error == std::errc() && stop == end;
}

} // namespace hpcbill::audit

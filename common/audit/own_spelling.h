// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/sha256.h"

#include <cstdint>
#include <string_view>

namespace hpcbill::audit
{

/// Reads JSON that is spelled as RFC 8785 spells it, from left to right, and makes nothing of it but views. What it does not take may
/// still be good: it gives up where telling would cost more than reading it slowly (names of members that are not ASCII, say).
class OwnSpelling final
{
public:
    explicit OwnSpelling(std::string_view line);

    // Here, so that the compiler sees the length of what is expected.
    bool skip(std::string_view expected)
    {
        if (!m_rest.starts_with(expected))
            return false;
        m_rest.remove_prefix(expected.size());
        return true;
    }
    bool skip(char expected)
    {
        if (m_rest.empty() || m_rest.front() != expected)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }
    /// A text with its quotes, or null where that may be.
    bool takeText(std::string_view& spelled, bool mayBeNull);
    /// Within ±(2^53-1).
    bool takeInteger(std::string_view& spelled);
    /// An object of what a record's details may hold.
    bool takeObject(std::string_view& spelled);
    /// 64 digits.
    bool takeHash(Hash& hash);

private:
    bool skipText();
    bool skipValue(int depth);
    bool skipObject(int depth);
    bool skipList(int depth);

    std::string_view m_rest;
    bool m_isUtf8;
    bool m_hasEscape = false; ///< the text that was read last
};

/// Whether it is a time as records spell it, with its quotes.
bool isOwnTime(std::string_view spelled);
/// Of digits that takeInteger() took.
bool toInteger(std::string_view spelled, std::int64_t& number);

} // namespace hpcbill::audit

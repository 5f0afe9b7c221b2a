// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hpcbill::http
{

/// The place after which the next page of a list begins: the sort key of the last row of this one. Opaque to
/// callers (base64url of a JSON array that begins with the list's name), and refused by any list but its own.
class Cursor final
{
public:
    using Part = std::variant<std::int64_t, std::string>;

    Cursor(std::string_view list, std::vector<Part> parts)
        : m_list(list)
        , m_parts(std::move(parts))
    {
    }

    /// Reads what `encode()` wrote. Throws InvalidInput{"cursor"}.
    static Cursor decode(std::string_view text, std::string_view list, std::size_t size);
    std::string encode() const;

    /// The part at `index`; throws InvalidInput{"cursor"} when it is not of that kind.
    std::int64_t integer(std::size_t index) const;
    const std::string& text(std::size_t index) const;

private:
    std::string m_list;
    std::vector<Part> m_parts;
};

} // namespace hpcbill::http

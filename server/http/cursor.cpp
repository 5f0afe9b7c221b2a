// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/cursor.h"

#include "common/error.h"
#include "common/invariant.h"

#include <nlohmann/json.hpp>
#include <sodium.h>

namespace hpcbill::http
{

namespace
{

constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t maxLength = 4096;

[[noreturn]] void refuse()
{
    throw InvalidInput("cursor",
                       "This is not a cursor of this list: take it from next_cursor of the page before, "
                       "or leave it out to begin at the start.");
}

} // namespace

Cursor Cursor::decode(std::string_view text, std::string_view list, std::size_t size)
{
    if (text.empty() || text.size() > maxLength)
        refuse();
    std::string bytes(text.size(), '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &length, &end, variant) != 0 ||
        end != text.data() + text.size())
        refuse();
    bytes.resize(length);

    const nlohmann::json array = nlohmann::json::parse(bytes, nullptr, false);
    if (!array.is_array() || array.size() != size + 1 || array[0] != list)
        refuse();
    std::vector<Part> parts;
    for (std::size_t i = 1; i < array.size(); ++i) {
        if (array[i].is_string() && array[i].get_ref<const std::string&>().find('\0') == std::string::npos)
            parts.emplace_back(array[i].get<std::string>());
        else if (array[i].is_number_integer() &&
                 (!array[i].is_number_unsigned() || array[i].get<std::uint64_t>() <= INT64_MAX))
            parts.emplace_back(array[i].get<std::int64_t>());
        else
            refuse();
    }
    return {list, std::move(parts)};
}

std::string Cursor::encode() const
{
    nlohmann::json array = nlohmann::json::array({m_list});
    for (const Part& part : m_parts)
        std::visit([&array](const auto& value) { array.push_back(value); }, part);
    const std::string text = array.dump(-1, ' ', false, nlohmann::json::error_handler_t::strict);
    std::string encoded(sodium_base64_ENCODED_LEN(text.size(), variant), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(text.data()),
                      text.size(), variant);
    encoded.pop_back(); // the terminating zero that libsodium counts
    return encoded;
}

std::int64_t Cursor::integer(std::size_t index) const
{
    invariant(index < m_parts.size(), "a cursor has the parts that its reader asked for");
    if (const auto* value = std::get_if<std::int64_t>(&m_parts[index]))
        return *value;
    refuse();
}

const std::string& Cursor::text(std::size_t index) const
{
    invariant(index < m_parts.size(), "a cursor has the parts that its reader asked for");
    if (const auto* value = std::get_if<std::string>(&m_parts[index]))
        return *value;
    refuse();
}

} // namespace hpcbill::http

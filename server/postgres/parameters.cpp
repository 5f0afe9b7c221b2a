// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/parameters.h"

#include "server/postgres/errors.h"

namespace hpcbill::postgres
{

void Parameters::add(std::string_view text)
{
    if (text.find('\0') != std::string_view::npos)
        throw QueryError("a text with a NUL character cannot be stored", "22021");
    m_values.push_back({std::string(text)});
}

// PostgreSQL manual, 8.15.6: every element may stand in double quotes, with \ before " and \.
void Parameters::add(const std::vector<std::string>& texts)
{
    std::string array = "{";
    for (const std::string& text : texts) {
        if (array.size() > 1) array += ',';
        array += '"';
        for (const char letter : text) {
            if (letter == '"' || letter == '\\') array += '\\';
            array += letter;
        }
        array += '"';
    }
    add(std::string_view(array += '}'));
}

} // namespace hpcbill::postgres

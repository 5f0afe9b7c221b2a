// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/parameters.h"

namespace hpcbill::postgres
{

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
    m_values.push_back({array += '}'});
}

} // namespace hpcbill::postgres

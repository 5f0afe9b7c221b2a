// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/csv.h"

namespace hpcbill::http
{

std::string csvCell(std::string_view text)
{
    std::string cell = "\"";
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        cell += '\'';
    for (const char letter : text) {
        if (letter == '"')
            cell += '"';
        cell += letter;
    }
    return cell += '"';
}

} // namespace hpcbill::http

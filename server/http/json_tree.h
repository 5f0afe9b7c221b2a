// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpcbill::http
{

/// A JSON value as it was sent: numbers keep their text, doubled members are kept and marked.
struct JsonNode {
    enum class Kind { null, boolean, number, string, array, object };

    Kind kind = Kind::null;
    std::string text; ///< of a string, a number, "true", "false"
    std::vector<std::unique_ptr<JsonNode>> items;
    std::vector<std::pair<std::string, std::unique_ptr<JsonNode>>> members;
    bool isDuplicate = false;
    mutable bool wasRead = false; ///< what nobody reads is unknown, and refused

    const JsonNode* member(std::string_view name) const;
};

/// Throws InvalidInput{""} with line and column where the text stops being JSON, and for nesting deeper
/// than 32.
std::unique_ptr<JsonNode> parseJson(std::string_view text);

} // namespace hpcbill::http

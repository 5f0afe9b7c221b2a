// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// The one spelling of a JSON value that RFC 8785 (JSON Canonicalization Scheme) allows: keys by UTF-16
/// units, numbers as ECMAScript prints them. Throws InvalidInput for text that is not UTF-8 and numbers that
/// are not finite.
std::string canonicalJson(const nlohmann::json& value);

/// Appends a text as RFC 8785 spells it, with its quotes. Throws InvalidInput for text that is not UTF-8.
void appendCanonicalText(std::string& json, std::string_view text);

/// Reads JSON as I-JSON (RFC 7493) wants it: no member twice, nesting of at most 64. The error is a sentence.
Result<nlohmann::json, std::string> parseStrictJson(std::string_view text);

} // namespace hpcbill::audit

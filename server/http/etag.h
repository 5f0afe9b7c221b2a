// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"

#include <string>
#include <string_view>

namespace hpcbill::http
{

/// `"…"`: the entity tag of this text, from its SHA-256.
std::string etagOfContent(std::string_view content);

/// Does a list of entity tags (RFC 9110, 8.8.3: `*`, `"a", W/"b"`) name this one? If-Match compares strongly,
/// so that a weak tag never matches; If-None-Match weakly.
enum class Comparison { strong, weak };
bool namesEtag(std::string_view header, std::string_view etag, Comparison comparison);

/// Throws PreconditionRequired without If-Match, Stale when it names another version than `etag`.
void requireMatch(const Request& request, std::string_view etag);

/// The answer with its ETag, or 304 without a body when If-None-Match names it.
Response withEtag(const Request& request, Response response, std::string_view etag);

} // namespace hpcbill::http

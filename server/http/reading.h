// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace Poco::Net
{
class HTTPServerRequest;
}

namespace hpcbill::http
{

/// Whether the request's own Content-Length is more than `max`.
bool announcesTooMuch(const Poco::Net::HTTPServerRequest& request, std::size_t max);

/// The body, read wholly. Throws PayloadTooLarge past `max` bytes, InvalidInput for a framing that two
/// readers could take differently (RFC 9112, 6.1). After either the connection cannot be used again; most of
/// a body that is too large is taken off the wire all the same, because a caller who is still sending would
/// otherwise see a reset and not the answer.
std::string readRequestBody(Poco::Net::HTTPServerRequest& request, std::size_t max);

/// `a=1; b=2` as sent; cookie values are not decoded.
TextPairs parseCookies(std::string_view header);

/// The best of `supported` (the first is the default) for an Accept-Language such as "th, en;q=0.5".
std::string chooseLanguage(std::string_view acceptLanguage, const std::vector<std::string>& supported);

/// The path as sent, without query: "/a%20b" of "/a%20b?c" or "http://host/a%20b".
std::string_view rawPathOf(std::string_view target);
/// The query as sent; empty without one.
std::string_view rawQueryOf(std::string_view target);

/// The caller's X-Request-Id where it is fit for logs (1 to 64 letters, digits, `.`, `_`, `-`), else a new
/// one.
std::string requestIdFrom(std::string_view sent);

/// The token of `Authorization: Bearer TOKEN`; empty for anything else.
std::string bearerToken(std::string_view authorization);

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/idempotency_key.h"
#include "common/api/role.h"
#include "server/http/credentials.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpcbill::http
{

enum class Method { get, head, post, put, patch, delete_ };
/// "GET" and so on.
std::string_view codeOf(Method method);
std::optional<Method> parseMethod(std::string_view word);

using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// Everything about a request that is known before its handler runs. The server fills it in; handlers ask.
struct RequestParts {
    Method method = Method::get;
    std::string path;   ///< decoded, without the query
    std::string target; ///< as sent, with the query: for going back after a login
    std::map<std::string, std::string, std::less<>> parameters; ///< of the route's pattern, decoded
    TextPairs query;                                            ///< decoded, in order
    TextPairs headers;
    TextPairs cookies;
    std::string body;
    std::string requestId;
    std::string address; ///< of the caller, behind trusted proxies the forwarded one
    std::string language = "en";
    std::optional<Principal> principal;
    std::string sessionToken; ///< what the caller proved themselves with; empty when they did not
    std::string csrfToken;    ///< what forms of this visit have to carry
    bool secure = false;      ///< cookies get `Secure`
};

/// One request, read wholly. What is asked for and cannot be had throws what `problem.h` answers.
class Request final
{
public:
    explicit Request(RequestParts parts)
        : m_parts(std::move(parts))
    {
    }

    Method method() const { return m_parts.method; }
    const std::string& path() const { return m_parts.path; }
    const std::string& target() const { return m_parts.target; }
    const std::string& body() const { return m_parts.body; }
    const std::string& requestId() const { return m_parts.requestId; }
    const std::string& address() const { return m_parts.address; }
    /// "en" or "th": the visitor's choice, else what the browser prefers.
    const std::string& language() const { return m_parts.language; }
    /// Whether cookies are to be sent over TLS only.
    bool secure() const { return m_parts.secure; }
    const std::string& csrfToken() const { return m_parts.csrfToken; }
    const std::string& sessionToken() const { return m_parts.sessionToken; }

    /// A part of the path, decoded: `{name}` in the route's pattern.
    const std::string& parameter(std::string_view name) const;
    /// A part of the path that is a positive number; throws NotFound for anything else.
    std::int64_t integerParameter(std::string_view name) const;
    /// The same as a typed id: `request.id<ReceiptId>("id")`.
    template <typename Id>
    Id id(std::string_view name) const
    {
        return static_cast<Id>(integerParameter(name));
    }

    /// The first header of that name, whatever its case.
    std::optional<std::string> header(std::string_view name) const;
    std::optional<std::string> cookie(std::string_view name) const;
    const TextPairs& headers() const { return m_parts.headers; }
    const TextPairs& query() const { return m_parts.query; }

    /// The fields of a form (application/x-www-form-urlencoded). Throws UnsupportedMediaType.
    TextPairs form() const;

    /// Null for somebody who has not signed in.
    const Principal* principal() const { return m_parts.principal ? &*m_parts.principal : nullptr; }
    /// Who acts. Throws Unauthenticated where nobody has signed in.
    api::Actor actor() const;
    /// The caller before they have proven who they are: no role, for the record of a login.
    api::Actor visitor(std::string_view claimedName) const;

    /// `Idempotency-Key`, 1 to 255 visible characters, with what it stands for: the method, the path and the
    /// body. Throws InvalidInput.
    std::optional<api::IdempotencyKey> idempotency() const { return idempotency(m_parts.body); }
    /// The same where the body carries a secret, which a mere hash does not hide: `content` is what is left
    /// without it.
    std::optional<api::IdempotencyKey> idempotency(std::string_view content) const;

private:
    RequestParts m_parts;
};

/// The first header of that name, whatever its case.
std::optional<std::string> headerOf(const TextPairs& headers, std::string_view name);

/// Decodes %XX, and + as a space when `plusIsSpace`. None for a broken escape, a NUL, or bytes that are not
/// UTF-8: the database would refuse them later, and less clearly.
std::optional<std::string> decodePercent(std::string_view text, bool plusIsSpace);
/// Encodes everything but unreserved characters, for a path's part or a query's value.
std::string encodePercent(std::string_view text);
/// Splits and decodes `a=1&b=2`. Throws InvalidInput for a broken escape.
TextPairs parseFormEncoded(std::string_view text);

} // namespace hpcbill::http

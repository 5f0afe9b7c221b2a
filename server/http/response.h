// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::http
{

/// Writes a body of any size. What it throws before the first 64 KiB, or the first std::flush, still becomes
/// a problem; later the connection is cut, so that half an answer cannot be taken for a whole one.
using BodyWriter = std::function<void(std::ostream&)>;

/// An answer: status, headers, and a body in memory or a writer of one.
class Response final
{
public:
    explicit Response(int status = 200)
        : m_status(status)
    {
    }

    int status() const { return m_status; }
    const TextPairs& headers() const { return m_headers; }
    std::optional<std::string> header(std::string_view name) const;
    const std::string& body() const { return m_body; }
    const BodyWriter& writer() const { return m_writer; }

    /// Replaces a header of that name.
    Response& set(std::string_view name, std::string value);
    /// Adds one beside those of the same name: Set-Cookie.
    Response& add(std::string_view name, std::string value);
    Response& body(std::string contentType, std::string text);
    Response& stream(std::string contentType, BodyWriter writer);

private:
    int m_status;
    TextPairs m_headers;
    std::string m_body;
    BodyWriter m_writer;
};

Response json(const nlohmann::ordered_json& value, int status = 200);
/// 201 with the new thing and where it is.
Response created(const nlohmann::ordered_json& value, std::string location);
/// `{"items":[…],"next_cursor":…}`; an empty cursor means that this was the last page.
Response page(nlohmann::ordered_json items, const std::optional<std::string>& nextCursor);
Response noContent();
Response text(std::string contentType, std::string body);
Response html(std::string body, int status = 200);
/// 303: after a form. `location` is a path of ours.
Response seeOther(std::string location);
/// A file to be kept, written as it is made.
Response download(std::string contentType, std::string_view fileName, BodyWriter writer);
/// A CSV download, written row by row.
Response csv(std::string_view fileName, BodyWriter writer);

/// A cookie for this origin only: Path=/, HttpOnly, SameSite=Lax, and Secure where the request says so.
/// `maxAge` zero removes it, none makes it last as long as the browser runs.
std::string setCookie(const Request& request, std::string_view name, std::string_view value,
                      std::optional<std::chrono::seconds> maxAge);

} // namespace hpcbill::http

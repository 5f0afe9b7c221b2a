// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/response.h"

#include <Poco/String.h>
#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::http
{

std::optional<std::string> Response::header(std::string_view name) const
{
    return headerOf(m_headers, name);
}

Response& Response::set(std::string_view name, std::string value)
{
    const std::string key(name);
    std::erase_if(m_headers, [&key](const auto& pair) { return Poco::icompare(pair.first, key) == 0; });
    return add(name, std::move(value));
}

Response& Response::add(std::string_view name, std::string value)
{
    m_headers.emplace_back(name, std::move(value));
    return *this;
}

Response& Response::body(std::string contentType, std::string text)
{
    m_body = std::move(text);
    return set("Content-Type", std::move(contentType));
}

Response& Response::stream(std::string contentType, BodyWriter writer)
{
    m_writer = std::move(writer);
    return set("Content-Type", std::move(contentType));
}

Response json(const nlohmann::ordered_json& value, int status)
{
    Response response(status);
    // Text that did not come from us (a job's name, say) may hold bytes that are not UTF-8: replaced, not a
    // 500.
    response.body("application/json",
                  value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return response;
}

Response created(const nlohmann::ordered_json& value, std::string location)
{
    Response response = json(value, 201);
    response.set("Location", std::move(location));
    return response;
}

Response page(nlohmann::ordered_json items, const std::optional<std::string>& nextCursor)
{
    nlohmann::ordered_json answer;
    answer["items"] = std::move(items);
    if (nextCursor)
        answer["next_cursor"] = *nextCursor;
    else
        answer["next_cursor"] = nullptr;
    return json(answer);
}

Response noContent()
{
    return Response(204);
}

Response text(std::string contentType, std::string body)
{
    Response response;
    response.body(std::move(contentType), std::move(body));
    return response;
}

Response html(std::string body, int status)
{
    Response response(status);
    response.body("text/html; charset=utf-8", std::move(body));
    return response;
}

Response seeOther(std::string location)
{
    Response response(303);
    response.set("Location", std::move(location));
    return response;
}

Response download(std::string contentType, std::string_view fileName, BodyWriter writer)
{
    Response response;
    response.stream(std::move(contentType), std::move(writer));
    response.set("Content-Disposition", fmt::format("attachment; filename=\"{}\"", fileName));
    return response;
}

Response csv(std::string_view fileName, BodyWriter writer)
{
    return download("text/csv; charset=utf-8; header=present", fileName, std::move(writer));
}

std::string setCookie(const Request& request, std::string_view name, std::string_view value,
                      std::optional<std::chrono::seconds> maxAge)
{
    std::string cookie = fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax", name, value);
    if (maxAge)
        cookie += fmt::format("; Max-Age={}", maxAge->count());
    if (request.secure())
        cookie += "; Secure";
    return cookie;
}

} // namespace hpcbill::http

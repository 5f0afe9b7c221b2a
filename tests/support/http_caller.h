// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hpcbill::support
{

/// What a server answered.
struct HttpAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first header of that name; empty without one.
    [[nodiscard]] std::string header(const std::string& name) const;
    /// The value of a cookie that the answer sets; empty without one.
    [[nodiscard]] std::string cookie(const std::string& name) const;
    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// Speaks HTTP to a server on this machine: one connection per request, redirects are not followed. Any thread.
class HttpCaller final
{
public:
    explicit HttpCaller(std::uint16_t port) : m_port(port) {}

    [[nodiscard]] HttpAnswer ask(const std::string& method, const std::string& target, const HttpHeaders& headers = {},
                                 const std::string& body = {}) const;
    [[nodiscard]] HttpAnswer get(const std::string& target, const HttpHeaders& headers = {}) const { return ask("GET", target, headers); }
    /// With a bearer token and, where there is a body, as application/json.
    [[nodiscard]] HttpAnswer api(const std::string& method, const std::string& target, const std::string& token,
                                 const nlohmann::json& body = nullptr, const HttpHeaders& more = {}) const;

private:
    std::uint16_t m_port;
};

} // namespace hpcbill::support

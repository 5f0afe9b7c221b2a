// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace hpcbill::support
{

/// What the server said.
struct Answer {
    int status = 0;
    std::string body;
    std::map<std::string, std::string> headers; ///< names in lower case; of a repeated one the last

    /// Throws nlohmann::json::exception for a body that is no JSON.
    [[nodiscard]] nlohmann::ordered_json json() const { return nlohmann::ordered_json::parse(body); }
    [[nodiscard]] std::string header(const std::string& lowerCaseName) const;
};

using Headers = std::map<std::string, std::string>;

/// Asks a server over real HTTP, one connection per request. May be shared by threads. Throws Poco::Exception when nobody answers.
class HttpClient final
{
public:
    explicit HttpClient(std::string baseUrl, std::string token = {})
        : m_baseUrl(std::move(baseUrl))
        , m_token(std::move(token))
    {
    }

    Answer get(std::string_view path, const Headers& headers = {}) const { return ask("GET", path, "", headers); }
    Answer post(std::string_view path, const nlohmann::ordered_json& body, const Headers& headers = {}) const;
    /// Whatever one likes: nothing is added but the token, and no content type where `body` is empty.
    Answer ask(const std::string& method, std::string_view path, const std::string& body, const Headers& headers) const;

    [[nodiscard]] const std::string& token() const { return m_token; }
    [[nodiscard]] const std::string& baseUrl() const { return m_baseUrl; }

private:
    std::string m_baseUrl;
    std::string m_token;
};

/// A client that has logged in. Throws std::runtime_error with the answer when it may not.
HttpClient logIn(const std::string& baseUrl, const std::string& username, const std::string& password);

} // namespace hpcbill::support

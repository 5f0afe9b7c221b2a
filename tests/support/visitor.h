// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "tests/support/http_client.h"

#include <map>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace hpcbill::support
{

/// The value of a hidden field of a page; empty where there is none.
inline std::string hidden(const Answer& page, const std::string& name)
{
    std::smatch found;
    const std::regex field("name=\"" + name + "\" value=\"([^\"]*)\"");
    return std::regex_search(page.body, found, field) ? found[1].str() : "";
}

inline bool has(const Answer& answer, std::string_view text)
{
    return answer.body.find(text) != std::string::npos;
}

/// A browser without a screen: keeps its cookies, fills forms with the token that the page gave.
class Visitor final
{
public:
    explicit Visitor(std::string baseUrl)
        : m_client(std::move(baseUrl))
    {
    }

    Answer get(const std::string& target, Headers headers = {{"Accept", "text/html"}})
    {
        return keep(m_client.ask("GET", target, "", withCookies(std::move(headers))));
    }
    Answer post(const std::string& target, const std::vector<std::pair<std::string, std::string>>& fields,
                const std::string& csrf)
    {
        std::string body = "csrf=" + http::encodePercent(csrf);
        for (const auto& [name, value] : fields)
            body += "&" + name + "=" + http::encodePercent(value);
        return keep(m_client.ask(
            "POST", target, body,
            withCookies({{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "text/html"}})));
    }
    /// Through the form of the page at `source`.
    Answer submit(const std::string& source, const std::string& target,
                  const std::vector<std::pair<std::string, std::string>>& fields)
    {
        return post(target, fields, hidden(get(source), "csrf"));
    }
    Answer logIn(const std::string& username, const std::string& password)
    {
        return submit("/login", "/login", {{"username", username}, {"password", password}, {"next", "/me"}});
    }
    std::map<std::string, std::string>& cookies() { return m_cookies; }

private:
    Headers withCookies(Headers headers) const
    {
        std::string all;
        for (const auto& [name, value] : m_cookies)
            all += (all.empty() ? "" : "; ") + name + "=" + value;
        if (!all.empty())
            headers.emplace("Cookie", all);
        return headers;
    }
    Answer keep(Answer answer)
    {
        const std::string set = answer.header("set-cookie"); // never more than one in an answer of ours
        const std::size_t equals = set.find('=');
        if (equals != std::string::npos)
            m_cookies[set.substr(0, equals)] = set.substr(equals + 1, set.find(';') - equals - 1);
        return answer;
    }

    HttpClient m_client;
    std::map<std::string, std::string> m_cookies;
};

} // namespace hpcbill::support

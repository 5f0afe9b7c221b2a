// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/http_caller.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>

namespace hpcbill::support
{

std::string HttpAnswer::header(const std::string& name) const
{
    for (const auto& [key, value] : headers) {
        if (Poco::icompare(key, name) == 0) return value;
    }
    return {};
}

std::string HttpAnswer::cookie(const std::string& name) const
{
    const std::string start = name + "=";
    for (const auto& [key, value] : headers) {
        if (Poco::icompare(key, std::string("Set-Cookie")) == 0 && value.starts_with(start))
            return value.substr(start.size(), value.find(';') - start.size());
    }
    return {};
}

HttpAnswer HttpCaller::ask(const std::string& method, const std::string& target, const HttpHeaders& headers, const std::string& body) const
{
    Poco::Net::HTTPClientSession session("127.0.0.1", m_port);
    Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : headers)
        request.add(name, value);
    if (!body.empty()) request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;

    Poco::Net::HTTPResponse head;
    std::istream& stream = session.receiveResponse(head);
    HttpAnswer answer;
    Poco::StreamCopier::copyToString(stream, answer.body);
    answer.status = head.getStatus();
    for (const auto& [name, value] : head)
        answer.headers.emplace_back(name, value);
    return answer;
}

HttpAnswer HttpCaller::api(const std::string& method, const std::string& target, const std::string& token, const nlohmann::json& body,
                           const HttpHeaders& more) const
{
    HttpHeaders headers = more;
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
    if (!body.is_null()) headers.emplace_back("Content-Type", "application/json");
    return ask(method, target, headers, body.is_null() ? std::string() : body.dump());
}

} // namespace hpcbill::support

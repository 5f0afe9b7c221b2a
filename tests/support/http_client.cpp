// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/http_client.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <stdexcept>

namespace hpcbill::support
{

std::string Answer::header(const std::string& lowerCaseName) const
{
    const auto found = headers.find(lowerCaseName);
    return found == headers.end() ? std::string() : found->second;
}

Answer HttpClient::post(std::string_view path, const nlohmann::ordered_json& body, const Headers& headers) const
{
    Headers all = headers;
    all.emplace("Content-Type", "application/json");
    return ask("POST", path, body.dump(), all);
}

Answer HttpClient::ask(const std::string& method, std::string_view path, const std::string& body, const Headers& headers) const
{
    const Poco::URI uri(m_baseUrl);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(120, 0));
    Poco::Net::HTTPRequest request(method, std::string(path), Poco::Net::HTTPMessage::HTTP_1_1);
    if (!m_token.empty())
        request.set("Authorization", "Bearer " + m_token);
    for (const auto& [name, value] : headers)
        request.set(name, value);
    if (!body.empty())
        request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body << std::flush;

    Answer answer;
    Poco::Net::HTTPResponse response;
    std::istream& stream = session.receiveResponse(response);
    answer.status = static_cast<int>(response.getStatus());
    for (const auto& [name, value] : response)
        answer.headers[Poco::toLower(name)] = value;
    // A stream of events has no end to wait for.
    if (!answer.header("content-type").starts_with("text/event-stream"))
        Poco::StreamCopier::copyToString(stream, answer.body);
    return answer;
}

HttpClient logIn(const std::string& baseUrl, const std::string& username, const std::string& password)
{
    const Answer answer = HttpClient(baseUrl).post("/api/v1/session", {{"username", username}, {"password", password}});
    if (answer.status != 200)
        throw std::runtime_error("cannot log in as " + username + ": " + answer.body);
    return HttpClient(baseUrl, answer.json().at("token").get<std::string>());
}

} // namespace hpcbill::support

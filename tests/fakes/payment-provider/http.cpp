// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/http.h"

#include <Poco/Net/HTMLForm.h>
#include <Poco/Net/HTTPBasicCredentials.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <random>
#include <sstream>

namespace hpcbill::fakes
{

std::string Ask::header(const std::string& lowerCaseName) const
{
    const auto found = headers.find(lowerCaseName);
    return found == headers.end() ? std::string() : found->second;
}

Ask readAsk(Poco::Net::HTTPServerRequest& request)
{
    const Poco::URI uri(request.getURI());
    Ask ask{request.getMethod(), uri.getPath(), {}, {}, {}};
    for (const auto& [name, value] : uri.getQueryParameters())
        ask.query[name] = value;
    for (const auto& [name, value] : request)
        ask.headers[Poco::toLower(name)] = value;
    std::ostringstream body;
    body << request.stream().rdbuf();
    ask.body = body.str();
    return ask;
}

void write(const Reply& reply, Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response)
{
    if (reply.isCut) {
        static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket().shutdown();
        response.setKeepAlive(false);
        return;
    }
    response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
    response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
    response.setContentType(reply.contentType);
    for (const auto& [name, value] : reply.headers)
        response.set(name, value);
    response.sendBuffer(reply.body.data(), reply.body.size());
}

Reply jsonReply(const Json& value, int status)
{
    return {status, "application/json", value.dump(2, ' ', false, Json::error_handler_t::replace)};
}

Fields parseForm(const std::string& body)
{
    Fields fields;
    std::istringstream in(body);
    Poco::Net::HTMLForm form;
    form.read(in);
    for (const auto& [name, value] : form)
        fields[name] = value;
    return fields;
}

std::string keyOf(const Ask& ask)
{
    const std::string value = ask.header("authorization");
    if (value.starts_with("Bearer "))
        return value.substr(7);
    if (value.starts_with("Basic "))
        return Poco::Net::HTTPBasicCredentials(value.substr(6)).getUsername();
    return {};
}

std::vector<std::string> partsOf(const std::string& path)
{
    std::vector<std::string> parts;
    std::istringstream in(path);
    for (std::string part; std::getline(in, part, '/');) {
        if (!part.empty())
            parts.push_back(part);
    }
    return parts;
}

std::string randomWord(std::size_t length)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device source;
    std::uniform_int_distribution<std::size_t> place(0, letters.size() - 1);
    std::string word;
    while (word.size() < length)
        word += letters[place(source)];
    return word;
}

std::string escapeHtml(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

} // namespace hpcbill::fakes

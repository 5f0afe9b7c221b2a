// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/answering_server.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hpcbill::support
{
namespace
{

class Handler final : public Poco::Net::HTTPRequestHandler
{
public:
    explicit Handler(AnsweringServer& server) : m_server(server) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override
    {
        const Poco::URI uri(request.getURI());
        SeenRequest seen;
        seen.method = request.getMethod();
        seen.path = uri.getPath();
        for (const auto& [name, value] : uri.getQueryParameters())
            seen.query[name] = value;
        for (const auto& [name, value] : request)
            seen.headers[Poco::toLower(name)] = value;
        Poco::StreamCopier::copyToString(request.stream(), seen.body);
        const CannedAnswer answer = m_server.take(seen);
        response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
        response.setContentType(answer.contentType);
        for (const auto& [name, value] : answer.headers)
            response.set(name, value);
        response.sendBuffer(answer.body.data(), answer.body.size());
    }

private:
    AnsweringServer& m_server;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory
{
public:
    explicit Factory(AnsweringServer& server) : m_server(server) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& /*request*/) override
    {
        return new Handler(m_server);
    }

private:
    AnsweringServer& m_server;
};

} // namespace

CannedAnswer readRecordedAnswer(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    const std::size_t headersEnd = text.find("\n\n");
    if (!file || headersEnd == std::string::npos || !text.starts_with("HTTP/1.1 "))
        throw std::runtime_error(path + " is no recorded answer");
    CannedAnswer answer;
    answer.status = std::stoi(text.substr(9, 3));
    const std::string headers = text.substr(0, headersEnd);
    answer.contentType = headers.find("text/plain") == std::string::npos ? "application/json" : "text/plain";
    answer.body = text.substr(headersEnd + 2);
    return answer;
}

AnsweringServer::AnsweringServer(Handler answer) : m_answer(std::move(answer))
{
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    m_server = std::make_unique<Poco::Net::HTTPServer>(new Factory(*this), socket, new Poco::Net::HTTPServerParams);
    m_server->start();
}

AnsweringServer::~AnsweringServer()
{
    m_server->stopAll(true);
}

std::string AnsweringServer::url() const
{
    return fmt::format("http://127.0.0.1:{}", m_server->port());
}

std::vector<SeenRequest> AnsweringServer::seen() const
{
    const std::lock_guard lock(m_mutex);
    return m_seen;
}

CannedAnswer AnsweringServer::take(const SeenRequest& request)
{
    {
        const std::lock_guard lock(m_mutex);
        m_seen.push_back(request);
    }
    return m_answer(request);
}

} // namespace hpcbill::support

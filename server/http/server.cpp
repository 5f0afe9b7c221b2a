// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/server.h"

#include "server/http/exchange.h"
#include "server/http/reading.h"
#include "server/http/receiving_socket.h"

#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>

namespace hpcbill::http
{

namespace
{

class ExchangeFactory final : public Poco::Net::HTTPRequestHandlerFactory
{
public:
    explicit ExchangeFactory(ExchangeParts& shared)
        : m_shared(shared)
    {
    }
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override
    {
        // Poco answers "Expect: 100-continue" after this call, unless the answer's status is an error by
        // then.
        if (announcesTooMuch(request, m_shared.options.bodyMax))
            request.response().setStatus(Poco::Net::HTTPResponse::HTTP_REQUEST_ENTITY_TOO_LARGE);
        return new Exchange(m_shared); // Poco takes ownership
    }

private:
    ExchangeParts& m_shared;
};

} // namespace

struct Server::Insides {
    Insides(std::vector<Route> routes, ServerOptions options, ServerParts parts)
        : shared(std::move(routes), std::move(options), std::move(parts))
        , threads("http", 2, shared.options.threads)
    {
    }

    ExchangeParts shared;
    Poco::ThreadPool threads;
    std::unique_ptr<Poco::Net::HTTPServer> server;
};

Server::Server(std::vector<Route> routes, ServerOptions options, ServerParts parts)
    : m_insides(std::make_unique<Insides>(std::move(routes), std::move(options), std::move(parts)))
{
}

Server::~Server()
{
    stop();
}

void Server::start()
{
    const ServerOptions& options = m_insides->shared.options;
    ReceivingServerSocket socket(options.receiveTimeout);
    // Not reusePort: a second server on the same port must fail and not share its callers.
    socket.bind(Poco::Net::SocketAddress(options.address, options.port), true, false);
    socket.listen(options.queue);

    Poco::AutoPtr<Poco::Net::HTTPServerParams> params(new Poco::Net::HTTPServerParams);
    params->setMaxThreads(options.threads);
    params->setMaxQueued(options.queue);
    params->setTimeout(Poco::Timespan(options.requestTimeout.count(), 0));
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(options.keepAliveTimeout.count(), 0));
    params->setMaxKeepAliveRequests(0);
    m_insides->server = std::make_unique<Poco::Net::HTTPServer>(new ExchangeFactory(m_insides->shared),
                                                                m_insides->threads, socket, params);
    m_insides->server->start();
}

void Server::stop()
{
    if (!m_insides->server)
        return;
    m_insides->server->stop();
    m_insides->server->stopAll(false); // waits for each request under way, then closes its connection
    m_insides->threads.joinAll();
    m_insides->server.reset();
}

std::uint16_t Server::port() const
{
    return m_insides->server ? m_insides->server->port() : 0;
}

const std::vector<Route>& Server::routes() const
{
    return m_insides->shared.router.routes();
}

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/metrics.h"
#include "server/http/proxies.h"
#include "server/http/router.h"
#include "server/http/server.h"

#include <Poco/Net/HTTPRequestHandler.h>

#include <chrono>
#include <string>

namespace hpcbill::http
{

/// What all exchanges of a server share; nothing of it changes while the server runs.
struct ExchangeParts {
    ExchangeParts(std::vector<Route> routes, ServerOptions serverOptions, ServerParts serverParts)
        : router(std::move(routes))
        , options(std::move(serverOptions))
        , parts(std::move(serverParts))
        , trusted(options.trustedProxies, "TRUSTED_PROXIES")
        , metrics(parts.metrics, router.routes())
    {
    }

    Router router;
    ServerOptions options;
    ServerParts parts;
    Networks trusted;
    RequestMetrics metrics;
};

/// One request's way: read, find the route, find out who asks and whether they may, run the handler, answer,
/// count, log.
class Exchange final : public Poco::Net::HTTPRequestHandler
{
public:
    explicit Exchange(ExchangeParts& shared)
        : m_shared(shared)
    {
    }
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override;

private:
    void readHead(Poco::Net::HTTPServerRequest& request);
    Response answer(Poco::Net::HTTPServerRequest& request);
    void identify();
    void authorize();
    void checkForm(const Request& request) const;
    Response refuse(const Problem& problem);
    void finishHeaders(Response& response) const;
    void send(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& raw, Response response);
    void stream(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& raw,
                const Response& response);
    Problem problemFor(const std::exception& exception);

    ExchangeParts& m_shared;
    RequestParts m_parts;
    const Route* m_route = nullptr;
    Surface m_surface = Surface::api;
    std::string m_newVisit; ///< the secret of a visitor's first page, to be kept in a cookie
    bool m_bearerWasSent = false;
    int m_status = 0;
    std::string m_failure; ///< for the log
};

} // namespace hpcbill::http

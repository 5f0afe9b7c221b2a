// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/credentials.h"
#include "server/http/problem.h"
#include "server/http/route.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace prometheus
{
class Registry;
}

namespace hpcbill::http
{

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;            ///< 0: any that is free, see Server::port()
    int threads = 64;                  ///< requests at once; a connection keeps its thread while it is open
    int queue = 256;                   ///< connections that wait for a thread; more are closed
    std::size_t bodyMax = 1024 * 1024; ///< bytes
    std::chrono::seconds requestTimeout{30};   ///< for each read and write
    std::chrono::milliseconds receiveTimeout{60'000}; ///< for all of a request to arrive
    std::chrono::seconds keepAliveTimeout{10}; ///< an idle connection is closed after it
    std::vector<std::string> trustedProxies; ///< addresses and CIDR blocks whose X-Forwarded-For is believed
    bool https = false; ///< callers come by TLS: cookies are Secure, browsers are told to stay with it
    std::vector<std::string> languages{"en"}; ///< that pages exist in, the default first
    std::vector<std::string> formTargets; ///< origins beside our own that forms may lead to: where one pays
};

/// The answer to a browser in place of a problem: a page.
using ProblemPage = std::function<Response(const Request&, const Problem&)>;

/// What the server needs of others.
struct ServerParts {
    prometheus::Registry& metrics;
    Authenticate authenticate;
    ProblemPage problemPage; ///< without one, browsers get problem+json too
    std::vector<ProblemMapper> problemMappers;
};

/// Answers HTTP: every request gets an id, its caller's address and identity, the check of its route's roles,
/// one log line (logger "http"), two metrics and the security headers; every exception becomes a problem.
class Server final
{
public:
    Server(std::vector<Route> routes, ServerOptions options, ServerParts parts);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds and serves. Throws Poco::Net::NetException when the address cannot be had.
    void start();
    /// Takes no more requests, finishes those under way, closes all connections.
    void stop();

    std::uint16_t port() const;
    /// The whole table, for tests that walk it.
    const std::vector<Route>& routes() const;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::http

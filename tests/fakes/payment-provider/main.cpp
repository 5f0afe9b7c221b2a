// SPDX-License-Identifier: GPL-3.0-or-later
// Payment providers for tests and the demo: README.md beside this file.
#include "tests/fakes/payment-provider/control.h"
#include "tests/fakes/payment-provider/omise.h"
#include "tests/fakes/payment-provider/page.h"
#include "tests/fakes/payment-provider/postman.h"
#include "tests/fakes/payment-provider/stripe.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/NumberParser.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace hpcbill::fakes
{
namespace
{

struct World {
    Ledger& ledger;
    std::string url;
};

std::string_view callOf(const Ask& ask)
{
    if (ask.method == "GET")
        return "read";
    return ask.path.ends_with("/expire") ? "expire" : "create";
}

Reply answerApi(World& world, const Ask& ask, bool isStripe)
{
    const AnswerConduct conduct = world.ledger.look([](const Books& books) { return books.conduct.answers; });
    const bool isMeant = conduct.only.empty() || conduct.only == callOf(ask);
    if (isMeant && conduct.delayMs > 0)
        world.ledger.wait(conduct.delayMs);
    if (isMeant && conduct.isCut)
        return {.body = {}, .isCut = true};
    if (isMeant && conduct.status != 0) {
        const Reply failure = jsonReply({{"error", {{"message", "An unknown error occurred"}, {"type", "api_error"}}}},
                                        static_cast<int>(conduct.status));
        return isStripe ? failStripe(world.ledger, ask, failure) : failure;
    }
    return isStripe ? answerStripe(world.ledger, ask, world.url) : answerOmise(world.ledger, ask, world.url);
}

Reply answer(World& world, const Ask& ask)
{
    if (ask.path.starts_with("/v1/"))
        return answerApi(world, ask, true);
    if (ask.path == "/charges" || ask.path.starts_with("/charges/"))
        return answerApi(world, ask, false);
    if (ask.path.starts_with("/pay/"))
        return answerPayer(world.ledger, ask, world.url);
    if (ask.path == "/control" || ask.path.starts_with("/control/"))
        return answerControl(world.ledger, ask, world.url);
    return jsonReply({{"error", "there is nothing here"}}, 404);
}

class Handler final : public Poco::Net::HTTPRequestHandler
{
public:
    explicit Handler(World& world)
        : m_world(world)
    {
    }
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override
    {
        write(answer(m_world, readAsk(request)), request, response);
    }

private:
    World& m_world;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory
{
public:
    explicit Factory(World& world)
        : m_world(world)
    {
    }
    Poco::Net::HTTPRequestHandler*
    createRequestHandler(const Poco::Net::HTTPServerRequest& /*request*/) override
    {
        return new Handler(m_world); // Poco takes ownership
    }

private:
    World& m_world;
};

int run(std::uint16_t port, const std::filesystem::path& state)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr); // before there is any thread that could take them

    Ledger ledger(state);
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress("127.0.0.1", port), true, false);
    socket.listen(64);
    World world{ledger, fmt::format("http://127.0.0.1:{}", socket.address().port())};
    Poco::Net::HTTPServer server(new Factory(world), socket, new Poco::Net::HTTPServerParams);
    const Postman postman(ledger);
    server.start();
    fmt::print("ready {}\n", world.url);
    std::fflush(stdout);

    int signal = 0;
    sigwait(&ending, &signal);
    ledger.close();
    server.stopAll(true);
    return 0;
}

} // namespace
} // namespace hpcbill::fakes

int main(int argc, char** argv)
{
    unsigned port = 0;
    std::filesystem::path state;
    for (int at = 1; at < argc; at += 2) {
        const std::string option = argv[at];
        const bool isPort = option == "--port" && at + 1 < argc &&
                            Poco::NumberParser::tryParseUnsigned(argv[at + 1], port) && port < 65536;
        const bool isState = option == "--state" && at + 1 < argc;
        if (isState)
            state = argv[at + 1];
        if (!isPort && !isState) {
            fmt::print(stderr, "usage: payment-provider [--port N] [--state FILE]\n");
            return 2;
        }
    }
    try {
        return hpcbill::fakes::run(static_cast<std::uint16_t>(port), state);
    } catch (const std::exception& exception) {
        fmt::print(stderr, "payment-provider: {}\n", exception.what());
        return 1;
    }
}

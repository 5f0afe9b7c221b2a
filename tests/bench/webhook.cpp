// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks end to end against pgbench: signed messages that each pay a receipt through hpcbilld over eight connections, then the
// same statements by pgbench with eight clients; both on one embedded cluster with the durability that it always has.
// One line per figure: name value unit ratio-against ratio.
#include "server/postgres/connection.h"
#include "server/postgres/embedded_cluster.h"
#include "tests/bench/measure.h"
#include "tests/support/stripe_messages.h"
#include "tests/support/test_server.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <stdexcept>
#include <thread>

namespace
{

using namespace hpcbill;
namespace fs = std::filesystem;

constexpr const char* secret = "whsec_of_the_stripe_test_account";
constexpr std::int64_t clients = 8;

/// Sends the messages that pay the payments of `first` + 1 to `first` + `count`; how many were not taken.
int send(std::uint16_t port, std::int64_t first, std::int64_t count)
{
    Poco::Net::HTTPClientSession session("127.0.0.1", port);
    session.setKeepAlive(true);
    int refused = 0;
    for (std::int64_t n = first + 1; n <= first + count; ++n) {
        const std::string body = support::stripePaid(fmt::format("evt_{}", n), fmt::format("cs_{}", n), n % 1000 + 1);
        Poco::Net::HTTPRequest request("POST", "/payments/webhook/stripe", "HTTP/1.1");
        request.setContentType("application/json");
        request.setContentLength64(static_cast<Poco::Int64>(body.size()));
        request.set("Stripe-Signature", support::stripeSignature(body, secret));
        request.setKeepAlive(true);
        session.sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        Poco::NullOutputStream nowhere;
        Poco::StreamCopier::copyStream(session.receiveResponse(response), nowhere);
        refused += response.getStatus() == 200 ? 0 : 1;
    }
    return refused;
}

bench::Seconds throughServer(const support::TestServer& server, std::int64_t share)
{
    const auto port = static_cast<std::uint16_t>(std::stoi(server.baseUrl().substr(server.baseUrl().rfind(':') + 1)));
    std::atomic<int> refused = 0;
    const auto began = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> senders;
        for (std::int64_t client = 0; client < clients; ++client)
            senders.emplace_back([&, client] { refused += send(port, client * share, share); });
    }
    if (refused > 0)
        throw std::runtime_error(fmt::format("{} webhooks were not taken", refused.load()));
    return std::chrono::steady_clock::now() - began;
}

std::int64_t paidReceipts(postgres::Connection& superuser)
{
    constexpr postgres::Statement count{"bench.paid", "select count(*) from receipts where status = 'paid'"};
    return superuser.execute(count, {})[0].as<std::int64_t>(0);
}

void measure(std::int64_t count)
{
    const bench::Workplace workplace;
    const std::string place = (workplace.path() / "database").string();
    const postgres::EmbeddedCluster cluster(place);
    support::TestServer server({{"DATABASE_URL", "embedded:" + place},
                                {"PAYMENT_PROVIDER", "stripe"},
                                {"STRIPE_SECRET_KEY", "sk_test_site"},
                                {"PUBLIC_URL", "http://127.0.0.1:9"},
                                {"STRIPE_WEBHOOK_SECRET", secret}});
    postgres::Connection superuser(cluster.superuserUrl(), {});
    const std::int64_t share = count / clients;
    superuser.script(support::pendingStripePayments(2 * share * clients));

    superuser.script("checkpoint");
    const bench::Seconds ours = throughServer(server, share);
    if (paidReceipts(superuser) != share * clients)
        throw std::runtime_error("not every receipt was paid");

    superuser.script("checkpoint");
    const auto began = std::chrono::steady_clock::now();
    bench::run({"/usr/lib/postgresql/15/bin/pgbench", "--no-vacuum", "--protocol=prepared", fmt::format("--client={}", clients), "--jobs=2",
                fmt::format("--transactions={}", share), "--define=n=0", fmt::format("--define=first={}", share * clients),
                fmt::format("--define=share={}", share), "--file=" WEBHOOK_STATEMENTS, cluster.appUrl()},
               workplace.path() / "output");
    const bench::Seconds theirs = std::chrono::steady_clock::now() - began;
    if (paidReceipts(superuser) != 2 * share * clients)
        throw std::runtime_error("pgbench did not pay every receipt");

    const auto perSecond = [share](bench::Seconds time) { return static_cast<double>(share * clients) / time.count(); };
    bench::print("webhook", perSecond(ours), "webhooks/s", "pgbench", theirs / ours);
    bench::print("pgbench", perSecond(theirs), "transactions/s", "pgbench", 1);
}

} // namespace

int main(int argc, char** argv)
{
    std::int64_t count = 20'000;
    if (argc == 2) {
        const std::string_view text(argv[1]);
        std::from_chars(text.data(), text.data() + text.size(), count);
    }
    if (argc > 2 || count < clients) {
        fmt::print(stderr, "usage: bench-webhook [WEBHOOKS]\n");
        return 2;
    }
    try {
        measure(count);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-webhook: {}\n", error.what());
        return 3;
    }
    return 0;
}

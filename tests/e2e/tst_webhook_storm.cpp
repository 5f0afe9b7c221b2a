// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks by the thousand, shuffled, repeated, some forged, over two replicas, while a replica and the database are killed:
// every receipt that was paid is paid once, no other is, and nothing that was answered is lost.
// HPCBILL_STORM=100000 sends so many different messages in place of the few thousand that a run of all tests has time for.
#include "server/postgres/connection.h"
#include "server/postgres/embedded_cluster.h"
#include "tests/support/processes.h"
#include "tests/support/stripe_messages.h"
#include "tests/support/test_server.h"

#include <QtTest>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include <csignal>

using namespace hpcbill;
using support::TestServer;

namespace
{

constexpr const char* secret = "whsec_of_the_stripe_test_account";
constexpr const char* forgedSecret = "whsec_of_somebody_else_altogether";
constexpr int senders = 8;
constexpr std::int64_t patience = 10; // unanswered tries per delivery; most of them are refused within microseconds

/// One message, and whether the provider itself sent it.
struct Message {
    std::string event;
    std::string body;
    bool isGenuine = true;
};

/// One time that it is sent. A forged copy of a genuine message is refused and followed by a good one.
struct Delivery {
    std::size_t message = 0;
    bool isForged = false;
};

struct Plan {
    std::vector<Message> messages;
    std::vector<Delivery> deliveries;
    std::vector<std::int64_t> paid; ///< payments whose receipts have to be paid in the end
    std::int64_t payments = 0;
};

/// Mostly one message per payment; some fail first, some are told of twice under two names, some pay the wrong amount, some
/// only fail, and some are told of by a forger alone.
Plan makePlan(std::size_t messages, unsigned seed)
{
    std::mt19937 random(seed);
    const auto chance = [&random](unsigned percent) { return random() % 100 < percent; };
    Plan plan;
    const auto add = [&plan](std::string body, bool isGenuine) {
        plan.messages.push_back({fmt::format("evt_{}", plan.messages.size()), std::move(body), isGenuine});
    };
    const auto nextEvent = [&plan] { return fmt::format("evt_{}", plan.messages.size()); };
    while (plan.messages.size() < messages) {
        const std::int64_t n = ++plan.payments;
        const std::string session = fmt::format("cs_{}", n);
        const std::int64_t due = n % 1000 + 1;
        const auto kind = random() % 100;
        if (kind < 5) {
            add(support::stripePaid(nextEvent(), session, due + 1), true);
        } else if (kind < 10) {
            add(support::stripeFailed(nextEvent(), session, due), true);
        } else if (kind < 15) {
            add(support::stripePaid(nextEvent(), session, due), false);
        } else {
            if (kind < 30)
                add(support::stripeFailed(nextEvent(), session, due), true);
            add(support::stripePaid(nextEvent(), session, due), true);
            if (kind > 90)
                add(support::stripePaid(nextEvent(), session, due), true);
            plan.paid.push_back(n);
        }
    }
    for (std::size_t at = 0; at < plan.messages.size(); ++at) {
        for (auto left = 1 + random() % 5; left > 0; --left)
            plan.deliveries.push_back({at, !plan.messages[at].isGenuine || chance(5)});
    }
    std::shuffle(plan.deliveries.begin(), plan.deliveries.end(), random);
    return plan;
}

/// A sender's connection to one replica; made anew when it broke or the replica came back elsewhere.
class Line final
{
public:
    /// The status, or 0 when nothing was answered.
    int send(std::uint16_t port, const std::string& body, const std::string& signature)
    {
        try {
            if (!m_session || m_session->getPort() != port) {
                m_session = std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", port);
                m_session->setKeepAlive(true);
                m_session->setTimeout(Poco::Timespan(60, 0));
            }
            Poco::Net::HTTPRequest request("POST", "/payments/webhook/stripe", "HTTP/1.1");
            request.setContentType("application/json");
            request.setContentLength64(static_cast<Poco::Int64>(body.size()));
            request.set("Stripe-Signature", signature);
            request.setKeepAlive(true);
            m_session->sendRequest(request) << body;
            Poco::Net::HTTPResponse response;
            Poco::NullOutputStream nowhere;
            Poco::StreamCopier::copyStream(m_session->receiveResponse(response), nowhere);
            return response.getStatus();
        } catch (const Poco::Exception&) {
            m_session.reset();
            return 0;
        }
    }

private:
    std::unique_ptr<Poco::Net::HTTPClientSession> m_session;
};

/// Sends everything as a provider does: what was not answered by 2xx comes again later, and a forger's 400 is final.
class Storm final
{
public:
    Storm(const Plan& plan, std::array<std::uint16_t, 2> ports)
        : m_plan(plan)
        , m_round(plan.deliveries)
    {
        for (std::size_t at = 0; at < ports.size(); ++at)
            m_ports[at] = ports[at];
        m_threads.reserve(senders);
        for (int sender = 0; sender < senders; ++sender)
            m_threads.emplace_back([this, sender](const std::stop_token& stop) { work(static_cast<std::size_t>(sender), stop); });
    }

    void moved(std::size_t replica, std::uint16_t port) { m_ports[replica] = port; }
    /// Blocks until so many were answered for good.
    void waitFor(std::size_t settled)
    {
        std::unique_lock lock(m_mutex);
        m_progress.wait(lock, [&] { return m_settled >= settled || m_isDone; });
    }
    void waitForAll()
    {
        std::unique_lock lock(m_mutex);
        m_progress.wait(lock, [&] { return m_isDone; });
    }
    /// Deliveries that were answered with 200 or 400: each has to be in the database.
    [[nodiscard]] std::int64_t answered() const { return m_answered; }
    [[nodiscard]] std::int64_t unanswered() const { return m_unanswered; }

private:
    std::optional<Delivery> take(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        while (!stop.stop_requested()) {
            if (m_next < m_round.size()) {
                ++m_underWay;
                return m_round[m_next++];
            }
            // Servers that never come back are not waited for without end: the totals below tell.
            const bool isHopeless = m_unanswered > patience * std::ssize(m_plan.deliveries) + 1'000'000;
            if ((m_again.empty() && m_underWay == 0) || isHopeless) {
                m_isDone = true;
                m_progress.notify_all();
                return std::nullopt;
            }
            if (!m_again.empty()) {
                m_round = std::exchange(m_again, {});
                m_next = 0;
                continue;
            }
            m_progress.wait(lock);
        }
        return std::nullopt;
    }

    void settle(const Delivery& delivery, int status)
    {
        const std::lock_guard lock(m_mutex);
        --m_underWay;
        const bool isAnswered = status == 200 || status == 400;
        (isAnswered ? m_answered : m_unanswered) += 1;
        const bool isGenuine = m_plan.messages[delivery.message].isGenuine;
        if (!isAnswered)
            m_again.push_back(delivery);
        else if (status == 400 && isGenuine)
            m_again.push_back({delivery.message, false});
        else
            ++m_settled;
        m_progress.notify_all();
    }

    void work(std::size_t sender, const std::stop_token& stop)
    {
        std::array<Line, 2> lines;
        for (std::size_t turn = sender;; ++turn) {
            const auto delivery = take(stop);
            if (!delivery)
                return;
            const std::size_t replica = turn % 2;
            const std::string& body = m_plan.messages[delivery->message].body;
            settle(*delivery, lines[replica].send(m_ports[replica], body,
                                                  support::stripeSignature(body, delivery->isForged ? forgedSecret : secret)));
        }
    }

    const Plan& m_plan;
    std::array<std::atomic<std::uint16_t>, 2> m_ports{};
    std::mutex m_mutex;
    std::condition_variable m_progress;
    std::vector<Delivery> m_round; // guarded by m_mutex, as is all below
    std::vector<Delivery> m_again;
    std::size_t m_next = 0;
    std::size_t m_underWay = 0;
    std::size_t m_settled = 0;
    std::int64_t m_answered = 0;
    std::int64_t m_unanswered = 0;
    bool m_isDone = false;
    std::vector<std::jthread> m_threads;
};

std::uint16_t portOf(const TestServer& server)
{
    return static_cast<std::uint16_t>(std::stoi(server.baseUrl().substr(server.baseUrl().rfind(':') + 1)));
}

} // namespace

class WebhookStormTest final : public QObject
{
    Q_OBJECT

private slots:
    void everyPaidReceiptIsPaidOnce();

private:
    static std::string value(const std::string& url, const std::string& sql)
    {
        postgres::Connection connection(url, {});
        const auto result = connection.script(sql);
        return result.empty() || result[0].isNull(0) ? std::string() : result[0].as<std::string>(0);
    }
};

void WebhookStormTest::everyPaidReceiptIsPaidOnce()
{
    const std::size_t messages = qEnvironmentVariableIsSet("HPCBILL_STORM") ? qEnvironmentVariable("HPCBILL_STORM").toULong() : 3000;
    const unsigned seed = std::random_device{}();
    qInfo("%zu messages, seed %u", messages, seed);
    const Plan plan = makePlan(messages, seed);

    const support::ScratchDirectory directory;
    const auto place = directory.path() / "database";
    const postgres::EmbeddedCluster cluster(place, {"fsync=off"});
    const support::Environment settings{{"DATABASE_URL", "embedded:" + place.string()},
                                        {"PAYMENT_PROVIDER", "stripe"},
                                        {"STRIPE_SECRET_KEY", "sk_test_site"},
                                        {"STRIPE_API_URL", "http://127.0.0.1:9"},
                                        {"PUBLIC_URL", "http://127.0.0.1:9"},
                                        {"STRIPE_WEBHOOK_SECRET", secret}};
    std::array<TestServer, 2> replicas{TestServer(settings), TestServer(settings)};
    const std::string url = cluster.superuserUrl();
    value(url, support::pendingStripePayments(plan.payments));

    Storm storm(plan, {portOf(replicas[0]), portOf(replicas[1])});
    const auto killReplica = [&](std::size_t at) {
        replicas[at].kill();
        replicas[at].start();
        storm.moved(at, portOf(replicas[at]));
    };
    storm.waitFor(plan.deliveries.size() / 4);
    killReplica(0);
    storm.waitFor(plan.deliveries.size() / 2);
    const pid_t postmaster = support::postmasterOf(place);
    QVERIFY(postmaster > 1); // 0 would be this test itself
    QCOMPARE(::kill(postmaster, SIGKILL), 0);
    storm.waitFor(plan.deliveries.size() * 3 / 4);
    killReplica(1);
    storm.waitForAll();
    qInfo("%zu deliveries, %lld answered, %lld not", plan.deliveries.size(), static_cast<long long>(storm.answered()),
          static_cast<long long>(storm.unanswered()));

    std::string expected = "create temporary table expected (n bigint primary key); ";
    for (std::size_t at = 0; at < plan.paid.size(); at += 1000) {
        const auto end = plan.paid.begin() + static_cast<std::ptrdiff_t>(std::min(at + 1000, plan.paid.size()));
        expected += fmt::format("insert into expected values ({}); ", fmt::join(plan.paid.begin() + static_cast<std::ptrdiff_t>(at), end, "), ("));
    }
    QCOMPARE(value(url, expected + R"sql(
        select count(*) from payments p
        join receipts r on r.id = p.receipt_id
        left join expected e on 'cs_' || e.n = p.external_payment_id
        where (e.n is not null) <> (r.status = 'paid') or (e.n is not null) <> (p.status = 'succeeded')
    )sql"), std::string("0"));
    QCOMPARE(value(url, "select count(*) from receipts where status = 'paid'"), std::to_string(plan.paid.size()));
    // Once: one event on its way out and one record for each.
    for (const char* once : {"select count(*) from outbox where event_type = 'receipt.paid'",
                             "select count(distinct payload::json->'data'->>'id') from outbox where event_type = 'receipt.paid'",
                             "select count(*) from audit_log where action = 'payment.settled'"})
        QCOMPARE(value(url, once), std::to_string(plan.paid.size()));

    // Stored or not answered: every message is there, and every answered delivery is counted.
    std::size_t genuine = 0;
    for (const Message& message : plan.messages)
        genuine += message.isGenuine ? 1 : 0;
    QCOMPARE(value(url, "select count(*) from payment_events where signature_ok"), std::to_string(genuine));
    const std::int64_t stored = std::stoll(value(url, "select sum(deliveries) from payment_events"));
    QVERIFY2(stored >= storm.answered() && stored <= storm.answered() + storm.unanswered(), std::to_string(stored).c_str());
    const support::Outcome verified = replicas[0].hpcbill({"audit", "verify"});
    QVERIFY2(verified.exitCode == 0, (verified.output + verified.errors).c_str());
}

QTEST_GUILESS_MAIN(WebhookStormTest)
#include "tst_webhook_storm.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/crypto/secret_box.h"
#include "server/http/client.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/addresses.h"
#include "server/webhooks/queue.h"
#include "server/webhooks/retry.h"
#include "server/webhooks/signature.h"

#include <Poco/String.h>
#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <sodium.h>

namespace hpcbill::webhooks
{
namespace
{

// Long enough for a request and what is written after it; what a process that died had taken waits for so
// long.
constexpr std::chrono::seconds leaseTime{60};
constexpr int gone = 410;

/// What a try was answered, or why not.
struct Reply {
    TryResult result;
    bool isDelivered = false;
    bool isGone = false;
    std::string retryAfter;
};

prometheus::Counter& counterOf(prometheus::Registry& metrics, const char* outcome)
{
    return prometheus::BuildCounter()
        .Name("webhook_deliveries_total")
        .Help("Tries to deliver a webhook: delivered, failed and to be tried again, or given up (dead).")
        .Register(metrics)
        .Add({{"outcome", outcome}});
}

Reply replyOf(const http::OutgoingAnswer& answer)
{
    Reply reply;
    reply.result.status = answer.status;
    reply.retryAfter = answer.header("Retry-After").value_or("");
    // What the body says is kept nowhere: whoever may name a URL could read others' answers from here.
    if (answer.status >= 200 && answer.status < 300)
        reply.isDelivered = true;
    else if (answer.status >= 300 && answer.status < 400)
        reply.result.error =
            fmt::format("The consumer answered {}. Redirects are not followed: set the endpoint's URL to "
                        "where it leads.",
                        answer.status);
    else if (answer.status == gone) {
        reply.isGone = true;
        reply.result.error = "The consumer answered 410: it wants no more webhooks.";
    } else
        reply.result.error = fmt::format("The consumer answered {}.", answer.status);
    return reply;
}

} // namespace

struct Courier::Insides {
    Insides(const Parts& parts, const Options& theOptions)
        : pool(parts.pool)
        , audit(parts.audit)
        , secretBox(parts.secretBox)
        , options(theOptions)
        , mayConnect(addressRule(theOptions.reach.allowedNetworks))
        , delivered(counterOf(parts.metrics, "delivered"))
        , failed(counterOf(parts.metrics, "failed"))
        , dead(counterOf(parts.metrics, "dead"))
    {
        if (!options.chance)
            options.chance = [] { return static_cast<int>(randombytes_uniform(1000)); };
    }

    std::optional<Errand> take() const
    {
        postgres::Transaction tx(pool, postgres::Mode::readWrite);
        std::optional<Errand> errand = takeErrand(tx, leaseTime);
        if (errand)
            tx.commit();
        return errand;
    }

    [[nodiscard]] http::OutgoingRequest requestOf(const Errand& errand) const
    {
        std::vector<std::string> secrets;
        for (const postgres::Bytes& sealed : errand.sealedSecrets)
            secrets.push_back(secretBox.open(sealed));
        return {.method = http::Method::post,
                .url = errand.url,
                .headers = {{"Content-Type", "application/json"},
                            {"webhook-id", errand.messageId},
                            {"webhook-timestamp", timestampOf(errand.at)},
                            {"webhook-signature",
                             signatures({errand.messageId, errand.at, errand.body}, secrets)}},
                .body = errand.body,
                .timeout = options.timeout,
                .mayConnect = mayConnect};
    }

    /// None where it was stopped.
    std::optional<Reply> send(const Errand& errand, const std::stop_token& stop) const
    {
        const auto begin = std::chrono::steady_clock::now();
        Reply reply;
        try {
            if (options.reach.httpsOnly && Poco::icompare(errand.url, 0, 6, std::string("https:")) != 0)
                reply.result.error = "Only https is sent to in production: change the endpoint's URL.";
            else
                reply = replyOf(http::send(requestOf(errand), stop));
        } catch (const http::OutgoingFailure& failure) {
            if (failure.kind() == http::OutgoingFailure::Kind::stopped)
                return std::nullopt;
            reply.result.error = failure.what();
        } catch (const Conflict& wrongKey) {
            reply.result.error = wrongKey.what();
        }
        reply.result.duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
        return reply;
    }

    void settle(const Errand& errand, const Reply& reply)
    {
        postgres::Transaction tx(pool, postgres::Mode::readWrite);
        const std::optional<Standing> standing = lockStanding(tx, errand);
        finishTry(tx, errand, reply.result);
        if (!standing) { // deleted meanwhile, or taken over because this process stood still for a minute
            tx.commit();
            return;
        }
        if (reply.isDelivered) {
            writeDelivered(tx, errand, reply.result);
            tx.commit();
            delivered.Increment();
            return;
        }
        const FailedTries tries{.since = standing->tryingSince,
                                .failures = standing->failures + 1,
                                .notBefore = parseRetryAfter(reply.retryAfter, tx.now())};
        const std::optional<UtcTime> next = nextTry(tries, tx.now(), options.chance());
        writeFailed(tx, errand, reply.result, next);
        pauseWhereHopeless(tx, errand, reply, *standing);
        tx.commit();
        (next ? failed : dead).Increment();
    }

    void pauseWhereHopeless(postgres::Transaction& tx, const Errand& errand, const Reply& reply,
                            const Standing& standing) const
    {
        const bool isFailing = standing.failingSince && tx.now() - *standing.failingSince >= failuresPause;
        if (standing.endpointStatus == EndpointStatus::paused || !(reply.isGone || isFailing))
            return;
        const PauseReason reason = reply.isGone ? PauseReason::gone : PauseReason::failing;
        pauseEndpoint(tx, errand.endpoint, reason);
        audit.append(tx,
                     {.by = {.name = "system", .role = {}, .address = {}, .requestId = {}},
                      .action = "webhook_endpoint.paused",
                      .targetType = "webhook_endpoint",
                      .targetId = std::to_string(static_cast<std::int64_t>(errand.endpoint)),
                      .details = {{"reason", codeOf(reason)}, {"error", reply.result.error.value_or("")}}});
    }

    /// Whoever looks next sends it at once, under the same id: it may have arrived.
    void giveUpTaken(const Errand& errand) const
    {
        postgres::Transaction tx(pool, postgres::Mode::readWrite);
        finishTry(tx, errand, {.status = {}, .error = "The server was stopped meanwhile.", .duration = {}});
        giveBack(tx, errand);
        tx.commit();
    }

    postgres::Pool& pool;
    audit::Log& audit;
    const crypto::SecretBox& secretBox;
    Options options;
    http::AddressRule mayConnect;
    prometheus::Counter& delivered;
    prometheus::Counter& failed;
    prometheus::Counter& dead;
};

Courier::Courier(const Parts& parts, const Options& options)
    : m_insides(std::make_unique<Insides>(parts, options))
{
}

Courier::~Courier() = default;

bool Courier::deliverNext(const std::stop_token& stop, const std::function<void()>& taken)
{
    const std::optional<Errand> errand = m_insides->take();
    if (!errand)
        return false;
    if (taken)
        taken();
    if (const std::optional<Reply> reply = m_insides->send(*errand, stop))
        m_insides->settle(*errand, *reply);
    else
        m_insides->giveUpTaken(*errand);
    return true;
}

} // namespace hpcbill::webhooks

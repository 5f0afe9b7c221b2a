// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/idempotency_key.h"
#include "common/api/role.h"
#include "common/time/time.h"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus
{
class Registry;
}
namespace hpcbill::audit
{
class Log;
}
namespace hpcbill::crypto
{
class SecretBox;
}
namespace hpcbill::postgres
{
class Pool;
class Transaction;
} // namespace hpcbill::postgres

namespace hpcbill::webhooks
{

/// Everything that a consumer can ask for.
inline constexpr std::array<std::string_view, 11> eventTypes{
    "receipt.created",  "receipt.paid",    "receipt.voided", "payment.succeeded",
    "payment.failed",   "payment.stuck",   "rates.changed",  "ingest.stalled",
    "audit.checkpoint", "backup.finished", "backup.failed"};

/// Something that webhook consumers may want to hear of.
struct Event {
    std::string type;            ///< one of `eventTypes`
    nlohmann::ordered_json data; ///< its subject as the API shows it
};

/// Takes events that leave the server together with the change that they tell of.
class Outbox final
{
public:
    /// Puts an event on its way within the caller's transaction: it is sent when, and only when, that
    /// commits, to every endpoint that wants it by then. It goes out with COMMIT, where those who have events
    /// wait for each other, so that consumers hear of changes in the order in which they were committed. Call
    /// before the audit record.
    void add(postgres::Transaction& tx, const Event& event) const;
};

enum class EndpointId : std::int64_t {};
enum class DeliveryId : std::int64_t {};

enum class EndpointStatus { active, paused };
/// By hand, because it answered 410, or because nothing but failures came from it for days.
enum class PauseReason { requested, gone, failing };
enum class DeliveryStatus { pending, delivered, dead };
std::string_view codeOf(EndpointStatus status);
std::string_view codeOf(PauseReason reason);
std::string_view codeOf(DeliveryStatus status);
std::optional<EndpointStatus> parseEndpointStatus(std::string_view code);
std::optional<DeliveryStatus> parseDeliveryStatus(std::string_view code);

/// That there is a secret, never what it is.
struct EndpointSecret {
    std::int64_t id = 0;
    UtcTime createdAt;
    std::optional<UtcTime> expiresAt; ///< none: it is the newest
};

/// Where a consumer listens, and how that goes.
struct Endpoint {
    EndpointId id{};
    std::string url;
    std::string description;
    std::vector<std::string> eventTypes; ///< empty: all
    EndpointStatus status = EndpointStatus::active;
    std::optional<PauseReason> pausedReason;
    UtcTime createdAt;
    std::string createdBy;
    std::int64_t consecutiveFailures = 0;
    std::optional<UtcTime> lastSuccessAt;
    std::optional<UtcTime> lastFailureAt;
    std::optional<std::string> lastError;
    std::int64_t pending = 0;
    std::int64_t dead = 0;
    std::vector<EndpointSecret> secrets; ///< in force, newest first
};
/// Of what can be edited.
std::string etagOf(const Endpoint& endpoint);

struct EndpointOrder {
    std::string url;
    std::string description;
    std::vector<std::string> eventTypes;
};
struct EndpointChange {
    std::optional<std::string> url;
    std::optional<std::string> description;
    std::optional<std::vector<std::string>> eventTypes;
    std::optional<EndpointStatus> status;
};

/// An endpoint and its newest secret, `whsec_…`: shown this once.
struct EndpointWithSecret {
    Endpoint endpoint;
    std::string secret;
};

/// Where webhooks may go.
struct Reach {
    bool httpsOnly = false;
    /// Addresses and CIDR blocks that are allowed although they are not public.
    std::vector<std::string> allowedNetworks = {};
};

/// The consumers, and what they are told.
class Endpoints final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        const crypto::SecretBox& secretBox;
    };
    /// Throws InvalidInput{"WEBHOOK_ALLOWED_NETWORKS"}.
    Endpoints(const Parts& parts, Reach reach);

    /// Throws when the entity tag that it is called with is not the one that the caller read.
    using EtagCheck = std::function<void(std::string_view etag)>;

    /// Throws InvalidInput{"url", "event_types"}, as do changes.
    EndpointWithSecret add(const EndpointOrder& order, const std::optional<api::IdempotencyKey>& key, const api::Actor& by);
    /// Going on after a pause makes everything due that has waited, with three new days for each.
    Endpoint change(EndpointId id, const EndpointChange& change, const EtagCheck& check,
                    const api::Actor& by);
    /// What it has not got yet is given up.
    void remove(EndpointId id, const EtagCheck& check, const api::Actor& by);
    /// A new secret; deliveries are signed with those before it too, for `overlap`.
    EndpointWithSecret rotate(EndpointId id, std::chrono::hours overlap, const std::optional<api::IdempotencyKey>& key, const api::Actor& by);

    /// A page in the order of their ids, after `after`.
    std::vector<Endpoint> list(postgres::Transaction& tx, std::int64_t limit,
                               std::optional<EndpointId> after) const;
    /// Throws NotFound.
    Endpoint find(postgres::Transaction& tx, EndpointId id) const;

private:
    void checkUrl(const std::string& url) const;
    /// What the same request with the same key was answered with.
    std::optional<EndpointWithSecret> madeBefore(postgres::Transaction& tx, const std::optional<api::IdempotencyKey>& key,
                                                 const api::Actor& by) const;
    EndpointWithSecret addSecretTo(postgres::Transaction& tx, EndpointId id, const std::optional<api::IdempotencyKey>& key,
                                   const api::Actor& by) const;

    postgres::Pool& m_pool;
    audit::Log& m_audit;
    const crypto::SecretBox& m_secretBox;
    const Reach m_reach;
};

/// One request that left, or was about to.
struct Try {
    UtcTime at;
    std::optional<std::int64_t> status; ///< of HTTP
    std::optional<std::string> error;
    std::optional<std::int64_t> durationMs; ///< none: its outcome is not known
};

/// One event for one endpoint.
struct Delivery {
    DeliveryId id{};
    EndpointId endpoint{};
    std::string endpointUrl;
    std::string messageId;
    std::string eventType;
    DeliveryStatus status = DeliveryStatus::pending;
    std::int64_t attempts = 0;
    UtcTime createdAt;
    std::optional<UtcTime> nextAttemptAt;
    std::optional<UtcTime> lastAttemptAt;
    std::optional<std::int64_t> lastStatus; ///< of HTTP
    std::optional<std::string> lastError;
    std::optional<UtcTime> deliveredAt;
};
struct DeliveryWithTries {
    Delivery delivery;
    std::string payload;
    std::vector<Try> tries; ///< oldest first
};
struct DeliveryFilter {
    std::optional<EndpointId> endpoint;
    std::optional<DeliveryStatus> status;
    std::optional<std::string> eventType;
};

/// What was sent, is waiting, and was given up.
class Deliveries final
{
public:
    Deliveries(postgres::Pool& pool, audit::Log& audit)
        : m_pool(pool)
        , m_audit(audit)
    {
    }

    /// Newest first, before `before`.
    std::vector<Delivery> list(postgres::Transaction& tx, const DeliveryFilter& filter, std::int64_t limit,
                               std::optional<DeliveryId> before) const;
    /// Throws NotFound.
    DeliveryWithTries find(postgres::Transaction& tx, DeliveryId id) const;
    /// Sends it once more under the same message id, behind what waits for the endpoint; one that waits
    /// itself keeps its place and is due at once. Throws NotFound, Conflict("endpoint_deleted").
    Delivery redeliver(DeliveryId id, const std::string& reason, const api::Actor& by);

private:
    postgres::Pool& m_pool;
    audit::Log& m_audit;
};

/// Delivers what is due. Any number of processes may do so side by side: whoever takes an endpoint has it for
/// himself for a minute, and no transaction is open while a consumer is waited for.
class Courier final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        const crypto::SecretBox& secretBox;
        prometheus::Registry& metrics;
    };
    struct Options {
        Reach reach;
        std::chrono::milliseconds timeout{20'000}; ///< for one request; well below the minute
        /// Between 0 and 999: how long a wait within its range is to be.
        std::function<int()> chance = {};
    };
    Courier(const Parts& parts, const Options& options);
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    /// Tries one delivery that is due; false where none is. `taken` is called once one was found, before it
    /// is sent. May be called by several threads.
    bool deliverNext(const std::stop_token& stop, const std::function<void()>& taken = {});

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

/// Keeps a courier going, on threads of its own, for as long as it lives.
class Deliverer final
{
public:
    explicit Deliverer(Courier& courier);
    ~Deliverer();
    Deliverer(const Deliverer&) = delete;
    Deliverer& operator=(const Deliverer&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::webhooks

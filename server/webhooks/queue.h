// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/time/time.h"
#include "server/postgres/result.h"
#include "server/webhooks/webhooks.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpcbill::webhooks
{

/// The next delivery of an endpoint that nobody else delivers to at present, and what is needed to send it.
struct Errand {
    EndpointId endpoint{};
    std::string lease; ///< shows that the endpoint is still ours
    std::string url;
    std::vector<postgres::Bytes> sealedSecrets; ///< newest first
    DeliveryId delivery{};
    std::int64_t tryId = 0;
    std::string messageId;
    std::string body;
    UtcTime at;
};

/// What came of it.
struct TryResult {
    std::optional<std::int64_t> status; ///< of HTTP
    std::optional<std::string> error;
    std::chrono::milliseconds duration{};
};

/// How the delivery and its endpoint stood before this try.
struct Standing {
    UtcTime tryingSince;
    std::int64_t failures = 0;
    EndpointStatus endpointStatus = EndpointStatus::active;
    std::optional<UtcTime> failingSince;
};

/// Takes an endpoint whose next delivery is due, for `leaseTime`, and writes down that a try begins. None
/// where nothing is due, or somebody else was faster: then the transaction must not be committed.
std::optional<Errand> takeErrand(postgres::Transaction& tx, std::chrono::seconds leaseTime);

/// Writes down how the try ended.
void finishTry(postgres::Transaction& tx, const Errand& errand, const TryResult& result);

/// Locks the endpoint; none when it is not ours any more.
std::optional<Standing> lockStanding(postgres::Transaction& tx, const Errand& errand);

// Each of these gives the endpoint back.
void writeDelivered(postgres::Transaction& tx, const Errand& errand, const TryResult& result);
/// Without `next` it is dead.
void writeFailed(postgres::Transaction& tx, const Errand& errand, const TryResult& result,
                 std::optional<UtcTime> next);
/// As if it had not been taken.
void giveBack(postgres::Transaction& tx, const Errand& errand);

void pauseEndpoint(postgres::Transaction& tx, EndpointId id, PauseReason reason);

} // namespace hpcbill::webhooks

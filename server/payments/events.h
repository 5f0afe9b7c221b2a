// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"
#include "server/postgres/result.h"

namespace hpcbill::payments
{

/// A webhook as it is kept.
struct StoredEvent {
    std::int64_t id = 0;
    std::string provider;
    std::optional<std::string> externalId;
    std::optional<std::string> type;
    std::optional<PaymentId> payment; ///< of an unverified one: what it claims
    bool isGenuine = false;
    std::optional<std::int64_t> secretId;
    Outcome outcome = Outcome::unreadable;
    std::optional<std::string> detail;
    std::optional<std::string> reportedAmount;
    std::optional<std::string> reportedCurrency;
    UtcTime receivedAt;
    UtcTime lastReceivedAt;
    std::int64_t deliveries = 1;
    std::int64_t replays = 0;
};

/// The bytes of a stored webhook.
struct EventContent {
    std::string body;
    http::TextPairs headers; ///< those that matter for the signature, of the last delivery
};

/// A webhook to be kept.
struct NewEvent {
    std::string provider;
    std::optional<ProviderEvent> parsed;
    std::optional<PaymentId> payment;
    Verdict verdict;
    Outcome outcome = Outcome::unreadable;
    std::string detail;
    std::string body;
    http::TextPairs headers;
};

/// What became of an attempt to keep it.
struct Kept {
    std::int64_t id = 0;
    bool isNew = false;
    Outcome outcomeBefore = Outcome::unreadable; ///< of one that was there
};

/// Keeps the webhook, or counts one more delivery of one that is there.
Kept keepEvent(postgres::Transaction& tx, const NewEvent& event);
/// After it was looked at again.
void writeOutcome(postgres::Transaction& tx, std::int64_t id, const NewEvent& event, bool isReplay);
/// Those of the payment that waited for the provider's word about `externalId` have it now.
void endWaiting(postgres::Transaction& tx, PaymentId payment, const std::string& externalId, Outcome outcome);

/// Whether a second look may better it: the payment was not known, no secret fitted, or the amount was in the way.
bool mayBeTakenAgain(Outcome outcome);

struct EventFilter {
    std::optional<PaymentId> payment;
    std::optional<std::string> provider;
    std::optional<Outcome> outcome;
    std::optional<bool> isGenuine;
};

/// Throws NotFound.
StoredEvent readEvent(postgres::Transaction& tx, std::int64_t id);
EventContent readContent(postgres::Transaction& tx, std::int64_t id);
/// Whether the event of this one's name came with a good signature too.
bool hasGenuineTwin(postgres::Transaction& tx, const StoredEvent& event);
/// A page, newest first, before the id `before`.
std::vector<StoredEvent> readEvents(postgres::Transaction& tx, const EventFilter& filter, std::int64_t limit,
                                    std::optional<std::int64_t> before);

} // namespace hpcbill::payments

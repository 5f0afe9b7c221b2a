// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "common/money/money.h"
#include "common/pricing/pricing.h"
#include "common/time/time.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus
{
class Counter;
class Registry;
} // namespace prometheus
namespace hpcbill::audit
{
class Log;
}
namespace hpcbill::postgres
{
class Pool;
class Transaction;
} // namespace hpcbill::postgres
namespace hpcbill::rates
{
class RateBook;
}
namespace hpcbill::webhooks
{
class Outbox;
}

namespace hpcbill::receipts
{

enum class ReceiptId : std::int64_t {};

enum class Status { pending, paid, void_ };
/// "pending", "paid", "void".
std::string_view codeOf(Status status);
std::optional<Status> parseStatus(std::string_view code);

/// How we came to know that a receipt was paid: by the provider's message, by asking the provider, by an
/// operator's word, by a row of a bank statement.
enum class PaidHow { webhook, poll, manual, statement };
inline constexpr std::array allPaidHow{PaidHow::webhook, PaidHow::poll, PaidHow::manual, PaidHow::statement};
/// "webhook", "poll", "manual", "statement".
std::string_view codeOf(PaidHow how);
std::optional<PaidHow> parsePaidHow(std::string_view code);

/// By what a receipt was paid.
struct Settlement {
    PaidHow how = PaidHow::manual;
    std::string method;            ///< `bank_transfer`, `stripe`
    std::string externalReference; ///< what finance finds the money by
};

/// A bill for a user's jobs. Tier, rates and amounts are those of the moment at which it was made and never
/// change.
struct Receipt {
    ReceiptId id{};
    std::string number; ///< PREFIX-YYYY-NNNNNN, without gaps per prefix and year
    std::string username;
    UtcTime from; ///< the earliest end among its jobs
    UtcTime to;   ///< the cut-off; every job of it ended before
    Status status = Status::pending;
    std::string tier;
    pricing::Rates rates;
    std::int64_t jobs = 0;
    Money subtotal{0, Currency::thb()};
    Money tax{0, Currency::thb()};
    Money total{0, Currency::thb()};
    UtcTime createdAt;
    std::string createdBy;
    std::optional<UtcTime> paidAt;
    std::optional<PaidHow> paidHow;
    std::optional<std::string> paidMethod; ///< of what was marked paid by hand: `bank_transfer`
    std::optional<std::string> externalReference;
    std::optional<ReceiptId> replaces;
    std::optional<ReceiptId> replacedBy;
};

/// As /api/v1/receipts shows it, and as events carry it.
nlohmann::ordered_json toJson(const Receipt& receipt);

/// A line of a receipt: one run of a job.
struct ReceiptItem {
    std::int64_t line = 0;
    std::string cluster;
    std::int64_t jobId = 0;
    std::string displayId;
    std::string jobName;
    UtcTime submitAt;
    UtcTime endedAt;
    pricing::Usage usage;
    Money amount{0, Currency::thb()};
};

/// An Idempotency-Key and the hash of the body that came with it.
struct IdempotencyKey {
    std::string key;
    std::string requestHash; ///< SHA-256, raw bytes
};

/// Makes receipts of unbilled jobs and guards their life: pending → paid, pending → void, paid → pending where
/// an operator had marked it paid by mistake. Nothing is ever deleted.
class Receipts final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        rates::RateBook& rates;
        webhooks::Outbox& outbox;
        prometheus::Registry& metrics;
    };
    explicit Receipts(const Parts& parts);

    /// Bills the user's unbilled jobs that ended before `cutOff`. Throws Conflict when there are none, and
    /// when the key was used with another body; with the same body the receipt made then is answered.
    Receipt create(const std::string& username, UtcTime cutOff, const std::optional<IdempotencyKey>& key,
                   const api::Actor& by);

    /// Makes a pending receipt void: its jobs can be billed again. Throws NotFound, and Conflict for one that is
    /// paid or void.
    Receipt voidReceipt(ReceiptId id, const std::string& reason, const api::Actor& by);

    /// Throws NotFound.
    Receipt find(postgres::Transaction& tx, ReceiptId id) const;
    /// The same, and nobody else changes it or its payments until the transaction ends. Throws NotFound.
    Receipt lock(postgres::Transaction& tx, ReceiptId id) const;

    // Steps of a transaction that settles a payment. The receipt is locked; the caller puts on record who did it
    // and why, and counts it once that is committed.

    /// Throws Conflict unless it is pending.
    Receipt markPaid(postgres::Transaction& tx, const Receipt& receipt, const Settlement& settlement);
    /// Back to pending. Throws Conflict unless it was marked paid by hand.
    Receipt revertPaid(postgres::Transaction& tx, const Receipt& receipt);
    void countPaid(PaidHow how);

    /// A page of receipts, newest first, before `before`; of one user, in one status, where given.
    std::vector<Receipt> list(postgres::Transaction& tx, const std::optional<std::string>& username,
                              const std::optional<Status>& status, std::int64_t limit,
                              std::optional<ReceiptId> before) const;

    /// A page of a receipt's lines after the line `after` (0 for the first page).
    std::vector<ReceiptItem> items(postgres::Transaction& tx, ReceiptId id, std::int64_t limit,
                                   std::int64_t after) const;

private:
    postgres::Pool& m_pool;
    audit::Log& m_audit;
    rates::RateBook& m_rates;
    webhooks::Outbox& m_outbox;
    prometheus::Counter& m_createdByOthers;
    prometheus::Counter& m_createdBySelf;
    prometheus::Counter& m_voided;
    std::map<PaidHow, prometheus::Counter*> m_paid;
};

} // namespace hpcbill::receipts

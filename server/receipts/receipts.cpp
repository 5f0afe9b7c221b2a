// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/receipts.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/receipts/store.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace hpcbill::receipts
{
namespace
{

prometheus::Family<prometheus::Counter>& createdFamily(prometheus::Registry& metrics)
{
    return prometheus::BuildCounter()
        .Name("billing_receipts_created_total")
        .Help("Receipts made, by who asked for them.")
        .Register(metrics);
}

} // namespace

std::string_view codeOf(Status status)
{
    switch (status) {
    case Status::pending:
        return "pending";
    case Status::paid:
        return "paid";
    case Status::void_:
        return "void";
    }
    return {};
}

std::optional<Status> parseStatus(std::string_view code)
{
    for (const Status status : {Status::pending, Status::paid, Status::void_}) {
        if (codeOf(status) == code)
            return status;
    }
    return std::nullopt;
}

Receipts::Receipts(const Parts& parts)
    : m_pool(parts.pool)
    , m_audit(parts.audit)
    , m_rates(parts.rates)
    , m_createdByOthers(createdFamily(parts.metrics).Add({{"scope", "user"}}))
    , m_createdBySelf(createdFamily(parts.metrics).Add({{"scope", "self"}}))
{
}

Receipt Receipts::create(const std::string& username, UtcTime cutOff,
                         const std::optional<IdempotencyKey>& key, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (key) {
        if (const auto use = claimKey(tx, by.name, *key)) {
            if (use->requestHash != key->requestHash) {
                throw Conflict(
                    "idempotency_key_reused",
                    "This Idempotency-Key came with another body before: take a new key for a new order.");
            }
            return find(tx, use->receipt);
        }
    }
    lockUser(tx, username);
    const std::string tier = tierOf(tx, username);
    const rates::RateVersion version = m_rates.inForce(tx, tx.now()).at(tier);
    const Terms terms{.username = username,
                      .cutOff = cutOff,
                      .tier = tier,
                      .rateVersionId = static_cast<std::int64_t>(version.id),
                      .rates = version.rates,
                      .currency = version.currency};
    const StagedTotals totals = stageItems(tx, terms);
    if (totals.jobs == 0) {
        throw Conflict("nothing_to_bill", fmt::format("{} has no unbilled jobs that ended before {}.",
                                                      username, toRfc3339(cutOff)));
    }
    const ReceiptId id = writeReceipt(tx, terms, totals, by.name);
    if (key)
        rememberKey(tx, by.name, *key, id);
    Receipt receipt = find(tx, id);
    m_audit.append(tx, {.by = by,
                        .action = "receipt.created",
                        .targetType = "receipt",
                        .targetId = receipt.number,
                        .details = {{"username", username},
                                    {"jobs", receipt.jobs},
                                    {"total", toDecimal(receipt.total)},
                                    {"currency", receipt.total.currency().code()},
                                    {"tier", tier},
                                    {"rate_version", terms.rateVersionId},
                                    {"before", toRfc3339(cutOff)}}});
    tx.commit();
    (by.name == username ? m_createdBySelf : m_createdByOthers).Increment();
    return receipt;
}

Receipt Receipts::find(postgres::Transaction& tx, ReceiptId id) const
{
    if (auto receipt = readReceipt(tx, id))
        return *receipt;
    throw NotFound(fmt::format("There is no receipt {}.", static_cast<std::int64_t>(id)));
}

std::vector<Receipt> Receipts::list(postgres::Transaction& tx, const std::optional<std::string>& username,
                                    const std::optional<Status>& status, std::int64_t limit,
                                    std::optional<ReceiptId> before) const
{
    return readReceipts(tx, username, status, limit, before);
}

std::vector<ReceiptItem> Receipts::items(postgres::Transaction& tx, ReceiptId id, std::int64_t limit,
                                         std::int64_t after) const
{
    return readItems(tx, find(tx, id), limit, after);
}

} // namespace hpcbill::receipts

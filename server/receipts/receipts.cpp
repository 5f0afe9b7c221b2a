// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/receipts.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/receipts/json.h"
#include "server/receipts/store.h"
#include "server/webhooks/webhooks.h"

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

prometheus::Family<prometheus::Counter>& paidFamily(prometheus::Registry& metrics)
{
    return prometheus::BuildCounter()
        .Name("billing_receipts_paid_total")
        .Help("Receipts paid, by how it became known.")
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

std::string_view codeOf(PaidHow how)
{
    switch (how) {
    case PaidHow::webhook:
        return "webhook";
    case PaidHow::poll:
        return "poll";
    case PaidHow::manual:
        return "manual";
    case PaidHow::statement:
        return "statement";
    }
    return {};
}

std::optional<PaidHow> parsePaidHow(std::string_view code)
{
    for (const PaidHow how : allPaidHow) {
        if (codeOf(how) == code)
            return how;
    }
    return std::nullopt;
}

Receipts::Receipts(const Parts& parts)
    : m_pool(parts.pool)
    , m_audit(parts.audit)
    , m_rates(parts.rates)
    , m_outbox(parts.outbox)
    , m_createdByOthers(createdFamily(parts.metrics).Add({{"scope", "user"}}))
    , m_createdBySelf(createdFamily(parts.metrics).Add({{"scope", "self"}}))
    , m_voided(prometheus::BuildCounter()
                   .Name("billing_receipts_voided_total")
                   .Help("Receipts made void.")
                   .Register(parts.metrics)
                   .Add({}))
{
    for (const PaidHow how : allPaidHow)
        m_paid[how] = &paidFamily(parts.metrics).Add({{"how", std::string(codeOf(how))}});
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
    m_outbox.add(tx, {"receipt.created", toJson(receipt)});
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

Receipt Receipts::voidReceipt(ReceiptId id, const std::string& reason, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const Receipt before = lock(tx, id);
    if (before.status == Status::void_)
        throw Conflict("receipt_void", fmt::format("{} is void already.", before.number));
    if (before.status == Status::paid)
        throw Conflict("already_paid",
                       fmt::format("{} is paid: money that came in is not made undone by voiding.", before.number));
    writeVoid(tx, id);
    Receipt receipt = find(tx, id);
    m_outbox.add(tx, {"receipt.voided", toJson(receipt)});
    m_audit.append(tx, {.by = by,
                        .action = "receipt.voided",
                        .targetType = "receipt",
                        .targetId = receipt.number,
                        .details = {{"reason", reason},
                                    {"jobs_freed", receipt.jobs},
                                    {"total", toDecimal(receipt.total)},
                                    {"currency", receipt.total.currency().code()}}});
    tx.commit();
    m_voided.Increment();
    return receipt;
}

Receipt Receipts::lock(postgres::Transaction& tx, ReceiptId id) const
{
    lockReceipt(tx, id);
    return find(tx, id);
}

Receipt Receipts::markPaid(postgres::Transaction& tx, const Receipt& receipt, const Settlement& settlement)
{
    if (receipt.status == Status::paid)
        throw Conflict("already_paid", fmt::format("{} is paid already, since {}.", receipt.number,
                                                   toRfc3339(receipt.paidAt.value_or(tx.now()))));
    if (receipt.status == Status::void_)
        throw Conflict("receipt_void",
                       fmt::format("{} is void: nobody owes it. Return the money, or bill its jobs again first.",
                                   receipt.number));
    writePaid(tx, receipt.id, settlement);
    Receipt paid = find(tx, receipt.id);
    m_outbox.add(tx, {"receipt.paid", toJson(paid)});
    return paid;
}

Receipt Receipts::revertPaid(postgres::Transaction& tx, const Receipt& receipt)
{
    if (receipt.status != Status::paid)
        throw Conflict("not_paid", fmt::format("{} is {}, not paid.", receipt.number, codeOf(receipt.status)));
    if (receipt.paidHow != PaidHow::manual && receipt.paidHow != PaidHow::statement)
        throw Conflict("paid_by_provider",
                       fmt::format("{} was paid through the provider: only what was marked paid by hand can be "
                                   "taken back.",
                                   receipt.number));
    writeUnpaid(tx, receipt.id);
    return find(tx, receipt.id);
}

void Receipts::countPaid(PaidHow how)
{
    m_paid.at(how)->Increment();
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/receipts.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/idempotency.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/receipts/items.h"
#include "server/receipts/json.h"
#include "server/receipts/store.h"
#include "server/usage/usage.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <algorithm>

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

std::string_view codeOf(Scope scope)
{
    switch (scope) {
    case Scope::self:
        return "self";
    case Scope::user:
        return "user";
    case Scope::run:
        return "run";
    }
    return {};
}

nlohmann::json amountsOf(const Receipt& receipt)
{
    return {{"total", toDecimal(receipt.total)}, {"currency", receipt.total.currency().code()}};
}

void requireVoidable(const Receipt& receipt, bool hasCreditNote)
{
    if (receipt.status == Status::void_)
        throw Conflict("receipt_void", fmt::format("{} is void already.", receipt.number));
    if (receipt.status == Status::paid && !hasCreditNote)
        throw Conflict("credit_note_needed",
                       fmt::format("{} is paid: it becomes void only with a credit note that takes the payment back. Ask "
                                   "again with \"credit_note\": true to issue one over {} {}.",
                                   receipt.number, toDecimal(receipt.total), receipt.total.currency().code()));
    if (receipt.status == Status::pending && hasCreditNote)
        throw Conflict("not_paid", fmt::format("{} is pending: nothing was paid that a credit note could take back. Make it "
                                               "void without one.",
                                               receipt.number));
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
    case PaidHow::nothingDue:
        return "nothing_due";
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

Receipts::Receipts(const Parts& parts, pricing::Tax tax, Issuer issuer)
    : m_pool(parts.pool)
    , m_audit(parts.audit)
    , m_prices(parts.prices)
    , m_outbox(parts.outbox)
    , m_tax(std::move(tax))
    , m_issuer(std::move(issuer))
    , m_voided(prometheus::BuildCounter()
                   .Name("billing_receipts_voided_total")
                   .Help("Receipts made void.")
                   .Register(parts.metrics)
                   .Add({}))
{
    for (const Scope scope : {Scope::self, Scope::user, Scope::run})
        m_created[scope] = &createdFamily(parts.metrics).Add({{"scope", std::string(codeOf(scope))}});
    for (const PaidHow how : allPaidHow)
        m_paid[how] = &paidFamily(parts.metrics).Add({{"how", std::string(codeOf(how))}});
}

std::optional<Receipt> Receipts::madeBefore(postgres::Transaction& tx, const std::optional<IdempotencyKey>& key,
                                            const api::Actor& by) const
{
    const auto made = key ? postgres::claimKey(tx, by.name, *key) : std::nullopt;
    return made ? std::optional(find(tx, static_cast<ReceiptId>(std::stoll(*made)))) : std::nullopt;
}

Receipt Receipts::create(const std::string& username, UtcTime cutOff,
                         const std::optional<IdempotencyKey>& key, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (auto made = madeBefore(tx, key, by))
        return *std::move(made);
    const auto receipt = bill(tx, username, cutOff, by, [&](ReceiptId id) {
        if (key)
            postgres::rememberKey(tx, by.name, *key, std::to_string(static_cast<std::int64_t>(id)));
    });
    if (!receipt)
        throw Conflict("nothing_to_bill", fmt::format("{} has no unbilled jobs that ended before {}.",
                                                      username, toRfc3339(cutOff)));
    tx.commit();
    countCreated(*receipt, by.name == username ? Scope::self : Scope::user);
    return *receipt;
}

std::optional<Receipt> Receipts::bill(postgres::Transaction& tx, const std::string& username, UtcTime cutOff,
                                      const api::Actor& by, const std::function<void(ReceiptId)>& written)
{
    lockUser(tx, username);
    const auto id = write(tx, {.username = username, .cutOff = cutOff, .replaces = {}}, by, written);
    return id ? std::optional(tellCreated(tx, *id, {}, by)) : std::nullopt;
}

Estimate Receipts::estimate(postgres::Transaction& tx, const std::string& username, UtcTime cutOff) const
{
    const rates::PriceList prices = m_prices.inForce(tx);
    UnbilledJobs unbilled = UnbilledJobs::endedBefore(tx, username, cutOff);
    Estimate estimate{.jobs = 0, .total = Money(0, prices.rateOf(tierOf(tx, username), std::nullopt).currency)};
    for (auto jobs = unbilled.next(); !jobs.empty(); jobs = unbilled.next()) {
        for (const BillableJob& job : jobs)
            estimate.total += priced(job, prices).amount;
        estimate.jobs += std::ssize(jobs);
    }
    estimate.total = pricing::taxed(estimate.total, m_tax.rate, m_tax.mode).total;
    return estimate;
}

void Receipts::countCreated(const Receipt& receipt, Scope scope)
{
    m_created.at(scope)->Increment();
    if (receipt.paidHow == PaidHow::nothingDue)
        countPaid(PaidHow::nothingDue);
}

std::optional<ReceiptId> Receipts::write(postgres::Transaction& tx, const Order& order, const api::Actor& by,
                                         const std::function<void(ReceiptId)>& written)
{
    UnbilledJobs unbilled = order.replaces ? UnbilledJobs::freedBy(tx, *order.replaces)
                                           : UnbilledJobs::endedBefore(tx, order.username, order.cutOff);
    auto first = unbilled.next();
    if (first.empty())
        return std::nullopt;
    const rates::PriceList prices = m_prices.inForce(tx);
    // The user's own tier, unless all of his first jobs are of another one: those under an account with a tier of its own.
    const bool isOneTier = std::all_of(first.begin(), first.end(), [&](const BillableJob& job) { return job.tier == first[0].tier; });
    const std::string tier = isOneTier ? first[0].tier : tierOf(tx, order.username);
    const rates::RateVersion rate = prices.rateOf(tier, first.back().endedAt);
    const Terms terms{.username = order.username,
                      .cutOff = order.cutOff,
                      .prices = prices,
                      .rate = rate,
                      .currency = rate.currency,
                      .tax = m_tax,
                      .issuer = m_issuer,
                      .replaces = order.replaces};
    const ReceiptId id = writeHeader(tx, terms, by.name);
    const Totals totals = writeItems(tx, id, terms, std::move(first), unbilled);
    if (order.replaces)
        usage::markRebilled(tx, static_cast<std::int64_t>(id));
    else
        usage::markBilled(tx, order.username, totals.firstEnd.value_or(UtcTime{}), order.cutOff);
    written(id);
    issue(tx, id, totals, m_tax);
    return id;
}

Receipt Receipts::tellCreated(postgres::Transaction& tx, ReceiptId id, nlohmann::json details, const api::Actor& by)
{
    Receipt receipt = find(tx, id);
    m_outbox.add(tx, {"receipt.created", toJson(receipt)});
    details.update(amountsOf(receipt));
    details.update({{"username", receipt.username},
                    {"jobs", receipt.jobs},
                    {"tax", toDecimal(receipt.tax)},
                    {"tier", receipt.tier},
                    {"rate_version", receipt.rateVersion},
                    {"before", toRfc3339(receipt.to)}});
    if (receipt.total.minorUnits() == 0) {
        receipt = markPaid(tx, receipt, {.how = PaidHow::nothingDue, .method = {}, .externalReference = {}});
        details["paid_how"] = codeOf(PaidHow::nothingDue);
    }
    m_audit.append(tx, {.by = by,
                        .action = "receipt.created",
                        .targetType = "receipt",
                        .targetId = receipt.number,
                        .details = std::move(details)});
    return receipt;
}

Receipt Receipts::tellVoided(postgres::Transaction& tx, ReceiptId id, const VoidOrder& order, const api::Actor& by)
{
    Receipt receipt = find(tx, id);
    m_outbox.add(tx, {"receipt.voided", toJson(receipt)});
    nlohmann::json details = amountsOf(receipt);
    details.update({{"reason", order.reason}, {"jobs_freed", receipt.jobs}});
    if (receipt.creditNote)
        details["credit_note"] = receipt.creditNote->number;
    if (receipt.replacedBy)
        details["replaced_by"] = static_cast<std::int64_t>(*receipt.replacedBy);
    m_audit.append(tx, {.by = by,
                        .action = "receipt.voided",
                        .targetType = "receipt",
                        .targetId = receipt.number,
                        .details = std::move(details)});
    return receipt;
}

Receipt Receipts::voidReceipt(ReceiptId id, const VoidOrder& order, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (auto made = madeBefore(tx, order.key, by))
        return *std::move(made);
    const Receipt before = lock(tx, id);
    requireVoidable(before, order.hasCreditNote);
    writeVoid(tx, id);
    usage::markRebilled(tx, static_cast<std::int64_t>(id));
    if (order.hasCreditNote)
        writeCreditNote(tx, id, order.reason, by.name);
    if (order.key)
        postgres::rememberKey(tx, by.name, *order.key, std::to_string(static_cast<std::int64_t>(id)));
    Receipt receipt = tellVoided(tx, id, order, by);
    tx.commit();
    m_voided.Increment();
    return receipt;
}

Receipt Receipts::reissue(ReceiptId id, const std::string& reason, const std::optional<IdempotencyKey>& key,
                          const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (auto made = madeBefore(tx, key, by))
        return *std::move(made);
    lockUser(tx, find(tx, id).username); // before the receipt, as whoever bills the user does
    const Receipt old = lock(tx, id);
    if (old.replacedBy)
        throw Conflict("already_reissued", fmt::format("{} has been replaced already, by receipt {}.", old.number,
                                                       static_cast<std::int64_t>(*old.replacedBy)));
    if (old.status == Status::paid)
        throw Conflict("credit_note_needed",
                       fmt::format("{} is paid: make it void with a credit note first (\"credit_note\": true), then "
                                   "issue it again.",
                                   old.number));
    const bool becomesVoid = old.status == Status::pending;
    if (becomesVoid) {
        writeVoid(tx, id);
        usage::markRebilled(tx, static_cast<std::int64_t>(id));
    }
    const auto written = write(tx, {.username = old.username, .cutOff = old.to, .replaces = id}, by, [&](ReceiptId next) {
        writeReplacedBy(tx, id, next);
        if (key)
            postgres::rememberKey(tx, by.name, *key, std::to_string(static_cast<std::int64_t>(next)));
    });
    if (!written)
        throw Conflict("nothing_to_bill", fmt::format("No job of {} is left to bill: by now each stands on another receipt, or was amended to be "
                                                      "another user's or to end later. {}",
                                                      old.number, becomesVoid ? "Make it void instead." : "It stays void."));
    if (becomesVoid)
        tellVoided(tx, id, {.reason = reason, .hasCreditNote = false}, by);
    Receipt receipt = tellCreated(tx, *written, {{"replaces", old.number}, {"reason", reason}}, by);
    tx.commit();
    if (becomesVoid)
        m_voided.Increment();
    countCreated(receipt, Scope::user);
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
    if (receipt.paidHow == PaidHow::nothingDue)
        throw Conflict("nothing_due", fmt::format("{} owes nothing: it cannot be pending.", receipt.number));
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

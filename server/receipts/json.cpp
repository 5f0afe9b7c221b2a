// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/json.h"

#include "common/api/json.h"

namespace hpcbill::receipts
{
namespace
{

nlohmann::ordered_json idOrNull(const std::optional<ReceiptId>& id)
{
    return id ? nlohmann::ordered_json(static_cast<std::int64_t>(*id)) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json toJson(const std::optional<CreditNote>& note)
{
    if (!note)
        return nullptr;
    return {{"number", note->number},
            {"total", api::toJson(note->total)},
            {"created_at", toRfc3339(note->createdAt)},
            {"created_by", note->createdBy},
            {"reason", note->reason}};
}

nlohmann::ordered_json pricesOf(const Receipt& receipt)
{
    auto prices = nlohmann::ordered_json::array();
    for (const ReceiptPrice& price : receipt.prices) {
        prices.push_back({{"tier", price.tier},
                          {"cpu", price.cpu},
                          {"gpu", price.gpu},
                          {"mem", price.mem},
                          {"effective_from", toRfc3339(price.effectiveFrom)},
                          {"author", price.author},
                          {"jobs", price.jobs},
                          {"amount", {{"amount", price.amount}, {"currency", receipt.total.currency().code()}}}});
    }
    return prices;
}

nlohmann::ordered_json toJson(const Issuer& issuer)
{
    if (issuer == Issuer())
        return nullptr;
    const auto orNull = [](const std::string& text) {
        return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
    };
    return {{"name", orNull(issuer.name)}, {"address", orNull(issuer.address)}, {"tax_id", orNull(issuer.taxId)}};
}

/// Places in the list of rules, from 1.
nlohmann::ordered_json placesOf(pricing::AppliedRules applied)
{
    auto places = nlohmann::ordered_json::array();
    for (int place = 1; applied != 0; applied >>= 1, ++place) {
        if ((applied & 1) != 0)
            places.push_back(place);
    }
    return places;
}

} // namespace

nlohmann::ordered_json toJson(const Receipt& receipt)
{
    return {{"id", static_cast<std::int64_t>(receipt.id)},
            {"number", receipt.number},
            {"issuer", toJson(receipt.issuer)},
            {"username", receipt.username},
            {"from", toRfc3339(receipt.from)},
            {"to", toRfc3339(receipt.to)},
            {"status", codeOf(receipt.status)},
            {"tier", receipt.tier},
            {"rates",
             {{"cpu", toDecimal(receipt.rates.cpu)},
              {"gpu", toDecimal(receipt.rates.gpu)},
              {"mem", toDecimal(receipt.rates.mem)},
              {"currency", receipt.total.currency().code()},
              {"locked_at", toRfc3339(receipt.createdAt)}}},
            {"prices", pricesOf(receipt)},
            {"jobs", receipt.jobs},
            {"subtotal", api::toJson(receipt.subtotal)},
            {"tax", api::toJson(receipt.tax)},
            {"total", api::toJson(receipt.total)},
            {"tax_label", receipt.taxRule.label.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(receipt.taxRule.label)},
            {"tax_rate", toDecimal(receipt.taxRule.rate)},
            {"tax_mode", codeOf(receipt.taxRule.mode)},
            {"created_at", toRfc3339(receipt.createdAt)},
            {"created_by", receipt.createdBy},
            {"paid_at", api::toJson(receipt.paidAt)},
            {"paid_how", receipt.paidHow ? nlohmann::ordered_json(codeOf(*receipt.paidHow)) : nlohmann::ordered_json()},
            {"paid_method", api::orNull(receipt.paidMethod)},
            {"external_reference", api::orNull(receipt.externalReference)},
            {"replaces", idOrNull(receipt.replaces)},
            {"replaced_by", idOrNull(receipt.replacedBy)},
            {"credit_note", toJson(receipt.creditNote)}};
}

nlohmann::ordered_json toJson(const Run& run)
{
    return {{"id", static_cast<std::int64_t>(run.id)},
            {"month", monthOf(run.month)},
            {"cut_off", toRfc3339(run.cutOff)},
            {"status", codeOf(run.status)},
            {"users_total", run.usersTotal},
            {"users_done", run.usersDone},
            {"users_failed", run.usersFailed},
            {"receipts", run.receipts},
            {"amount", api::toJson(run.amount)},
            {"started_at", toRfc3339(run.startedAt)},
            {"finished_at", api::toJson(run.finishedAt)},
            {"created_by", run.createdBy}};
}

nlohmann::ordered_json toJson(const RunForecast& user)
{
    return {{"username", user.username},
            {"jobs", user.jobs},
            {"amount", api::toJson(user.amount)},
            {"left_out", {{"running", user.running}, {"never_started", user.neverStarted}}}};
}

nlohmann::ordered_json toJson(const ReceiptItem& item)
{
    return {{"line", item.line},
            {"cluster", item.cluster},
            {"job_id", item.jobId},
            {"display_id", item.displayId},
            {"name", item.jobName},
            {"submit_at", toRfc3339(item.submitAt)},
            {"ended_at", toRfc3339(item.endedAt)},
            {"cpu_seconds", item.usage.cpuSeconds},
            {"gpu_seconds", item.usage.gpuSeconds},
            {"memory_mib_seconds", item.usage.memoryMibSeconds},
            {"tier", item.tier},
            {"rules_applied", placesOf(item.rulesApplied)},
            {"amount", api::toJson(item.amount)}};
}

} // namespace hpcbill::receipts

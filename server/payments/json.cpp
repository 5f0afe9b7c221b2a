// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/json.h"

#include "common/api/json.h"

#include <map>

namespace hpcbill::payments
{
namespace
{

using Json = nlohmann::ordered_json;

template <typename Value>
Json codeOrNull(const std::optional<Value>& value)
{
    return value ? Json(codeOf(*value)) : Json();
}

Json moneyOrNull(const std::optional<std::string>& amount, const std::optional<std::string>& currency)
{
    return amount && currency ? Json{{"amount", *amount}, {"currency", *currency}} : Json();
}

} // namespace

Json toJson(const Payment& payment)
{
    return {{"id", static_cast<std::int64_t>(payment.id)},
            {"receipt_id", static_cast<std::int64_t>(payment.receipt)},
            {"receipt_number", payment.receiptNumber},
            {"username", payment.username},
            {"provider", payment.provider},
            {"external_payment_id", api::orNull(payment.externalId)},
            {"status", codeOf(payment.status)},
            {"amount", api::toJson(payment.amount)},
            {"checkout_url", api::orNull(payment.checkoutUrl)},
            {"created_at", toRfc3339(payment.createdAt)},
            {"created_by", payment.createdBy},
            {"updated_at", toRfc3339(payment.updatedAt)},
            {"attention", codeOrNull(payment.attention)}};
}

Json toJson(const StoredEvent& event)
{
    return {{"id", event.id},
            {"provider", event.provider},
            {"external_event_id", api::orNull(event.externalId)},
            {"payment_id", event.payment ? Json(static_cast<std::int64_t>(*event.payment)) : Json()},
            {"event_type", api::orNull(event.type)},
            {"signature_ok", event.isGenuine},
            {"secret_id", api::orNull(event.secretId)},
            {"outcome", codeOf(event.outcome)},
            {"detail", api::orNull(event.detail)},
            {"reported", moneyOrNull(event.reportedAmount, event.reportedCurrency)},
            {"received_at", toRfc3339(event.receivedAt)},
            {"last_received_at", toRfc3339(event.lastReceivedAt)},
            {"deliveries", event.deliveries},
            {"replays", event.replays}};
}

Json toJson(const Secret& secret)
{
    return {{"id", secret.id},
            {"provider", secret.provider},
            {"name", secret.name},
            {"from_configuration", secret.isFromConfiguration},
            {"created_at", toRfc3339(secret.createdAt)},
            {"created_by", secret.createdBy},
            {"last_used_at", api::toJson(secret.lastUsedAt)},
            {"retired_at", api::toJson(secret.retiredAt)},
            {"retired_by", api::orNull(secret.retiredBy)}};
}

Json toJson(const Facts& facts)
{
    return {{"signature_failures", facts.signatureFailures},
            {"first_signature_failure_at", api::toJson(facts.firstSignatureFailureAt)},
            {"last_signature_failure_at", api::toJson(facts.lastSignatureFailureAt)},
            {"secrets_changed_at", api::toJson(facts.secretsChangedAt)},
            {"expected", api::toJson(facts.expected)},
            {"reported_amount", api::orNull(facts.reportedAmount)},
            {"reported_currency", api::orNull(facts.reportedCurrency)},
            {"asks", facts.asks},
            {"last_event_at", api::toJson(facts.lastEventAt)},
            {"receipt_status", receipts::codeOf(facts.receiptStatus)},
            {"receipt_paid_how", codeOrNull(facts.receiptPaidHow)},
            {"receipt_paid_reference", api::orNull(facts.receiptPaidReference)},
            {"replayable_event_ids", facts.replayableEvents}};
}

Json toJson(const Case& stuck)
{
    Json json = toJson(stuck.payment);
    Json facts = toJson(stuck.facts);
    const auto& asked = stuck.payment.asked;
    facts["asked_at"] = asked ? Json(toRfc3339(asked->at)) : Json();
    facts["asked_standing"] = asked ? codeOrNull(asked->standing) : Json();
    facts["asked_error"] = asked ? api::orNull(asked->error) : Json();
    const bool isCase = needsSomebody(stuck.payment);
    json["age_seconds"] = stuck.age.count();
    json["diagnosis"] = isCase ? Json(codeOf(stuck.finding.diagnosis)) : Json();
    json["evidence"] = isCase ? Json(stuck.finding.evidence) : Json::array();
    json["next_step"] = isCase ? Json(codeOf(stuck.finding.nextStep)) : Json();
    json["facts"] = std::move(facts);
    return json;
}

Json toJson(const TimelineEntry& entry, const Currency& currency)
{
    const auto amount = entry.amount;
    const auto code = entry.currency ? entry.currency : std::optional(std::string(currency.code()));
    return {{"at", toRfc3339(entry.at)},
            {"kind", entry.kind},
            {"actor", api::orNull(entry.actor)},
            {"count", entry.count},
            {"text", entry.text},
            {"event_id", api::orNull(entry.event)},
            {"event_type", api::orNull(entry.eventType)},
            {"signature_ok", api::orNull(entry.isGenuine)},
            {"outcome", api::orNull(entry.outcome)},
            {"standing", api::orNull(entry.standing)},
            {"amount", moneyOrNull(amount, code)},
            {"reason", api::orNull(entry.reason)}};
}

Json toJson(const StatementPreview& shown)
{
    Json rows = Json::array();
    std::map<MatchVerdict, std::pair<std::int64_t, Money>> totals;
    for (const StatementMatch& row : shown.rows) {
        auto& total = totals.try_emplace(row.verdict, 0, Money(0, shown.currency)).first->second;
        ++total.first;
        if (row.line.amount)
            total.second += *row.line.amount;
        rows.push_back({{"line", row.line.line},
                        {"booked_on", api::orNull(row.line.bookedOn)},
                        {"reference", row.line.reference},
                        {"amount", row.line.amount ? api::toJson(*row.line.amount) : Json()},
                        {"verdict", codeOf(row.verdict)},
                        {"receipt_id", row.receipt ? Json(static_cast<std::int64_t>(*row.receipt)) : Json()},
                        {"receipt_number", api::orNull(row.receiptNumber)},
                        {"username", api::orNull(row.username)},
                        {"expected", row.expected ? api::toJson(*row.expected) : Json()},
                        {"detail", row.detail.empty() ? Json() : Json(row.detail)}});
    }
    Json sums = Json::array();
    for (const auto& [verdict, total] : totals)
        sums.push_back(
            {{"verdict", codeOf(verdict)}, {"rows", total.first}, {"amount", api::toJson(total.second)}});
    return {{"name", shown.name}, {"digest", shown.digest}, {"rows", std::move(rows)}, {"totals", std::move(sums)}};
}

} // namespace hpcbill::payments

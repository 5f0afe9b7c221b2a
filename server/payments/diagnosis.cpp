// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/reconciliation.h"

#include <fmt/format.h>

namespace hpcbill::payments
{
namespace
{

std::string withCurrency(const Money& money)
{
    return fmt::format("{} {}", toDecimal(money), money.currency().code());
}

std::string reported(const Facts& facts)
{
    return fmt::format("{} {}", facts.reportedAmount.value_or("?"), facts.reportedCurrency.value_or("?"));
}

/// By how much, where both are amounts of one currency.
std::string difference(const Facts& facts)
{
    const auto paid = parseMoney(facts.reportedAmount.value_or(""), facts.expected.currency());
    if (!paid || facts.reportedCurrency != facts.expected.currency().code())
        return {};
    const Money off = *paid - facts.expected;
    return fmt::format(", {} too {}",
                       withCurrency(off.minorUnits() < 0 ? facts.expected - *paid : off),
                       off.minorUnits() < 0 ? "little" : "much");
}

std::string askedSentence(const Payment& payment, const Facts& facts)
{
    if (!payment.asked)
        return "The provider was not asked yet.";
    const Asked& asked = *payment.asked;
    if (asked.error)
        return fmt::format("The provider was asked {} times; at {} it could not answer: {}", facts.asks,
                           toRfc3339(asked.at), *asked.error);
    const std::string amount =
        asked.amount ? fmt::format(", {} {}", *asked.amount, asked.currency.value_or("")) : std::string();
    return fmt::format("The provider was asked at {} and said: {}{}.", toRfc3339(asked.at),
                       asked.standing ? codeOf(*asked.standing) : "nothing", amount);
}

std::string eventSentence(const Facts& facts)
{
    if (facts.lastEventAt)
        return fmt::format("The last verified message came at {}.", toRfc3339(*facts.lastEventAt));
    return "No verified message of the provider has arrived.";
}

Finding ofAttention(Attention attention, const Facts& facts)
{
    switch (attention) {
    case Attention::receiptVoid:
        return {Diagnosis::receiptVoid, NextStep::refundAndResolve,
                {fmt::format("{} was paid for a receipt that is void.", withCurrency(facts.expected))}};
    case Attention::paidTwice:
        return {Diagnosis::paidTwice, NextStep::refundAndResolve,
                {fmt::format("{} was paid for a receipt that had been paid already: {}, reference {}.",
                             withCurrency(facts.expected),
                             facts.receiptPaidHow ? receipts::codeOf(*facts.receiptPaidHow) : "how is not known",
                             facts.receiptPaidReference.value_or("none"))}};
    case Attention::lateFailure:
        return {Diagnosis::lateFailure, NextStep::refundAndResolve,
                {"The provider said that it failed after it had said that it was paid."}};
    case Attention::amountDiffers:
        return {Diagnosis::amountDiffers, NextStep::checkAmount,
                {fmt::format("{} was paid, {} is due{}.", reported(facts), withCurrency(facts.expected),
                             difference(facts))}};
    case Attention::currencyDiffers:
        return {Diagnosis::currencyDiffers, NextStep::checkAmount,
                {fmt::format("{} was paid, {} is due.", reported(facts), withCurrency(facts.expected))}};
    }
    return {};
}

Finding ofSilence(const Payment& payment, const Facts& facts)
{
    if (facts.signatureFailures > 0) {
        Finding finding{Diagnosis::signatureFailed, NextStep::restoreSecretAndReplay, {}};
        finding.evidence.push_back(
            fmt::format("{} messages about it could not be verified, the first at {}, the last at {}.",
                        facts.signatureFailures, toRfc3339(facts.firstSignatureFailureAt.value_or(payment.createdAt)),
                        toRfc3339(facts.lastSignatureFailureAt.value_or(payment.createdAt))));
        if (facts.secretsChangedAt)
            finding.evidence.push_back(fmt::format("The webhook secrets of {} last changed at {}.", payment.provider,
                                                   toRfc3339(*facts.secretsChangedAt)));
        return finding;
    }
    if (!payment.externalId)
        return {Diagnosis::providerUnreachable, NextStep::cancel,
                {"The provider did not answer when it was begun: nobody can have paid it."}};
    if (!payment.asked)
        return {Diagnosis::noEvent, NextStep::askProvider, {}};
    if (payment.asked->error)
        return {Diagnosis::providerUnreachable, NextStep::wait, {}};
    if (payment.asked->standing == Standing::paid)
        return {Diagnosis::providerSaysPaid, NextStep::markPaid, {}};
    if (payment.asked->standing == Standing::open)
        return {Diagnosis::checkoutAbandoned, NextStep::cancel, {}};
    return {Diagnosis::noEvent, NextStep::askProvider, {}};
}

} // namespace

std::string_view codeOf(Diagnosis diagnosis)
{
    switch (diagnosis) {
    case Diagnosis::noEvent:
        return "no_event";
    case Diagnosis::signatureFailed:
        return "signature_failed";
    case Diagnosis::amountDiffers:
        return "amount_differs";
    case Diagnosis::currencyDiffers:
        return "currency_differs";
    case Diagnosis::providerSaysPaid:
        return "provider_says_paid";
    case Diagnosis::receiptVoid:
        return "receipt_void";
    case Diagnosis::paidTwice:
        return "paid_twice";
    case Diagnosis::lateFailure:
        return "late_failure";
    case Diagnosis::checkoutAbandoned:
        return "checkout_abandoned";
    case Diagnosis::providerUnreachable:
        return "provider_unreachable";
    }
    return {};
}

std::string_view codeOf(NextStep step)
{
    switch (step) {
    case NextStep::askProvider:
        return "ask_provider";
    case NextStep::restoreSecretAndReplay:
        return "restore_secret_and_replay";
    case NextStep::checkAmount:
        return "check_amount";
    case NextStep::markPaid:
        return "mark_paid";
    case NextStep::refundAndResolve:
        return "refund_and_resolve";
    case NextStep::cancel:
        return "cancel";
    case NextStep::wait:
        return "wait";
    }
    return {};
}

Finding diagnose(const Payment& payment, const Facts& facts)
{
    Finding finding = payment.attention ? ofAttention(*payment.attention, facts) : ofSilence(payment, facts);
    finding.evidence.push_back(eventSentence(facts));
    finding.evidence.push_back(askedSentence(payment, facts));
    return finding;
}

bool needsSomebody(const Payment& payment)
{
    return payment.status == PaymentStatus::pending || payment.attention.has_value();
}

} // namespace hpcbill::payments

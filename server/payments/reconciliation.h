// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

namespace hpcbill::payments
{

/// Why a payment does not get on.
enum class Diagnosis {
    noEvent,             ///< nothing was heard of it
    signatureFailed,     ///< what was heard could not be verified
    amountDiffers,
    currencyDiffers,
    providerSaysPaid,    ///< paid, and not how much
    receiptVoid,
    paidTwice,
    lateFailure,
    checkoutAbandoned,   ///< the checkout is open, and nobody pays
    providerUnreachable
};
/// "no_event", "signature_failed", …
std::string_view codeOf(Diagnosis diagnosis);

enum class NextStep { askProvider, restoreSecretAndReplay, checkAmount, markPaid, refundAndResolve, cancel, wait };
/// "ask_provider", …
std::string_view codeOf(NextStep step);

/// What is known of a payment, from what is stored alone.
struct Facts {
    std::int64_t signatureFailures = 0; ///< deliveries
    std::optional<UtcTime> firstSignatureFailureAt;
    std::optional<UtcTime> lastSignatureFailureAt;
    std::optional<UtcTime> secretsChangedAt; ///< of its provider, the last time
    Money expected{0, Currency::thb()};
    std::optional<std::string> reportedAmount;
    std::optional<std::string> reportedCurrency;
    std::int64_t asks = 0;
    std::optional<UtcTime> lastEventAt; ///< verified
    receipts::Status receiptStatus = receipts::Status::pending;
    std::optional<receipts::PaidHow> receiptPaidHow;
    std::optional<std::string> receiptPaidReference;
    std::vector<std::int64_t> replayableEvents;
};

/// What follows from the facts. Pure; the table of cases stands in tests/server/payments/tst_diagnosis.cpp.
struct Finding {
    Diagnosis diagnosis = Diagnosis::noEvent;
    NextStep nextStep = NextStep::askProvider;
    std::vector<std::string> evidence; ///< sentences, the weightiest first
};
Finding diagnose(const Payment& payment, const Facts& facts);

/// A payment that somebody has to look at.
struct Case {
    Payment payment;
    std::chrono::seconds age{0};
    Facts facts;
    Finding finding;
};

/// The place of a case in the queue: what a page continues after.
struct QueuePlace {
    UtcTime createdAt;
    std::int64_t id = 0;
};

/// Payments that have been pending for longer than `stuckAfter` and those that ask for attention, oldest first.
std::vector<Case> queue(postgres::Transaction& tx, std::chrono::seconds stuckAfter, std::int64_t limit,
                        const std::optional<QueuePlace>& after);
/// The same of one payment, whatever its age. Throws NotFound.
Case examineCase(postgres::Transaction& tx, PaymentId id);
/// Whether anybody has to look at it: a case that is no case shows no diagnosis.
bool needsSomebody(const Payment& payment);

/// Something that happened to a payment.
struct TimelineEntry {
    UtcTime at;
    std::string kind; ///< "checkout_opened", "event", "asked", "settled", …
    std::optional<std::string> actor;
    std::int64_t count = 1;
    std::string text; ///< a sentence
    std::optional<std::int64_t> event;
    std::optional<std::string> eventType;
    std::optional<bool> isGenuine;
    std::optional<std::string> outcome;
    std::optional<std::string> standing;
    std::optional<std::string> amount;
    std::optional<std::string> currency;
    std::optional<std::string> reason;
};

/// All that is stored of it, oldest first.
std::vector<TimelineEntry> timeline(postgres::Transaction& tx, const Payment& payment);

} // namespace hpcbill::payments

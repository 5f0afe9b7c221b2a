// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/payments.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/payments/events.h"
#include "server/payments/insides.h"
#include "server/payments/reconciliation.h"
#include "server/payments/secrets.h"
#include "server/payments/settlement.h"
#include "server/payments/store.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::payments
{
namespace
{

// Of each enumeration its codes, in one place: writing and reading cannot drift apart.
constexpr std::array<std::pair<PaymentStatus, std::string_view>, 4> statusCodes{{
    {PaymentStatus::pending, "pending"},
    {PaymentStatus::succeeded, "succeeded"},
    {PaymentStatus::failed, "failed"},
    {PaymentStatus::cancelled, "cancelled"},
}};

constexpr std::array<std::pair<Attention, std::string_view>, 5> attentionCodes{{
    {Attention::paidTwice, "paid_twice"},
    {Attention::receiptVoid, "receipt_void"},
    {Attention::lateFailure, "late_failure"},
    {Attention::amountDiffers, "amount_differs"},
    {Attention::currencyDiffers, "currency_differs"},
}};

constexpr std::array<std::pair<Outcome, std::string_view>, 13> outcomeCodes{{
    {Outcome::applied, "applied"},
    {Outcome::noChange, "no_change"},
    {Outcome::badSignature, "bad_signature"},
    {Outcome::unknownPayment, "unknown_payment"},
    {Outcome::amountUnknown, "amount_unknown"},
    {Outcome::amountDiffers, "amount_differs"},
    {Outcome::currencyDiffers, "currency_differs"},
    {Outcome::receiptVoid, "receipt_void"},
    {Outcome::paidTwice, "paid_twice"},
    {Outcome::lateFailure, "late_failure"},
    {Outcome::unreadable, "unreadable"},
    {Outcome::waiting, "waiting"},
    {Outcome::notAboutPayments, "not_about_payments"},
}};

template <typename Codes, typename Value>
std::string_view codeIn(const Codes& codes, Value value)
{
    return std::ranges::find(codes, value, &Codes::value_type::first)->second;
}

template <typename Codes>
auto parseIn(const Codes& codes, std::string_view code) -> std::optional<typename Codes::value_type::first_type>
{
    const auto found = std::ranges::find(codes, code, &Codes::value_type::second);
    return found == codes.end() ? std::nullopt : std::optional(found->first);
}

} // namespace

std::string_view codeOf(PaymentStatus status) { return codeIn(statusCodes, status); }
std::optional<PaymentStatus> parsePaymentStatus(std::string_view code) { return parseIn(statusCodes, code); }
std::string_view codeOf(Attention attention) { return codeIn(attentionCodes, attention); }
std::optional<Attention> parseAttention(std::string_view code) { return parseIn(attentionCodes, code); }
std::string_view codeOf(Outcome outcome) { return codeIn(outcomeCodes, outcome); }
std::optional<Outcome> parseOutcome(std::string_view code) { return parseIn(outcomeCodes, code); }

bool Payments::Insides::hasProvider(std::string_view name) const
{
    return std::ranges::any_of(providers, [name](const auto& one) { return one->name() == name; });
}

Provider& Payments::Insides::provider(std::string_view name) const
{
    const auto found = std::ranges::find_if(providers, [name](const auto& one) { return one->name() == name; });
    if (found == providers.end())
        throw NotFound(fmt::format("The payment provider {} is not in use here.", name));
    return **found;
}

Payments::Payments(const Parts& parts, PaymentSettings settings, std::vector<std::unique_ptr<Provider>> providers)
    : m_insides(std::make_unique<Insides>(Insides{.parts = parts,
                                                  .settings = std::move(settings),
                                                  .providers = {},
                                                  .metrics = PaymentMetrics(parts.metrics, providers)}))
{
    m_insides->providers = std::move(providers);
    takeConfiguredSecrets(*m_insides);
}

Payments::~Payments() = default;

const PaymentSettings& Payments::settings() const
{
    return m_insides->settings;
}

std::vector<std::string> Payments::checkoutOrigins() const
{
    std::vector<std::string> origins;
    for (const auto& provider : m_insides->providers) {
        if (auto origin = provider->checkoutOrigin(); !origin.empty())
            origins.push_back(std::move(origin));
    }
    return origins;
}

namespace
{

/// Nobody was sent to it, and nobody is to pay it. Where it cannot be closed, its money is found by our reference.
void close(Provider& provider, const std::string& externalId)
{
    try {
        provider.expire(externalId);
    } catch (const ProviderFailure& failure) {
        Poco::Logger::get("payments").warning(fmt::format("{} is left open: {}", externalId, failure.what()));
    }
}

/// What is left of a checkout that the provider has made: meanwhile the payment may have ended, or another request
/// may have begun it with another checkout.
struct Started {
    std::optional<std::string> url;     ///< where to pay; none: it has ended
    std::optional<std::string> toClose; ///< the provider's id of the checkout that nobody is sent to
};

Started keepCheckout(Payments::Insides& insides, const Payment& begun, const Checkout& checkout, const api::Actor& by)
{
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    Held held = hold(tx, insides, begun.id);
    const std::optional<std::string> known = held.payment.externalId;
    const bool isKnown = known == checkout.externalPaymentId;
    if (held.payment.status != PaymentStatus::pending || held.receipt.status != receipts::Status::pending) {
        if (!known) { // the watch makes sure that it is closed, and finds what was paid
            held.payment.externalId = checkout.externalPaymentId;
            writePayment(tx, held.payment);
            scheduleAsk(tx, begun.id, tx.now());
            tx.commit();
        }
        return {std::nullopt, isKnown ? std::nullopt : std::optional(checkout.externalPaymentId)};
    }
    if (held.payment.checkoutUrl)
        return {held.payment.checkoutUrl, isKnown ? std::nullopt : std::optional(checkout.externalPaymentId)};
    writeCheckout(tx, begun.id, checkout, tx.now() + insides.settings.askInterval);
    insides.parts.audit.append(
        tx, {.by = by,
             .action = "payment.started",
             .targetType = "payment",
             .targetId = fmt::to_string(static_cast<std::int64_t>(begun.id)),
             .details = {{"receipt", begun.receiptNumber},
                         {"provider", begun.provider},
                         {"external_payment_id", checkout.externalPaymentId},
                         {"amount", toDecimal(begun.amount)},
                         {"currency", begun.amount.currency().code()}}});
    tx.commit();
    return {checkout.url, isKnown ? std::nullopt : known};
}

} // namespace

std::string Payments::start(receipts::ReceiptId id, const api::Actor& by)
{
    Insides& insides = *m_insides;
    const PaymentSettings& settings = insides.settings;
    if (settings.defaultProvider.empty())
        throw Conflict("no_provider", "Paying online is not set up here: ask the finance office how to pay.");
    const std::string returnUrl =
        fmt::format("{}/payments/thanks?rid={}", settings.publicUrl, static_cast<std::int64_t>(id));
    const auto begin = [&]() -> Payment {
        postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
        const receipts::Receipt receipt = insides.parts.receipts.lock(tx, id);
        if (receipt.username != by.name)
            throw NotFound("There is no such receipt of yours.");
        if (receipt.status != receipts::Status::pending)
            throw Conflict(receipt.status == receipts::Status::paid ? "already_paid" : "receipt_void",
                           fmt::format("{} is {}: there is nothing to pay.", receipt.number,
                                       receipts::codeOf(receipt.status)));
        if (receipt.total.minorUnits() == 0)
            throw Conflict("nothing_to_pay", fmt::format("{} comes to nothing.", receipt.number));
        const auto pending = pendingOf(tx, id);
        const PaymentId payment = pending ? *pending : addPayment(tx, receipt, settings.defaultProvider, by.name);
        Payment begun = readPayment(tx, payment);
        tx.commit();
        return begun;
    };

    Payment payment = begin();
    if (payment.externalId) {
        const ProviderState state = insides.provider(payment.provider).read(*payment.externalId);
        const bool isOpen = state.standing == Standing::open;
        if (isOpen && payment.checkoutUrl)
            return *payment.checkoutUrl;
        if (!isOpen) {
            // It ended at the provider, or was paid a moment ago: that is put on record first.
            ask(payment.id, std::nullopt, by);
            payment = begin();
            if (payment.externalId)
                return payment.checkoutUrl.value_or(returnUrl);
        }
    }
    const Checkout checkout = insides.provider(payment.provider).createCheckout(
        {.payment = payment.id,
         .receiptNumber = payment.receiptNumber,
         .description = fmt::format("Receipt {}", payment.receiptNumber),
         .amount = payment.amount,
         .returnUrl = returnUrl});
    Started started = keepCheckout(insides, payment, checkout, by);
    if (started.toClose)
        close(insides.provider(payment.provider), *started.toClose);
    if (!started.url)
        throw Conflict("already_settled", fmt::format("The payment of {} ended while it was begun: look at the "
                                                      "receipt again.",
                                                      payment.receiptNumber));
    return *std::move(started.url);
}

void Payments::simulate(receipts::ReceiptId id, Standing standing, const api::Actor& by)
{
    Insides& insides = *m_insides;
    if (!insides.settings.mayBeSimulated)
        throw NotFound("There is nothing here.");
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const receipts::Receipt receipt = insides.parts.receipts.find(tx, id);
    if (receipt.username != by.name)
        throw NotFound("There is no such receipt of yours.");
    const auto pending = pendingOf(tx, id);
    if (!pending)
        throw Conflict("not_started", fmt::format("No payment of {} is under way.", receipt.number));
    const Held held = hold(tx, insides, *pending);
    const ProviderState state{.externalPaymentId = held.payment.externalId.value_or(""),
                              .standing = standing,
                              .amount = toDecimal(held.payment.amount),
                              .currency = std::string(held.payment.amount.currency().code()),
                              .reason = "simulated"};
    const Decision decision = decide(held.position(state.externalPaymentId), state);
    carryOut(tx, insides, held, decision, state, {receipts::PaidHow::webhook, std::nullopt, "simulated"}, by);
    tx.commit();
    countSettled(insides, held, decision, receipts::PaidHow::webhook);
}

Payment Payments::find(postgres::Transaction& tx, PaymentId id) const
{
    return readPayment(tx, id);
}

std::vector<Payment> Payments::list(postgres::Transaction& tx, const PaymentFilter& filter, std::int64_t limit,
                                    std::optional<PaymentId> before) const
{
    return readPage(tx, filter, limit, before);
}

std::vector<Payment> Payments::stuck(postgres::Transaction& tx, std::int64_t limit) const
{
    std::vector<Payment> all;
    for (Case& one : queue(tx, settings().stuckAfter, limit, std::nullopt))
        all.push_back(std::move(one.payment));
    return all;
}

} // namespace hpcbill::payments

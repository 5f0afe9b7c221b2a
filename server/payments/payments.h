// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/idempotency_key.h"
#include "server/payments/providers/provider.h"
#include "server/receipts/receipts.h"

#include <chrono>
#include <map>
#include <memory>
#include <stop_token>

namespace hpcbill::crypto
{
class SecretBox;
}

namespace hpcbill::payments
{

enum class PaymentStatus { pending, succeeded, failed, cancelled };
/// "pending", "succeeded", "failed", "cancelled".
std::string_view codeOf(PaymentStatus status);
std::optional<PaymentStatus> parsePaymentStatus(std::string_view code);

/// Why a person has to look at a payment whatever its status: money that is not where it belongs.
enum class Attention { paidTwice, receiptVoid, lateFailure, amountDiffers, currencyDiffers };
/// "paid_twice", "receipt_void", "late_failure", "amount_differs", "currency_differs".
std::string_view codeOf(Attention attention);
std::optional<Attention> parseAttention(std::string_view code);

/// What became of a message of a provider.
enum class Outcome {
    applied,         ///< payment, receipt or both changed
    noChange,        ///< it told what was known
    badSignature,    ///< not proven to be the provider's
    unknownPayment,  ///< about a payment that is not ours, or not yet
    amountUnknown,   ///< paid, but it does not say how much
    amountDiffers,
    currencyDiffers,
    receiptVoid,     ///< money came for a receipt that nobody owes
    paidTwice,       ///< money came for a receipt that was paid otherwise
    lateFailure,     ///< a failure after the money had come
    unreadable,      ///< not what this provider sends
    waiting,         ///< the provider has yet to confirm it
    notAboutPayments ///< an event of a kind that moves no payment
};
/// "applied", "no_change", …
std::string_view codeOf(Outcome outcome);
std::optional<Outcome> parseOutcome(std::string_view code);

/// What the provider answered when it was last asked.
struct Asked {
    UtcTime at;
    std::optional<Standing> standing; ///< none: it could not be asked
    std::optional<std::string> amount;
    std::optional<std::string> currency;
    std::optional<std::string> error;
};

/// A receipt on its way to being paid through a provider.
struct Payment {
    PaymentId id{};
    receipts::ReceiptId receipt{};
    std::string receiptNumber;
    std::string username;
    std::string provider;
    std::optional<std::string> externalId; ///< none until the provider answered
    PaymentStatus status = PaymentStatus::pending;
    Money amount{0, Currency::thb()};
    std::optional<std::string> checkoutUrl;
    UtcTime createdAt;
    std::string createdBy;
    UtcTime updatedAt;
    std::optional<Attention> attention;
    std::optional<Asked> asked;
};

struct NewSecret {
    static constexpr std::size_t bytesMin = 16; ///< fewer can be guessed at
    std::string provider;
    std::string name; ///< to tell it from the others
    std::string secret;
};

/// A secret that signs a provider's webhooks; what it is never leaves the server again.
struct Secret {
    std::int64_t id = 0;
    std::string provider;
    std::string name;
    bool isFromConfiguration = false;
    UtcTime createdAt;
    std::string createdBy;
    std::optional<UtcTime> lastUsedAt; ///< to the minute
    std::optional<UtcTime> retiredAt;
    std::optional<std::string> retiredBy;
};

/// Which payments a list shows.
struct PaymentFilter {
    std::optional<PaymentStatus> status;
    std::optional<std::string> provider;
    std::optional<receipts::ReceiptId> receipt;
};

/// What the adapters need to reach their providers. One that has no key is not in use.
struct ProviderSettings {
    bool hasDummy = false; ///< development only
    std::string stripeApiUrl = {};
    std::string stripeSecretKey = {};
    std::string omiseApiUrl = {};
    std::string omiseSecretKey = {};
};
std::vector<std::unique_ptr<Provider>> makeProviders(const ProviderSettings& settings);

struct PaymentSettings {
    std::string defaultProvider; ///< its name; empty: nobody can pay online
    std::string publicUrl;       ///< "https://billing.example.org", where payers come back to
    bool mayBeSimulated = false; ///< development only
    std::chrono::seconds askInterval{300};   ///< between questions at the provider about a young payment
    std::chrono::seconds stuckAfter{3600};   ///< then a pending payment is in the queue, and told of
    std::chrono::seconds stuckAgain{86'400}; ///< then it is told of again
    /// Secrets that the configuration brings, by provider.
    std::vector<std::pair<std::string, std::string>> configuredSecrets;
};

/// Payments and all that settles them. A payment changes only while its receipt is locked.
class Payments final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        webhooks::Outbox& outbox;
        receipts::Receipts& receipts;
        const crypto::SecretBox& box;
        prometheus::Registry& metrics;
    };
    Payments(const Parts& parts, PaymentSettings settings, std::vector<std::unique_ptr<Provider>> providers);
    ~Payments();

    [[nodiscard]] const PaymentSettings& settings() const;
    /// Where browsers may be sent to pay.
    [[nodiscard]] std::vector<std::string> checkoutOrigins() const;

    /// Begins to pay the user's own receipt, or goes on with what was begun; the address to pay at. Throws
    /// NotFound, Conflict, ProviderFailure.
    std::string start(receipts::ReceiptId receipt, const api::Actor& by);
    /// Pays or fails the pending payment of a receipt as if the provider had said so. Development only.
    void simulate(receipts::ReceiptId receipt, Standing standing, const api::Actor& by);

    /// Takes a provider's webhook: stores it, whatever it is, and carries out what it says, in one transaction.
    /// badSignature is stored too. Throws NotFound for a provider that is not in use.
    Outcome receive(const std::string& provider, const http::TextPairs& headers, const std::string& body,
                    const api::Actor& from);
    /// Takes a stored webhook once more, against the secrets in force now.
    Outcome replay(std::int64_t event, const std::string& reason, const api::Actor& by);

    /// Asks the provider how a payment stands and carries out the answer. Without a reason it is the poller's
    /// own question, which is put on record only when something changed. Throws NotFound, Conflict,
    /// ProviderFailure.
    void ask(PaymentId id, const std::optional<std::string>& reason, const api::Actor& by);
    /// Ends a pending payment here and at the provider. Throws Conflict when it has been paid.
    void cancel(PaymentId id, const std::string& reason, const api::Actor& by);
    /// Takes a payment that needed attention off the queue.
    void resolve(PaymentId id, const std::string& reason, const api::Actor& by);
    /// Marks a receipt paid by hand. A payment under way is ended by it.
    receipts::Receipt markPaid(receipts::ReceiptId id, const receipts::Settlement& settlement,
                               const std::string& reason, const api::Actor& by);
    /// Takes back what was marked paid by hand.
    receipts::Receipt revert(receipts::ReceiptId id, const std::string& reason, const api::Actor& by);

    /// Throws NotFound.
    Payment find(postgres::Transaction& tx, PaymentId id) const;
    /// A page, newest first, before `before`.
    std::vector<Payment> list(postgres::Transaction& tx, const PaymentFilter& filter, std::int64_t limit,
                              std::optional<PaymentId> before) const;

    /// Those that somebody has to look at, oldest first.
    std::vector<Payment> stuck(postgres::Transaction& tx, std::int64_t limit) const;

    /// The secrets that verify webhooks, newest first, before the id `before`.
    std::vector<Secret> secrets(postgres::Transaction& tx, std::int64_t limit,
                                std::optional<std::int64_t> before) const;
    /// Puts a secret in force beside those that are. Throws InvalidInput{"provider"}, and Conflict for one that is
    /// in force already. The request of `key` holds all but the secret.
    Secret addSecret(const NewSecret& order, const std::optional<api::IdempotencyKey>& key, const api::Actor& by);
    /// From here on it verifies nothing. Throws NotFound; one that is retired stays so.
    void retireSecret(std::int64_t id, const api::Actor& by);

    /// One round of the watch: asks about what is due, tells of what is stuck, sets the metrics.
    void watch(const std::stop_token& stop);

    struct Insides;
    /// For the files of this folder alone.
    [[nodiscard]] Insides& insides() const { return *m_insides; }

private:
    std::unique_ptr<Insides> m_insides;
};

/// Watches payments until it goes out of scope.
class Watch final
{
public:
    Watch(Payments& payments, std::chrono::seconds interval);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::payments

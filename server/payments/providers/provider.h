// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/result.h"
#include "common/time/time.h"
#include "server/http/request.h"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::payments
{

enum class PaymentId : std::int64_t {};

/// What is to be paid, and where the payer goes afterwards.
struct CheckoutOrder {
    PaymentId payment{}; ///< told to the provider, who tells it back: finds the payment even before we know the provider's id
    std::string receiptNumber;
    std::string description;
    Money amount;
    std::string returnUrl; ///< absolute; the receipt's page of thanks
};

/// The provider's side of a payment that was begun.
struct Checkout {
    std::string externalPaymentId;
    std::string url; ///< absolute; where the payer pays
};

/// How a payment stands at the provider. `expired`: nobody can pay it any more, and nobody has.
enum class Standing { open, paid, failed, expired };
std::string_view codeOf(Standing standing);
std::optional<Standing> parseStanding(std::string_view code);

/// What the provider says of a payment when asked, or in a webhook.
struct ProviderState {
    std::string externalPaymentId;
    Standing standing = Standing::open;
    std::optional<std::string> amount;   ///< decimal in the currency's digits, as far as the provider tells it
    std::optional<std::string> currency; ///< ISO 4217, upper case
    std::optional<std::string> reason;   ///< the provider's own word for why it failed
    std::optional<PaymentId> payment = {};          ///< as CheckoutOrder told it
    std::optional<std::string> receiptNumber = {};  ///< as CheckoutOrder told it
};

/// A webhook's content in our terms.
struct ProviderEvent {
    std::string externalEventId;
    std::string eventType;               ///< the provider's own: `checkout.session.completed`
    std::optional<PaymentId> payment;    ///< the reference that CheckoutOrder gave
    std::optional<ProviderState> state;  ///< none for an event that tells nothing of a payment's standing
};

/// A secret in force.
struct SigningSecret {
    std::int64_t id = 0;
    std::optional<std::string> value; ///< none: it cannot be opened, and verifies nothing
};

/// Whether a webhook is the provider's own.
struct Verdict {
    bool isGenuine = false;
    std::optional<std::int64_t> secretId; ///< the secret that verified it
    std::string reason;                   ///< why not, as a sentence for operators
};

/// The provider could not be asked, or answered what it should not. Nothing is known of the payment.
class ProviderFailure final : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~ProviderFailure() override;
};

/// One payment provider. The only place that knows its API; used by many threads at once.
class Provider
{
public:
    virtual ~Provider();

    /// "stripe": in addresses, metrics and tables.
    virtual std::string_view name() const = 0;
    /// The kinds of webhooks that it is known to send: for metrics.
    virtual std::vector<std::string_view> eventTypes() const = 0;
    /// Begins a payment. Asked again with the same order, it answers with the same checkout. Throws ProviderFailure.
    virtual Checkout createCheckout(const CheckoutOrder& order) = 0;
    /// How a payment stands now. Throws ProviderFailure.
    virtual ProviderState read(const std::string& externalPaymentId) = 0;
    /// Makes an open checkout unpayable; what stands already is answered. Throws ProviderFailure.
    virtual ProviderState expire(const std::string& externalPaymentId) = 0;
    /// Checks the signature over the raw bytes against every secret, in constant time, within the tolerance of
    /// time. Asks nobody.
    virtual Verdict verify(const http::TextPairs& headers, std::string_view body,
                           const std::vector<SigningSecret>& secrets, UtcTime now) const = 0;
    /// Reads a webhook's body, genuine or not. The error is a sentence for operators.
    virtual Result<ProviderEvent, std::string> parse(std::string_view body) const = 0;
    /// Whether a genuine-looking webhook of this provider proves nothing by itself, so that read() has to
    /// confirm it before it is applied.
    virtual bool needsReadBack() const = 0;
    /// Where browsers are sent to pay, several with spaces between: for the pages' Content-Security-Policy. Empty:
    /// to ourselves only.
    virtual std::string checkoutOrigin() const = 0;
};

} // namespace hpcbill::payments

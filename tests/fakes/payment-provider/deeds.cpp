// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/deeds.h"

#include "tests/fakes/payment-provider/postman.h"
#include "tests/fakes/payment-provider/shapes.h"

namespace hpcbill::fakes
{

void Deed::finish(Standing standing) const
{
    payment.standing = standing;
    payment.finishedAt = nowMs() / 1000;
}

void Deed::tell(const std::string& type) const
{
    announce(books, eventOf(payment, type, books.conduct.report, url));
}

void Deed::open() const
{
    if (payment.brand == Brand::omise) // Stripe tells nobody of a new session
        tell("charge.create");
}

void Deed::pay() const
{
    const bool wasPromised = payment.standing == Standing::processing;
    finish(Standing::paid);
    if (payment.brand == Brand::omise)
        tell("charge.complete");
    else
        tell(wasPromised ? "checkout.session.async_payment_succeeded" : "checkout.session.completed");
}

void Deed::promise() const
{
    payment.standing = Standing::processing;
    if (payment.brand == Brand::stripe)
        tell("checkout.session.completed");
}

void Deed::fail(const std::string& code, const std::string& message) const
{
    // A card that is refused leaves Stripe's session open and sends nothing; only what was promised can fail.
    if (payment.brand == Brand::stripe && payment.standing == Standing::open)
        promise();
    payment.failureCode = code;
    payment.failureMessage = message;
    finish(Standing::failed);
    tell(payment.brand == Brand::omise ? "charge.complete" : "checkout.session.async_payment_failed");
}

void Deed::expire() const
{
    finish(Standing::expired);
    tell(payment.brand == Brand::omise ? "charge.expire" : "checkout.session.expired");
}

} // namespace hpcbill::fakes

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/ledger.h"

#include <string>

namespace hpcbill::fakes
{

/// What becomes of a payment, with the webhooks that its provider sends of it. `url` is this program's own.
struct Deed {
    Books& books;
    const std::string& url;
    Payment& payment;

    void open() const; ///< it has just been made
    void pay() const;
    /// Stripe: the payer is done, the bank will pay later or not.
    void promise() const;
    void fail(const std::string& code, const std::string& message) const;
    void expire() const;

private:
    void finish(Standing standing) const;
    void tell(const std::string& type) const;
};

} // namespace hpcbill::fakes

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/ledger.h"

#include <string>
#include <thread>

namespace hpcbill::fakes
{

/// Puts an event into the books and on its way, as the conduct has it.
void announce(Books& books, Event event);
/// Puts a copy of it on its way at once, whatever the conduct has.
void resend(Books& books, const std::string& eventId);
/// Lets go what is held, in the order in which it came or the other way round.
void release(Books& books, bool isReversed);

/// The headers by which the merchant knows the sender; none without a secret.
Fields signatureOf(Brand brand, const Account& account, const WebhookConduct& conduct,
                   const std::string& body, std::int64_t nowSeconds);

/// Sends what is due, one after the other, and again after a refusal, each time after twice as long.
class Postman final
{
public:
    explicit Postman(Ledger& ledger);
    ~Postman();
    Postman(const Postman&) = delete;
    Postman& operator=(const Postman&) = delete;

private:
    void run();
    void send(std::size_t letter);

    Ledger& m_ledger;
    std::thread m_thread;
};

} // namespace hpcbill::fakes

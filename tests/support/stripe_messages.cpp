// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/stripe_messages.h"

#include "server/crypto/hmac.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ctime>

namespace hpcbill::support
{
namespace
{

std::string message(const std::string& event, const char* type, const char* paymentStatus, const std::string& session,
                    std::int64_t satang, const std::string& reference)
{
    const nlohmann::ordered_json whole{{"id", event},
                                       {"object", "event"},
                                       {"type", type},
                                       {"data",
                                        {{"object",
                                          {{"id", session},
                                           {"object", "checkout.session"},
                                           {"status", "complete"},
                                           {"payment_status", paymentStatus},
                                           {"amount_total", satang},
                                           {"currency", "thb"},
                                           {"client_reference_id", reference}}}}}};
    return whole.dump();
}

} // namespace

std::string stripePaid(const std::string& event, const std::string& session, std::int64_t satang, const std::string& reference)
{
    return message(event, "checkout.session.completed", "paid", session, satang, reference);
}

std::string stripeFailed(const std::string& event, const std::string& session, std::int64_t satang)
{
    return message(event, "checkout.session.async_payment_failed", "unpaid", session, satang, "");
}

std::string stripeSignature(const std::string& body, const std::string& secret)
{
    // Signatures are judged by the database's clock, which is this machine's.
    const std::string time = std::to_string(std::time(nullptr));
    return fmt::format("t={},v1={}", time, crypto::toHex(crypto::hmacSha256(secret, time + "." + body)));
}

std::string pendingStripePayments(std::int64_t count)
{
    return fmt::format(R"sql(
        insert into receipts (number, username, period_from, period_to, status, tier, rate_version_id, rate_cpu, rate_gpu, rate_mem,
                              currency, jobs, subtotal, tax, total, created_at, created_by)
        select 'STORM-2026-' || lpad(n::text, 6, '0'), 'payer' || n, now(), now(), 'pending', 'mu', (select min(id) from rate_versions), 1, 1, 1,
               'THB', 1, round((n % 1000 + 1) / 100.0, 2), 0.00, round((n % 1000 + 1) / 100.0, 2), now(), 'admin'
        from generate_series(1, {0}) n;
        insert into payments (receipt_id, provider, external_payment_id, status, amount, currency, created_at, created_by, updated_at)
        select r.id, 'stripe', 'cs_' || substr(r.username, 6), 'pending', r.total, 'THB', now(), r.username, now()
        from receipts r where r.number like 'STORM-%' order by r.id;
        analyze receipts, payments;
    )sql",
                       count);
}

} // namespace hpcbill::support

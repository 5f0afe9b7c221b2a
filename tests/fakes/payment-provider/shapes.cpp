// SPDX-License-Identifier: GPL-3.0-or-later
// Fields and their order as the providers' own references have them (Stripe: API reference, "The Checkout
// Session object", "The Event object", 2024-06-20; Omise: "Charges API", "Events API", 2019-05-29).
#include "tests/fakes/payment-provider/shapes.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

namespace hpcbill::fakes
{
namespace
{

Json textOrNull(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

std::string rfc3339(std::int64_t seconds)
{
    return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(seconds),
                                           Poco::DateTimeFormat::ISO8601_FORMAT);
}

Json timeOrNull(std::int64_t seconds)
{
    return seconds == 0 ? Json(nullptr) : Json(rfc3339(seconds));
}

bool isBent(const ReportConduct& report, Place place)
{
    return place == Place::event ? report.inEvents : report.inAnswers;
}

/// The payment as it is told, and not as it is.
Payment told(Payment payment, const ReportConduct& report, Place place)
{
    if (isBent(report, place) && report.amount != 0)
        payment.amount = report.amount;
    if (isBent(report, place) && !report.currency.empty())
        payment.currency = report.currency;
    return payment;
}

std::string_view omiseStatus(Standing standing)
{
    switch (standing) {
    case Standing::open:
    case Standing::processing:
        return "pending";
    case Standing::paid:
        return "successful";
    case Standing::failed:
        return "failed";
    case Standing::expired:
        return "expired";
    }
    return "";
}

Json omiseSource(const Payment& payment, const std::string& url)
{
    const std::string document = "/charges/" + payment.id + "/documents/" + payment.document;
    return {{"object", "source"},
            {"id", payment.companion},
            {"livemode", false},
            {"location", "/sources/" + payment.companion},
            {"amount", payment.amount},
            {"barcode", nullptr},
            {"created_at", rfc3339(payment.createdAt)},
            {"currency", payment.currency},
            {"email", nullptr},
            {"flow", "offline"},
            {"installment_term", nullptr},
            {"name", nullptr},
            {"phone_number", nullptr},
            {"references", nullptr},
            {"scannable_code",
             {{"object", "barcode"},
              {"type", "qr"},
              {"image",
               {{"object", "document"},
                {"livemode", false},
                {"id", payment.document},
                {"deleted", false},
                {"filename", "qrcode.svg"},
                {"location", document},
                {"kind", "qr"},
                {"download_uri", url + document + "/downloads/" + payment.document.substr(10)},
                {"created_at", rfc3339(payment.createdAt)}}}}},
            {"type", "promptpay"},
            {"charge_status", omiseStatus(payment.standing)}};
}

} // namespace

Json stripeSession(const Payment& honest, const ReportConduct& report, Place place, const std::string& url)
{
    const Payment payment = told(honest, report, place);
    const bool isOpen = payment.standing == Standing::open;
    const bool isExpired = payment.standing == Standing::expired;
    Json session{{"id", payment.id},
                 {"object", "checkout.session"},
                 {"after_expiration", nullptr},
                 {"allow_promotion_codes", nullptr},
                 {"amount_subtotal", payment.amount},
                 {"amount_total", payment.amount},
                 {"automatic_tax", {{"enabled", false}, {"liability", nullptr}, {"status", nullptr}}},
                 {"billing_address_collection", nullptr},
                 {"cancel_url", textOrNull(payment.cancelUrl)},
                 {"client_reference_id", textOrNull(payment.reference)},
                 {"consent", nullptr},
                 {"created", payment.createdAt},
                 {"currency", payment.currency},
                 {"customer", nullptr},
                 {"customer_details", nullptr},
                 {"customer_email", nullptr},
                 {"expires_at", payment.expiresAt},
                 {"livemode", false},
                 {"locale", nullptr},
                 {"metadata", payment.metadata},
                 {"mode", "payment"},
                 {"payment_intent", isOpen || isExpired ? Json(nullptr) : Json(payment.companion)},
                 {"payment_method_types", {"card"}},
                 {"payment_status", payment.standing == Standing::paid ? "paid" : "unpaid"},
                 {"status", isOpen      ? "open"
                            : isExpired ? "expired"
                                        : "complete"},
                 {"submit_type", nullptr},
                 {"success_url", payment.returnUrl},
                 {"total_details", {{"amount_discount", 0}, {"amount_shipping", 0}, {"amount_tax", 0}}},
                 {"url", isOpen ? Json(url + "/pay/" + payment.id) : Json(nullptr)}};
    if (isBent(report, place) && report.isAmountLeftOut) {
        session.erase("amount_subtotal");
        session.erase("amount_total");
    }
    return session;
}

Json stripeIntent(const Payment& payment)
{
    Json error(nullptr);
    if (payment.standing == Standing::failed) {
        error = {{"code", payment.failureCode},
                 {"message", payment.failureMessage},
                 {"type", "invalid_request_error"}};
    }
    return {{"id", payment.companion},
            {"object", "payment_intent"},
            {"amount", payment.amount},
            {"amount_received", payment.standing == Standing::paid ? payment.amount : 0},
            {"created", payment.createdAt},
            {"currency", payment.currency},
            {"last_payment_error", error},
            {"livemode", false},
            {"metadata", payment.metadata},
            {"status", payment.standing == Standing::paid         ? "succeeded"
                       : payment.standing == Standing::processing ? "processing"
                                                                  : "requires_payment_method"}};
}

Json omiseCharge(const Payment& honest, const ReportConduct& report, Place place, const std::string& url)
{
    const Payment payment = told(honest, report, place);
    const bool isPaid = payment.standing == Standing::paid;
    const bool isPending = payment.standing == Standing::open;
    Json charge{{"object", "charge"},
                {"id", payment.id},
                {"location", "/charges/" + payment.id},
                {"amount", payment.amount},
                {"authorized_amount", isPaid ? payment.amount : 0},
                {"captured_amount", isPaid ? payment.amount : 0},
                {"refunded_amount", 0},
                {"currency", payment.currency},
                {"ip", nullptr},
                {"description", textOrNull(payment.description)},
                {"metadata", payment.metadata},
                {"card", nullptr},
                {"source", omiseSource(payment, url)},
                {"schedule", nullptr},
                {"customer", nullptr},
                {"dispute", nullptr},
                {"transaction", isPaid ? Json("trxn_test_" + payment.id.substr(10)) : Json(nullptr)},
                {"failure_code", textOrNull(payment.failureCode)},
                {"failure_message", textOrNull(payment.failureMessage)},
                {"status", omiseStatus(payment.standing)},
                // For PromptPay null at Omise, who leaves the picture to the merchant; here a page, so that a
                // browser can pay.
                {"authorize_uri", isPending ? Json(url + "/pay/" + payment.id) : Json(nullptr)},
                {"return_uri", textOrNull(payment.returnUrl)},
                {"created_at", rfc3339(payment.createdAt)},
                {"paid_at", timeOrNull(isPaid ? payment.finishedAt : 0)},
                {"expires_at", timeOrNull(payment.expiresAt)},
                {"expired_at", timeOrNull(payment.standing == Standing::expired ? payment.finishedAt : 0)},
                {"reversed_at", nullptr},
                {"authorized", isPaid},
                {"capturable", false},
                {"capture", true},
                {"livemode", false},
                {"paid", isPaid},
                {"refundable", isPaid},
                {"reversed", false},
                {"reversible", false},
                {"voided", false},
                {"expired", payment.standing == Standing::expired}};
    if (isBent(report, place) && report.isAmountLeftOut)
        charge.erase("amount");
    return charge;
}

Event eventOf(const Payment& payment, const std::string& type, const ReportConduct& report,
              const std::string& url)
{
    const std::int64_t now = nowMs() / 1000;
    if (payment.brand == Brand::stripe) {
        const std::string id = "evt_" + randomWord(24);
        const Json body{{"id", id},
                        {"object", "event"},
                        {"api_version", "2024-06-20"},
                        {"created", now},
                        {"data", {{"object", stripeSession(payment, report, Place::event, url)}}},
                        {"livemode", false},
                        {"pending_webhooks", 1},
                        {"request", {{"id", nullptr}, {"idempotency_key", nullptr}}},
                        {"type", type}};
        return {id, payment.brand, type, payment.id, body.dump(2)};
    }
    const std::string id = "evnt_test_" + randomWord(19);
    const Json body{{"object", "event"},
                    {"id", id},
                    {"livemode", false},
                    {"location", "/events/" + id},
                    {"webhook_deliveries", Json::array()},
                    {"data", omiseCharge(payment, report, Place::event, url)},
                    {"key", type},
                    {"created_at", rfc3339(now)}};
    return {id, payment.brand, type, payment.id, body.dump()};
}

} // namespace hpcbill::fakes

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/routes.h"

#include "common/api/json.h"
#include "common/error.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/payments/event_routes.h"
#include "server/payments/insides.h"
#include "server/payments/json.h"
#include "server/payments/payments.h"
#include "server/payments/reconciliation.h"
#include "server/payments/statement.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"

#include <fmt/format.h>

#include <iterator>

namespace hpcbill::payments
{
namespace
{

using http::Method;
using http::Request;

constexpr http::JsonObject::TextLimits statementLimits{.min = 1, .max = 1'000'000};

http::Response showCase(postgres::Pool& pool, PaymentId id)
{
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const Case one = examineCase(tx, id);
    auto json = toJson(one);
    json["timeline"] = nlohmann::ordered_json::array();
    for (const TimelineEntry& entry : timeline(tx, one.payment))
        json["timeline"].push_back(toJson(entry, one.payment.amount.currency()));
    return http::json(json);
}

http::Response showPayment(const Request& request, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    return showCase(pool, request.id<PaymentId>("id"));
}

http::Response listPayments(const Request& request, const Payments& payments, postgres::Pool& pool)
{
    http::Query query(request);
    PaymentFilter filter;
    const auto status = query.choice("status", {"pending", "succeeded", "failed", "cancelled"});
    filter.provider = query.text("provider");
    const auto receipt = query.integer("receipt_id", 1, INT64_MAX);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("payments", 1);
    query.finish();
    if (status)
        filter.status = parsePaymentStatus(*status);
    if (receipt)
        filter.receipt = static_cast<receipts::ReceiptId>(*receipt);
    const auto before = cursor ? std::optional(static_cast<PaymentId>(cursor->integer(0))) : std::nullopt;

    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = payments.list(tx, filter, limit + 1, before);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("payments", {static_cast<std::int64_t>(page.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Payment& payment : page)
        items.push_back(toJson(payment));
    return http::page(std::move(items), next);
}

http::Response listQueue(const Request& request, const Payments& payments, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("reconciliation", 2);
    query.finish();
    std::optional<QueuePlace> after;
    if (cursor)
        after = QueuePlace{UtcTime(std::chrono::microseconds(cursor->integer(0))), cursor->integer(1)};

    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = queue(tx, payments.settings().stuckAfter, limit + 1, after);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        const Payment& last = page.back().payment;
        next = http::Cursor("reconciliation",
                            {last.createdAt.time_since_epoch().count(), static_cast<std::int64_t>(last.id)})
                   .encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Case& stuck : page)
        items.push_back(toJson(stuck));
    return http::page(std::move(items), next);
}

/// The reason that every action needs.
std::string readReason(const Request& request)
{
    http::JsonBody body(request);
    std::string reason = body->text("reason");
    body.finish();
    return reason;
}

http::Response refresh(const Request& request, Payments& payments, postgres::Pool& pool)
{
    const auto id = request.id<PaymentId>("id");
    payments.ask(id, readReason(request), request.actor());
    return showCase(pool, id);
}

http::Response cancel(const Request& request, Payments& payments, postgres::Pool& pool)
{
    const auto id = request.id<PaymentId>("id");
    payments.cancel(id, readReason(request), request.actor());
    return showCase(pool, id);
}

http::Response resolve(const Request& request, Payments& payments, postgres::Pool& pool)
{
    const auto id = request.id<PaymentId>("id");
    payments.resolve(id, readReason(request), request.actor());
    return showCase(pool, id);
}

http::Response markPaid(const Request& request, Payments& payments)
{
    http::JsonBody body(request);
    const std::string method = body->text("method", {.min = 1, .max = 64});
    const std::string reference = body->text("external_reference", {.min = 1, .max = 200});
    const std::string reason = body->text("reason");
    body.finish();
    return http::json(receipts::toJson(payments.markPaid(request.id<receipts::ReceiptId>("id"),
                                                         {receipts::PaidHow::manual, method, reference}, reason,
                                                         request.actor())));
}

http::Response revert(const Request& request, Payments& payments)
{
    const std::string reason = readReason(request);
    return http::json(
        receipts::toJson(payments.revert(request.id<receipts::ReceiptId>("id"), reason, request.actor())));
}

http::Response previewStatement(const Request& request, postgres::Pool& pool, const Currency& currency)
{
    http::JsonBody body(request);
    const std::string name = body->text("name", {.min = 1, .max = 200});
    const std::string csv = body->text("csv", statementLimits);
    body.finish();
    std::vector<StatementLine> lines = readStatement(csv, currency);
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return http::json(toJson(preview(tx, name, std::move(lines), currency)));
}

http::Response settleStatement(const Request& request, Payments& payments, const Currency& currency)
{
    http::JsonBody body(request);
    StatementOrder order;
    order.name = body->text("name", {.min = 1, .max = 200});
    order.csv = body->text("csv", statementLimits);
    order.digest = body->text("digest");
    order.lines = body->integers("lines");
    order.reason = body->text("reason");
    body.finish();
    auto settled = nlohmann::ordered_json::array();
    for (const StatementMatch& row : settle(payments.insides(), order, currency, request.actor()))
        settled.push_back({{"line", row.line.line},
                           {"receipt_id", static_cast<std::int64_t>(*row.receipt)},
                           {"receipt_number", *row.receiptNumber},
                           {"amount", api::toJson(*row.expected)}});
    return http::json({{"settled", std::move(settled)}});
}

} // namespace

std::vector<http::Route> routes(Payments& payments, postgres::Pool& pool, const Currency& currency)
{
    std::vector<http::Route> table{
        {Method::get, "/api/v1/payments", api::readers,
         [&](const Request& r) { return listPayments(r, payments, pool); }},
        {Method::get, "/api/v1/payments/{id}", api::readers, [&](const Request& r) { return showPayment(r, pool); }},
        {Method::post, "/api/v1/payments/{id}/refresh", api::operators,
         [&](const Request& r) { return refresh(r, payments, pool); }},
        {Method::post, "/api/v1/payments/{id}/cancel", api::operators,
         [&](const Request& r) { return cancel(r, payments, pool); }},
        {Method::post, "/api/v1/payments/{id}/resolve", api::operators,
         [&](const Request& r) { return resolve(r, payments, pool); }},
        {Method::post, "/api/v1/receipts/{id}/mark-paid", api::operators,
         [&](const Request& r) { return markPaid(r, payments); }},
        {Method::post, "/api/v1/receipts/{id}/revert", api::operators,
         [&](const Request& r) { return revert(r, payments); }},
        {Method::get, "/api/v1/reconciliation", api::readers,
         [&](const Request& r) { return listQueue(r, payments, pool); }},
        {Method::post, "/api/v1/reconciliation/statements/preview", api::operators,
         [&pool, currency](const Request& r) { return previewStatement(r, pool, currency); }},
        {Method::post, "/api/v1/reconciliation/statements/settle", api::operators,
         [&payments, currency](const Request& r) { return settleStatement(r, payments, currency); }},
    };
    std::vector<http::Route> more = eventRoutes(payments, pool);
    table.insert(table.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    return table;
}

} // namespace hpcbill::payments

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/routes.h"

#include "server/http/etag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/receipts/json.h"
#include "server/receipts/receipts.h"

#include <fmt/format.h>

namespace hpcbill::receipts
{
namespace
{

using http::Method;

http::Response madeReceipt(const Receipt& receipt)
{
    return http::created(toJson(receipt),
                         fmt::format("/api/v1/receipts/{}", static_cast<std::int64_t>(receipt.id)));
}

http::Response createReceipt(const http::Request& request, Receipts& receipts)
{
    http::JsonBody body(request);
    const std::string username = body->text("username");
    const UtcTime before = body->time("before");
    body.finish();
    return madeReceipt(receipts.create(username, before, request.idempotency(), request.actor()));
}

http::Response listReceipts(const http::Request& request, const Receipts& receipts, postgres::Pool& pool)
{
    http::Query query(request);
    const auto username = query.text("username");
    const auto code = query.choice("status", {"pending", "paid", "void"});
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("receipts", 1);
    query.finish();
    std::optional<ReceiptId> before;
    if (cursor)
        before = static_cast<ReceiptId>(cursor->integer(0));
    std::optional<Status> status;
    if (code)
        status = parseStatus(*code);

    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = receipts.list(tx, username, status, limit + 1, before);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("receipts", {static_cast<std::int64_t>(page.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Receipt& receipt : page)
        items.push_back(toJson(receipt));
    return http::page(std::move(items), next);
}

http::Response showReceipt(const http::Request& request, const Receipts& receipts, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return http::json(toJson(receipts.find(tx, request.id<ReceiptId>("id"))));
}

http::Response printReceipt(const http::Request& request, const Receipts& receipts, const Printer& printer, postgres::Pool& pool)
{
    http::Query query(request);
    const std::string language = query.choice("lang", {"en", "th"}).value_or("en");
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const Printout printout = printer.print(receipts.find(tx, request.id<ReceiptId>("id")), language);
    return http::withEtag(request, http::download("application/pdf", printout.fileName, printout.write), printout.etag);
}

http::Response voidReceipt(const http::Request& request, Receipts& receipts)
{
    http::JsonBody body(request);
    const VoidOrder order{.reason = body->text("reason"),
                          .hasCreditNote = body->optionalBoolean("credit_note").value_or(false),
                          .key = request.idempotency()};
    body.finish();
    return http::json(toJson(receipts.voidReceipt(request.id<ReceiptId>("id"), order, request.actor())));
}

http::Response reissueReceipt(const http::Request& request, Receipts& receipts)
{
    http::JsonBody body(request);
    const std::string reason = body->text("reason");
    body.finish();
    return madeReceipt(receipts.reissue(request.id<ReceiptId>("id"), reason, request.idempotency(), request.actor()));
}

http::Response listItems(const http::Request& request, const Receipts& receipts, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("receipt_items", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = receipts.items(tx, request.id<ReceiptId>("id"), limit + 1, cursor ? cursor->integer(0) : 0);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("receipt_items", {page.back().line}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const ReceiptItem& item : page)
        items.push_back(toJson(item));
    return http::page(std::move(items), next);
}

} // namespace

std::vector<http::Route> routes(Receipts& receipts, const Printer& printer, postgres::Pool& pool)
{
    return {
        {Method::post, "/api/v1/receipts", api::admins,
         [&](const http::Request& r) { return createReceipt(r, receipts); }},
        {Method::post, "/api/v1/receipts/{id}/void", api::admins,
         [&](const http::Request& r) { return voidReceipt(r, receipts); }},
        {Method::post, "/api/v1/receipts/{id}/reissue", api::admins,
         [&](const http::Request& r) { return reissueReceipt(r, receipts); }},
        {Method::get, "/api/v1/receipts", api::readers,
         [&](const http::Request& r) { return listReceipts(r, receipts, pool); }},
        {Method::get, "/api/v1/receipts/{id}", api::readers,
         [&](const http::Request& r) { return showReceipt(r, receipts, pool); }},
        {Method::get, "/api/v1/receipts/{id}.pdf", api::readers,
         [&](const http::Request& r) { return printReceipt(r, receipts, printer, pool); }},
        {Method::get, "/api/v1/receipts/{id}/items", api::readers,
         [&](const http::Request& r) { return listItems(r, receipts, pool); }},
    };
}

} // namespace hpcbill::receipts

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/receipts/exports.h"
#include "server/receipts/routes.h"

#include <fmt/format.h>

namespace hpcbill::receipts
{
namespace
{

using http::Method;

Window readWindow(const http::Request& request)
{
    http::Query query(request);
    const Window window{.from = query.time("from"), .to = query.time("to")};
    query.finish();
    return window;
}

http::Response receiptsCsv(const http::Request& request, postgres::Pool& pool)
{
    http::Query query(request);
    ReceiptFilter filter{.username = query.text("username"), .status = {}};
    if (const auto code = query.choice("status", {"pending", "paid", "void"}))
        filter.status = parseStatus(*code);
    query.finish();
    return http::csv("receipts.csv", [&pool, filter](std::ostream& out) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        writeReceiptsCsv(out, tx, filter);
    });
}

http::Response paidCsv(const http::Request& request, postgres::Pool& pool)
{
    return http::csv("paid.csv", [&pool, window = readWindow(request)](std::ostream& out) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        writePaidCsv(out, tx, window);
    });
}

http::Response itemsCsv(const http::Request& request, const Receipts& receipts, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    const ReceiptId id = request.id<ReceiptId>("id");
    std::string number;
    {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        number = receipts.find(tx, id).number;
    }
    return http::csv(number + "-items.csv", [&pool, id](std::ostream& out) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        writeItemsCsv(out, tx, id);
    });
}

http::Response allItemsCsv(const http::Request& request, postgres::Pool& pool)
{
    return http::csv("receipt-items.csv", [&pool, window = readWindow(request)](std::ostream& out) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        writeItemsCsv(out, tx, window);
    });
}

} // namespace

std::vector<http::Route> exportRoutes(const Receipts& receipts, postgres::Pool& pool)
{
    return {
        {Method::get, "/api/v1/receipts.csv", api::readers, [&](const http::Request& r) { return receiptsCsv(r, pool); }},
        {Method::get, "/api/v1/receipts/{id}/items.csv", api::readers,
         [&](const http::Request& r) { return itemsCsv(r, receipts, pool); }},
        {Method::get, "/api/v1/receipt-items.csv", api::readers, [&](const http::Request& r) { return allItemsCsv(r, pool); }},
        {Method::get, "/admin/paid.csv", api::auditors, [&](const http::Request& r) { return paidCsv(r, pool); },
         http::Surface::page},
    };
}

} // namespace hpcbill::receipts

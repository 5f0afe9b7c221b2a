// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/routes.h"

#include "server/audit/audit.h"
#include "server/http/csv.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace hpcbill::audit
{
namespace
{

using http::Method;

/// Details that somebody made unreadable are shown as the text that they are, which no verifier takes for a record.
nlohmann::ordered_json itemOf(const StoredRecord& stored)
{
    auto item = nlohmann::ordered_json::parse(toJson(stored), nullptr, false);
    if (!item.is_discarded())
        return item;
    StoredRecord readable = stored;
    readable.record.details = "{}";
    item = nlohmann::ordered_json::parse(toJson(readable));
    item["details"] = stored.record.details;
    return item;
}

http::Response listRecords(const http::Request& request, const Log& log, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const bool ascending = query.choice("order", {"asc", "desc"}).value_or("desc") == "asc";
    const auto cursor = query.cursor(ascending ? "audit_asc" : "audit_desc", 1);
    query.finish();
    std::optional<std::int64_t> after;
    if (cursor)
        after = cursor->integer(0);

    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto records = log.page(tx, ascending, limit + 1, after);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(records.size()) > limit) {
        records.pop_back();
        next = http::Cursor(ascending ? "audit_asc" : "audit_desc", {records.back().record.seq}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const StoredRecord& record : records)
        items.push_back(itemOf(record));
    return http::page(std::move(items), next);
}

Window readWindow(http::Query& query)
{
    const Window window{query.time("from"), query.time("to")};
    if (window.from && window.to && *window.to < *window.from)
        query.refuse("to", "Lies before from.");
    return window;
}

http::Response csvOf(const Log& log, Checkpoints& checkpoints, postgres::Pool& pool, const Window& window)
{
    return http::csv("audit.csv", [&log, &checkpoints, &pool, window](std::ostream& out) {
        checkpoints.signAll();
        postgres::Transaction tx(pool, postgres::Mode::snapshot);
        writeCsv(log, tx, window, out);
    });
}

http::Response exportRecords(const http::Request& request, const Log& log, Checkpoints& checkpoints, postgres::Pool& pool)
{
    http::Query query(request);
    const std::string format = query.choice("format", {"csv", "jsonl"}).value_or("jsonl");
    const Window window = readWindow(query);
    query.finish();
    if (format == "csv")
        return csvOf(log, checkpoints, pool, window);
    http::Response response;
    response.stream("application/jsonl", [&log, &checkpoints, &pool, window](std::ostream& out) {
        checkpoints.signAll();
        postgres::Transaction tx(pool, postgres::Mode::snapshot);
        writeExport(log, tx, window, out);
    });
    response.set("Content-Disposition", "attachment; filename=\"audit.jsonl\"");
    return response;
}

/// The body may be empty.
Kept readKept(const http::Request& request)
{
    Kept kept;
    if (request.body().empty())
        return kept;
    http::JsonBody body(request);
    const auto note = body->optionalText("checkpoint", {.min = 1, .max = 65536});
    const auto key = body->optionalText("key");
    if (note)
        kept.notes.push_back(*note);
    if (key) {
        auto parsed = NoteKey::parse(*key);
        if (parsed)
            kept.keys.push_back(*std::move(parsed));
        else
            body->refuse("key", "This key " + parsed.error() + ".");
    }
    body.finish();
    return kept;
}

http::Response verifyLog(const http::Request& request, const Log& log, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    const Kept kept = readKept(request);
    postgres::Transaction tx(pool, postgres::Mode::snapshot);
    return http::json(toJson(verify(log, tx, kept)));
}

http::Response csvForBrowser(const http::Request& request, const Log& log, Checkpoints& checkpoints, postgres::Pool& pool)
{
    http::Query query(request);
    const Window window = readWindow(query);
    query.finish();
    return csvOf(log, checkpoints, pool, window);
}

} // namespace

std::vector<http::Route> routes(Log& log, Checkpoints& checkpoints, postgres::Pool& pool)
{
    return {
        {Method::get, "/api/v1/audit", api::readers,
         [&](const http::Request& r) { return listRecords(r, log, pool); }},
        {Method::get, "/api/v1/audit/export", api::readers,
         [&](const http::Request& r) { return exportRecords(r, log, checkpoints, pool); }},
        {Method::post, "/api/v1/audit/verify", api::readers,
         [&](const http::Request& r) { return verifyLog(r, log, pool); }},
        {Method::get, "/admin/audit.csv", api::auditors,
         [&](const http::Request& r) { return csvForBrowser(r, log, checkpoints, pool); }, http::Surface::page},
    };
}

std::vector<http::Route> eventRoutes(EventStreams& events)
{
    return {
        {Method::get, "/api/v1/events", api::readers, [&](const http::Request& r) { return events.open(r); }},
    };
}

} // namespace hpcbill::audit

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/routes.h"

#include "common/audit/verifier.h"
#include "server/audit/audit.h"
#include "server/http/csv.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace hpcbill::audit
{
namespace
{

using http::Method;

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
        items.push_back(nlohmann::ordered_json::parse(toJson(record)));
    return http::page(std::move(items), next);
}

/// The columns of a record as the API names them; hashes in hexadecimal, so that the file verifies by itself.
void writeCsv(std::ostream& out, const Log& log, postgres::Transaction& tx)
{
    out << "seq,v,ts,actor,actor_role,action,target_type,target_id,outcome,request_id,address,details,leaf_"
           "hash,prev_hash,hash\r\n";
    log.stream(tx, 1, [&out](const StoredRecord& stored) {
        const Record& record = stored.record;
        const auto cell = [](const std::optional<std::string>& text) {
            return text ? http::csvCell(*text) : std::string();
        };
        fmt::print(out, "{},1,{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", record.seq,
                   toRfc3339Micros(record.ts), cell(record.actor), cell(record.actorRole),
                   http::csvCell(record.action), cell(record.targetType), cell(record.targetId),
                   http::csvCell(record.outcome), cell(record.requestId), cell(record.address),
                   http::csvCell(record.details), toHex(stored.leafHash), toHex(stored.prevHash),
                   toHex(stored.hash));
    });
}

http::Response exportRecords(const http::Request& request, const Log& log, postgres::Pool& pool)
{
    http::Query query(request);
    const std::string format = query.choice("format", {"csv", "jsonl"}).value_or("jsonl");
    query.finish();
    if (format == "csv") {
        return http::csv("audit.csv", [&log, &pool](std::ostream& out) {
            postgres::Transaction tx(pool, postgres::Mode::readOnly);
            writeCsv(out, log, tx);
        });
    }
    http::Response response;
    response.stream("application/jsonl", [&log, &pool](std::ostream& out) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        log.stream(tx, 1, [&out](const StoredRecord& record) { out << toJson(record) << '\n'; });
    });
    response.set("Content-Disposition", "attachment; filename=\"audit.jsonl\"");
    return response;
}

http::Response verifyLog(const http::Request& request, const Log& log, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const Verification verification = verify(log, tx);
    nlohmann::ordered_json answer{{"whole", !verification.finding.has_value()},
                                  {"records", verification.records},
                                  {"head", toHex(verification.head)},
                                  {"finding", nullptr}};
    if (verification.finding) {
        answer["finding"] = {{"seq", verification.finding->seq},
                             {"fault", codeOf(verification.finding->fault)},
                             {"detail", verification.finding->detail}};
    }
    return http::json(answer);
}

} // namespace

std::vector<http::Route> routes(Log& log, EventStreams& events, postgres::Pool& pool)
{
    return {
        {Method::get, "/api/v1/audit", api::readers,
         [&](const http::Request& r) { return listRecords(r, log, pool); }},
        {Method::get, "/api/v1/audit/export", api::readers,
         [&](const http::Request& r) { return exportRecords(r, log, pool); }},
        {Method::post, "/api/v1/audit/verify", api::readers,
         [&](const http::Request& r) { return verifyLog(r, log, pool); }},
        {Method::get, "/api/v1/events", api::readers, [&](const http::Request& r) { return events.open(r); }},
    };
}

} // namespace hpcbill::audit

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/audit.h"
#include "server/audit/routes.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace hpcbill::audit
{
namespace
{

using http::Method;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

nlohmann::ordered_json toJson(const std::vector<Hash>& proof)
{
    auto hashes = nlohmann::ordered_json::array();
    for (const Hash& hash : proof)
        hashes.push_back(toHex(hash));
    return hashes;
}

nlohmann::ordered_json toJson(const std::vector<LogKey>& keys)
{
    auto list = nlohmann::ordered_json::array();
    for (const LogKey& key : keys) {
        list.push_back({{"key", key.key.toText()},
                        {"created_at", toRfc3339Micros(key.createdAt)},
                        {"retired_at", key.retiredAt ? nlohmann::ordered_json(toRfc3339Micros(*key.retiredAt))
                                                     : nlohmann::ordered_json(nullptr)},
                        {"introduction", key.introduction ? nlohmann::ordered_json(*key.introduction)
                                                          : nlohmann::ordered_json(nullptr)}});
    }
    return list;
}

http::Response showCheckpoint(const http::Request& request, Checkpoints& checkpoints, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    const Checkpoints::Standing standing = checkpoints.current();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    nlohmann::ordered_json answer = toJson(standing.newest);
    answer["keys"] = toJson(checkpoints.keys(tx));
    answer["fault"] = standing.fault ? nlohmann::ordered_json(*standing.fault) : nlohmann::ordered_json(nullptr);
    return http::json(answer);
}

http::Response proveConsistency(const http::Request& request, const Checkpoints& checkpoints, postgres::Pool& pool)
{
    http::Query query(request);
    const auto from = query.integer("from", 0, largest);
    const auto to = query.integer("to", 0, largest);
    if (!from)
        query.refuse("from", "Is required: the number of records of the older checkpoint.");
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const ConsistencyProof proof = checkpoints.consistency(tx, *from, to);
    return http::json({{"from", proof.from},
                       {"to", proof.to},
                       {"from_root", toHex(proof.fromRoot)},
                       {"to_root", toHex(proof.toRoot)},
                       {"proof", toJson(proof.hashes)}});
}

http::Response proveInclusion(const http::Request& request, const Checkpoints& checkpoints, postgres::Pool& pool)
{
    http::Query query(request);
    const auto seq = query.integer("seq", 1, largest);
    const auto size = query.integer("size", 1, largest);
    if (!seq)
        query.refuse("seq", "Is required: the number of a record.");
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const InclusionProof proof = checkpoints.inclusion(tx, *seq, size);
    return http::json({{"seq", proof.seq},
                       {"size", proof.size},
                       {"leaf_hash", toHex(proof.leaf)},
                       {"root", toHex(proof.root)},
                       {"proof", toJson(proof.hashes)}});
}

} // namespace

std::vector<http::Route> checkpointRoutes(Checkpoints& checkpoints, postgres::Pool& pool)
{
    return {
        {Method::get, "/api/v1/audit/checkpoint", api::readers,
         [&](const http::Request& r) { return showCheckpoint(r, checkpoints, pool); }},
        {Method::get, "/api/v1/audit/proof/consistency", api::readers,
         [&](const http::Request& r) { return proveConsistency(r, checkpoints, pool); }},
        {Method::get, "/api/v1/audit/proof/inclusion", api::readers,
         [&](const http::Request& r) { return proveInclusion(r, checkpoints, pool); }},
    };
}

} // namespace hpcbill::audit

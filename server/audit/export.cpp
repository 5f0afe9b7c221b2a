// SPDX-License-Identifier: GPL-3.0-or-later
// The log as a file, and the check of the log in the database: both read it in the same order.
#include "common/audit/log_verifier.h"
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/audit/checkpoint_store.h"
#include "server/http/csv.h"

#include <fmt/ostream.h>

#include <ostream>

namespace hpcbill::audit
{

Verification verificationOf(const LogVerifier& verifier)
{
    const Verifier& records = verifier.verifier();
    return {records.count(), records.head(), records.confirmed(), verifier.checkpoints(), records.finding()};
}

nlohmann::ordered_json toJson(const Verification& verification)
{
    nlohmann::ordered_json json{{"whole", !verification.finding.has_value()},
                                {"records", verification.records},
                                {"head", toHex(verification.head)},
                                {"checkpoints", verification.checkpoints},
                                {"checkpoint_size", verification.confirmed},
                                {"finding", nullptr}};
    if (verification.finding) {
        const Finding& finding = *verification.finding;
        json["finding"] = {{"seq", finding.seq},
                           {"fault", codeOf(finding.fault)},
                           {"detail", finding.detail},
                           {"checkpoint", finding.checkpoint ? nlohmann::ordered_json(*finding.checkpoint)
                                                             : nlohmann::ordered_json(nullptr)}};
    }
    return json;
}

Verification verify(const Log& log, postgres::Transaction& tx, const Kept& kept)
{
    LogVerifier verifier(kept.keys);
    for (const std::string& note : kept.notes) {
        const auto checkpoint = verifier.keep(note);
        if (!checkpoint)
            throw InvalidInput("checkpoint", "This note " + checkpoint.error() + ".");
    }
    const auto newest = readNewest(tx);
    for (const LogKey& key : readKeys(tx))
        verifier.addKey(key.key);
    if (newest)
        verifier.addCheckpoint(newest->published.note);
    log.streamAll(tx, [&verifier](const StoredRecord& record, const std::optional<std::string>& note) {
        verifier.addRecord(record);
        if (note)
            verifier.addCheckpoint(*note);
    });
    verifier.finish();
    return verificationOf(verifier);
}

void writeExport(const Log& log, postgres::Transaction& tx, std::ostream& out)
{
    const auto newest = readNewest(tx);
    for (const LogKey& key : readKeys(tx))
        out << keyLine(key.key) << '\n';
    if (newest)
        out << checkpointLine(newest->published.note) << '\n';
    log.streamAll(tx, [&out](const StoredRecord& record, const std::optional<std::string>& note) {
        out << toJson(record) << '\n';
        if (note)
            out << checkpointLine(*note) << '\n';
    });
}

void writeCsv(const Log& log, postgres::Transaction& tx, std::ostream& out)
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

} // namespace hpcbill::audit

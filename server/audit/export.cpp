// SPDX-License-Identifier: GPL-3.0-or-later
// The log as a file, and the check of the log in the database: both read it in the same order.
#include "common/audit/csv_export.h"
#include "common/audit/log_verifier.h"
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/audit/checkpoint_store.h"
#include "server/audit/tree_store.h"
#include "server/http/csv.h"
#include "server/postgres/transaction.h"

#include <fmt/ostream.h>

#include <algorithm>
#include <functional>
#include <ostream>

namespace hpcbill::audit
{
namespace
{

// Records that were appended at the same time do not stand in the order of their times: whatever stands between two of the window is of it.
constexpr postgres::Statement rangeOfWindow{"audit.range_of_window", R"sql(
    select (select min(seq) from audit_log where $1::timestamptz is null or ts >= $1), (select max(seq) from audit_log where $2::timestamptz is null or ts < $2)
)sql"};

// Up to the next checkpoint, so that all of it is signed.
constexpr postgres::Statement checkpointOver{"audit.checkpoint_over", R"sql(
    select min(size) from audit_checkpoints where size >= $1
)sql"};

Range rangeOf(postgres::Transaction& tx, const Window& window)
{
    if (!window.from && !window.to)
        return {};
    const auto found = tx.execute(rangeOfWindow, window.from, window.to);
    const auto first = found[0].as<std::optional<std::int64_t>>(0);
    const auto last = found[0].as<std::optional<std::int64_t>>(1);
    if (!first || !last || *first > *last)
        return {.first = 1, .last = 0};
    return {*first, tx.execute(checkpointOver, *last)[0].as<std::optional<std::int64_t>>(0).value_or(*last)};
}

/// Tells an export's parts in their order: lines that are no record, and records.
void walk(const Log& log, postgres::Transaction& tx, const Window& window, const std::function<void(std::string&&)>& onLine,
          const std::function<void(const StoredRecord&)>& onRecord)
{
    Range range = rangeOf(tx, window);
    const auto newest = readNewest(tx);
    const std::int64_t signedUpTo = newest ? newest->published.checkpoint.size : 0;
    range.first = std::min(range.first, signedUpTo + 1); // of what was appended since, the tree is not made yet
    for (const LogKey& key : readKeys(tx))
        onLine(keyLine(key.key));
    if (newest && signedUpTo <= range.last)
        onLine(checkpointLine(newest->published.note));
    if (range.first > 1)
        onLine(treeLine(readTree(tx, range.first - 1)));
    log.stream(tx, range, [&](const StoredRecord& record, const std::optional<std::string>& note) {
        onRecord(record);
        if (note)
            onLine(checkpointLine(*note));
    });
}

/// As http::csvCell() does it, and so that it can be undone: an apostrophe that led the text already is doubled.
std::string cellOf(const std::string& text)
{
    return http::csvCell(text.starts_with('\'') ? '\'' + text : text);
}

std::string rowOf(const StoredRecord& stored)
{
    const Record& record = stored.record;
    const auto cell = [](const std::optional<std::string>& text) { return text ? cellOf(*text) : std::string(); };
    return fmt::format("{},1,{},{},{},{},{},{},{},{},{},{},{},{},{}", record.seq, toRfc3339Micros(record.ts), cell(record.actor),
                       cell(record.actorRole), cellOf(record.action), cell(record.targetType), cell(record.targetId), cellOf(record.outcome),
                       cell(record.requestId), cell(record.address), cellOf(record.details), toHex(stored.leafHash), toHex(stored.prevHash),
                       toHex(stored.hash));
}

} // namespace

Verification verificationOf(const LogVerifier& verifier)
{
    const Verifier& records = verifier.verifier();
    return {verifier.firstSeq(), records.count(), records.head(), records.confirmed(), verifier.checkpoints(), records.finding()};
}

nlohmann::ordered_json toJson(const Verification& verification)
{
    nlohmann::ordered_json json{{"whole", !verification.finding.has_value()},
                                {"first", verification.first},
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
    log.stream(tx, {}, [&verifier](const StoredRecord& record, const std::optional<std::string>& note) {
        verifier.addRecord(record);
        if (note)
            verifier.addCheckpoint(*note);
    });
    verifier.finish();
    return verificationOf(verifier);
}

void writeExport(const Log& log, postgres::Transaction& tx, const Window& window, std::ostream& out)
{
    walk(log, tx, window, [&out](std::string&& line) { out << line << '\n'; }, [&out](const StoredRecord& record) { out << toJson(record) << '\n'; });
}

void writeCsv(const Log& log, postgres::Transaction& tx, const Window& window, std::ostream& out)
{
    out << csvHeading << "\r\n";
    std::string row; // waits for the lines that follow it
    std::string before;
    std::string after;
    const auto write = [&] {
        if (!row.empty())
            fmt::print(out, "{},{},{}\r\n", row, cellOf(before), cellOf(after));
    };
    walk(
        log, tx, window, [&](std::string&& line) { (row.empty() ? before : after) += line + '\n'; },
        [&](const StoredRecord& record) {
            write();
            if (!row.empty())
                before.clear();
            after.clear();
            row = rowOf(record);
        });
    write();
}

} // namespace hpcbill::audit

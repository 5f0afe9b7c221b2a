// SPDX-License-Identifier: GPL-3.0-or-later
// audit verify, audit export
#include "server/app/features.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

namespace hpcbill::cli
{
namespace
{

using hpcbill::audit::toHex;
using hpcbill::audit::Verification;

/// Needs neither database nor server: what was exported carries all that the check asks for.
Verification verifyExport(const std::string& path)
{
    std::ifstream file;
    if (path != "-")
        file.open(path, std::ios::binary);
    std::istream& stream = path == "-" ? std::cin : file;
    if (!stream)
        throw std::runtime_error(fmt::format("{} cannot be read", path));
    hpcbill::audit::Verifier verifier;
    std::int64_t number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        if (line.empty())
            continue;
        const auto record = hpcbill::audit::parseRecord(line);
        if (!record) {
            return {
                verifier.count(), verifier.head(),
                hpcbill::audit::Finding{verifier.count() + 1, hpcbill::audit::Fault::altered,
                                        fmt::format("line {} is not a record: {}", number, record.error())}};
        }
        if (!verifier.add(*record))
            break;
    }
    if (number == 0)
        throw std::runtime_error(fmt::format("{} is empty: an export has one record on each line", path));
    return {verifier.count(), verifier.head(), verifier.finding()};
}

int tell(const Invocation& call, const Verification& verification)
{
    nlohmann::ordered_json json{{"whole", !verification.finding.has_value()},
                                {"records", verification.records},
                                {"head", toHex(verification.head)},
                                {"finding", nullptr}};
    if (!verification.finding) {
        call.answer(json, fmt::format("The audit log is whole: {} records, head {}.", verification.records,
                                      toHex(verification.head)));
        return good;
    }
    const auto& finding = *verification.finding;
    json["finding"] = {
        {"seq", finding.seq}, {"fault", hpcbill::audit::codeOf(finding.fault)}, {"detail", finding.detail}};
    call.answer(
        json, fmt::format(
                  "The audit log is NOT whole: record {} is bad ({}): {}\n{} records before it are good.",
                  finding.seq, hpcbill::audit::codeOf(finding.fault), finding.detail, verification.records));
    return bad;
}

int verifyLog(Invocation& call)
{
    const auto path = call.optionalPositional();
    call.finish();
    if (path)
        return tell(call, verifyExport(*path));
    app::Features features(call.config());
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    return tell(call, hpcbill::audit::verify(features.audit, tx));
}

int exportLog(Invocation& call)
{
    call.finish();
    app::Features features(call.config());
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    features.audit.stream(
        tx, 1, [](const hpcbill::audit::StoredRecord& record) { std::cout << toJson(record) << '\n'; });
    std::cout.flush();
    if (!std::cout)
        throw std::runtime_error("standard output could not be written to its end");
    return good;
}

} // namespace

int audit(Invocation& call)
{
    const std::string what = call.positional("verify or export");
    if (what == "verify")
        return verifyLog(call);
    if (what == "export")
        return exportLog(call);
    throw UsageError(fmt::format("audit {} is not understood: verify or export", what));
}

} // namespace hpcbill::cli

// SPDX-License-Identifier: GPL-3.0-or-later
// audit verify, export, checkpoint, keys, rotate-key
#include "common/audit/log_verifier.h"
#include "server/app/features.h"
#include "server/cli/export_reader.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

namespace hpcbill::cli
{
namespace
{

using hpcbill::audit::Kept;
using hpcbill::audit::LogVerifier;
using hpcbill::audit::NoteKey;
using hpcbill::audit::Verification;

std::string contentOf(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    if (!file && content.empty())
        throw std::runtime_error(fmt::format("{} cannot be read", path));
    return content;
}

/// Of `--checkpoint FILE` (the note, as `audit checkpoint` and the API gave it) and `--key KEY`.
Kept readKept(Invocation& call)
{
    Kept kept;
    if (const auto path = call.option("--checkpoint"))
        kept.notes.push_back(contentOf(*path));
    if (const auto text = call.option("--key")) {
        auto key = NoteKey::parse(*text);
        if (!key)
            throw UsageError(fmt::format("--key {} {}", *text, key.error()));
        kept.keys.push_back(*std::move(key));
    }
    return kept;
}

/// Needs neither database nor server: what was exported carries all that the check asks for.
Verification verifyExport(const std::string& path, const Kept& kept)
{
    std::ifstream file;
    if (path != "-")
        file.open(path, std::ios::binary);
    std::istream& stream = path == "-" ? std::cin : file;
    if (!stream)
        throw std::runtime_error(fmt::format("{} cannot be read", path));
    LogVerifier verifier(kept.keys);
    for (const std::string& note : kept.notes) {
        const auto checkpoint = verifier.keep(note);
        if (!checkpoint)
            throw std::runtime_error(fmt::format("the note of --checkpoint {}", checkpoint.error()));
    }
    if (verifyStream(stream, verifier) == 0)
        throw std::runtime_error(fmt::format("{} is empty: an export has one record on each line, or in each row", path));
    verifier.finish();
    return verificationOf(verifier);
}

int tell(const Invocation& call, const Verification& verification)
{
    if (!verification.finding) {
        const std::string signedPart =
            verification.confirmed > 0 ? fmt::format("signed up to record {}", verification.confirmed) : "no checkpoint covers it";
        const std::string subject =
            verification.first > 1 ? fmt::format("What the file holds of the audit log is whole: records {} to {}, and none before them", verification.first,
                                                 verification.first + verification.records - 1)
                                   : fmt::format("The audit log is whole: {} records", verification.records);
        call.answer(toJson(verification),
                    fmt::format("{}, {}, head {}.", subject, signedPart, hpcbill::audit::toHex(verification.head)));
        return good;
    }
    const auto& finding = *verification.finding;
    const std::string since = finding.checkpoint ? fmt::format(", checkpoint {}", *finding.checkpoint) : "";
    call.answer(toJson(verification),
                fmt::format("The audit log is NOT whole: record {} is bad ({}{}): {}.\n{} records before it are good.", finding.seq,
                            hpcbill::audit::codeOf(finding.fault), since, finding.detail, verification.records));
    return bad;
}

int verifyLog(Invocation& call)
{
    const Kept kept = readKept(call);
    const auto path = call.optionalPositional();
    call.finish();
    if (path)
        return tell(call, verifyExport(*path, kept));
    app::Features features(call.config(), app::Amounts::leftAlone);
    postgres::Transaction tx(features.database.pool(), postgres::Mode::snapshot);
    return tell(call, hpcbill::audit::verify(features.audit, tx, kept));
}

std::optional<UtcTime> timeOption(Invocation& call, std::string_view name)
{
    const auto text = call.option(name);
    if (!text)
        return std::nullopt;
    const auto time = parseTimeOrDate(*text);
    if (!time)
        throw UsageError(fmt::format("{} {}: {}", name, *text, time.error()));
    return *time;
}

int exportLog(Invocation& call)
{
    const hpcbill::audit::Window window{timeOption(call, "--from"), timeOption(call, "--to")};
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    features.checkpoints.signAll();
    postgres::Transaction tx(features.database.pool(), postgres::Mode::snapshot);
    writeExport(features.audit, tx, window, std::cout);
    std::cout.flush();
    if (!std::cout)
        throw std::runtime_error("standard output could not be written to its end");
    return good;
}

/// For keeping elsewhere: what is printed is the signed note, every byte of it.
int showCheckpoint(Invocation& call)
{
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    const auto standing = features.checkpoints.current();
    nlohmann::ordered_json json = toJson(standing.newest);
    json["fault"] = standing.fault ? nlohmann::ordered_json(*standing.fault) : nlohmann::ordered_json(nullptr);
    std::string note = standing.newest.note;
    note.pop_back(); // answer() ends the line
    if (standing.fault)
        std::cerr << "hpcbill: the log is not what was signed: " << *standing.fault << '\n';
    call.answer(json, note);
    return standing.fault ? bad : good;
}

int rotateKey(Invocation& call)
{
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    const auto rotated = features.checkpoints.rotateKey(operatorAtTheShell());
    call.answer({{"key", rotated.key.toText()}},
                fmt::format("{}\nsigns checkpoints from now on. Give this public key to those who verify; what the one before it signed "
                            "remains as good as it was.",
                            rotated.key.toText()));
    return good;
}

int listKeys(Invocation& call)
{
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    auto json = nlohmann::ordered_json::array();
    std::string lines;
    for (const auto& key : features.checkpoints.keys(tx)) {
        json.push_back({{"key", key.key.toText()}, {"retired", key.retiredAt.has_value()}});
        lines += fmt::format("{}{}{}", lines.empty() ? "" : "\n", key.key.toText(), key.retiredAt ? " retired" : "");
    }
    call.answer({{"items", json}}, lines.empty() ? "Nothing was signed yet." : lines);
    return good;
}

} // namespace

int audit(Invocation& call)
{
    const std::string what = call.positional("verify, export, checkpoint, keys or rotate-key");
    if (what == "verify")
        return verifyLog(call);
    if (what == "export")
        return exportLog(call);
    if (what == "checkpoint")
        return showCheckpoint(call);
    if (what == "keys")
        return listKeys(call);
    if (what == "rotate-key")
        return rotateKey(call);
    throw UsageError(fmt::format("audit {} is not understood: verify, export, checkpoint, keys or rotate-key", what));
}

} // namespace hpcbill::cli

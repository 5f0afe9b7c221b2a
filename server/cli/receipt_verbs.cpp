// SPDX-License-Identifier: GPL-3.0-or-later
// receipts run
#include "common/error.h"
#include "server/app/features.h"
#include "server/cli/interruption.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::cli
{
namespace
{

receipts::Run asItIs(app::Features& features, receipts::RunId id)
{
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    return features.runs.find(tx, id);
}

std::string toSentences(const receipts::Run& run, const std::vector<receipts::RunFailure>& failures)
{
    std::string text = fmt::format("{}: {}: {} of {} users done, {} receipts over {} {}, {} users failed.",
                                   receipts::monthOf(run.month), receipts::codeOf(run.status), run.usersDone, run.usersTotal,
                                   run.receipts, toDecimal(run.amount), run.amount.currency().code(), run.usersFailed);
    for (const receipts::RunFailure& failure : failures)
        text += fmt::format("\n  {}: {}", failure.username, failure.error);
    return text;
}

/// Takes part until the run has ended, also by the users whom servers have taken.
receipts::Run carryOut(app::Features& features, receipts::RunId id, Interruption& interruption)
{
    constexpr std::chrono::milliseconds lookInterval{200};
    ProgressLine line;
    receipts::Run run = asItIs(features, id);
    while (!interruption.requested() && run.status == receipts::RunStatus::running) {
        if (features.runs.billNext(id)) {
            line.show([&] {
                run = asItIs(features, id);
                return fmt::format("{} of {} users, {} receipts", run.usersDone, run.usersTotal, run.receipts);
            });
            continue;
        }
        features.runs.endWhatIsDone();
        run = asItIs(features, id);
        if (run.status == receipts::RunStatus::running)
            interruption.wait(lookInterval);
    }
    return asItIs(features, id);
}

} // namespace

int receipts(Invocation& call)
{
    const std::string verb = call.positional("run");
    if (verb != "run")
        throw UsageError(fmt::format("receipts {} is not understood: receipts run --month YYYY-MM", verb));
    const std::string text = call.requiredOption("--month");
    call.finish();
    const auto month = hpcbill::receipts::parseMonth(text);
    if (!month)
        throw UsageError(fmt::format("--month {}: must be a month like 2026-10", text));

    Interruption interruption;
    app::Features features(call.config());
    const auto begun = features.runs.begin(*month, std::nullopt, operatorAtTheShell());
    const auto run = carryOut(features, begun.run.id, interruption);
    std::vector<hpcbill::receipts::RunFailure> failures;
    {
        postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
        failures = features.runs.failures(tx, run.id);
    }
    auto json = toJson(run);
    json["failures"] = nlohmann::ordered_json::array();
    for (const auto& failure : failures)
        json["failures"].push_back({{"username", failure.username}, {"error", failure.error}});
    call.answer(json, toSentences(run, failures));
    switch (run.status) {
    case hpcbill::receipts::RunStatus::finished:
        return good;
    case hpcbill::receipts::RunStatus::failed:
        return bad;
    case hpcbill::receipts::RunStatus::running:
        fmt::print(stderr, "hpcbill: interrupted; servers go on with the run, and the same command takes it up again\n");
        return cli::failed;
    case hpcbill::receipts::RunStatus::cancelled:
        fmt::print(stderr, "hpcbill: the run was cancelled\n");
        return cli::failed;
    }
    return cli::failed;
}

} // namespace hpcbill::cli

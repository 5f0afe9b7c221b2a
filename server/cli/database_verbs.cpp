// SPDX-License-Identifier: GPL-3.0-or-later
// migrate, check-config, doctor
#include "server/app/features.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hpcbill::cli
{

int migrate(Invocation& call)
{
    call.finish();
    const app::Features features(call.config(), app::Amounts::leftAlone);
    const auto& applied = features.database.applied();
    call.answer({{"applied", applied}}, applied.empty()
                                            ? "The schema is up to date."
                                            : fmt::format("Applied {}.", fmt::join(applied, ", ")));
    return good;
}

int checkConfig(Invocation& call)
{
    call.finish();
    const auto faults = call.examinedConfig().faults;
    auto json = nlohmann::ordered_json::array();
    std::string sentences;
    for (const app::ConfigFault& fault : faults) {
        json.push_back({{"name", fault.name}, {"detail", fault.detail}});
        sentences += fmt::format("{}{}: {}", sentences.empty() ? "" : "\n", fault.name, fault.detail);
    }
    call.answer({{"safe", faults.empty()}, {"faults", json}},
                faults.empty() ? "The configuration can be used." : sentences);
    return faults.empty() ? good : bad;
}

int doctor(Invocation& call)
{
    call.finish();
    app::Features features(call.config());
    postgres::Transaction tx(features.database.pool(), postgres::Mode::snapshot);
    const auto differences = features.jobs.recount(tx);
    const auto verification = hpcbill::audit::verify(features.audit, tx);
    const bool whole = !verification.finding;
    const std::string sentences =
        fmt::format("{}\n{}",
                    differences.empty() ? "Rollups: equal to a recount of the jobs."
                                        : fmt::format("Rollups: differ from a recount.\n  {}",
                                                      fmt::join(differences, "\n  ")),
                    whole ? fmt::format("Audit log: whole, {} records.", verification.records)
                          : fmt::format("Audit log: record {} is bad: {}", verification.finding->seq,
                                        verification.finding->detail));
    call.answer(
        {{"rollups_equal", differences.empty()}, {"differences", differences}, {"audit_whole", whole}},
        sentences);
    return differences.empty() && whole ? good : bad;
}

} // namespace hpcbill::cli

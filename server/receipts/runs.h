// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/receipts/receipts.h"

#include <optional>
#include <string>
#include <vector>

namespace hpcbill::receipts
{

// Rows of the tables of runs.

/// A user whose turn it is, claimed until the transaction ends.
struct ClaimedUser {
    RunId run{};
    std::string username;
    UtcTime cutOff;
    api::Actor by; ///< who asked for the run
};

/// Whether somebody waits in a run that goes on: of this run only, where given. Others who claim at the same time get others.
std::optional<ClaimedUser> claimUser(postgres::Transaction& tx, std::optional<RunId> only);
void writeBilled(postgres::Transaction& tx, const ClaimedUser& user, ReceiptId receipt);
void writeNothingToBill(postgres::Transaction& tx, const ClaimedUser& user);
/// The user is tried again where `mayPass`, a few times.
void writeFailure(postgres::Transaction& tx, const ClaimedUser& user, const std::string& error, bool mayPass);

/// Makes others who begin a run of this month wait until the transaction ends.
void lockMonth(postgres::Transaction& tx, std::chrono::sys_days month);
std::optional<RunId> runningOf(postgres::Transaction& tx, std::chrono::sys_days month);
/// A run of everybody who has jobs from before its cut-off.
RunId writeRun(postgres::Transaction& tx, std::chrono::sys_days month, UtcTime cutOff, const Currency& currency,
               const api::Actor& by);
/// The runs in which nobody waits any more, ended by this.
std::vector<RunId> endRuns(postgres::Transaction& tx);
/// False where it does not run.
bool cancelRun(postgres::Transaction& tx, RunId id);
/// Those who failed wait again: how many.
std::int64_t retryFailed(postgres::Transaction& tx, RunId id);

std::optional<Run> readRun(postgres::Transaction& tx, RunId id);
std::vector<Run> readRuns(postgres::Transaction& tx, std::int64_t limit, std::optional<RunId> before);
std::vector<RunFailure> readFailures(postgres::Transaction& tx, RunId id, std::int64_t limit);

/// Users who have jobs from before a moment, by name, and how many of their jobs a run leaves out; amounts are not read.
std::vector<RunForecast> readForecast(postgres::Transaction& tx, UtcTime cutOff, std::int64_t limit,
                                      const std::optional<std::string>& after);

} // namespace hpcbill::receipts

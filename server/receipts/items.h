// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/rates/rates.h"
#include "server/receipts/receipts.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hpcbill::receipts
{

/// At what somebody is billed.
struct Terms {
    std::string username;
    UtcTime cutOff;
    const rates::PriceList& prices;
    rates::RateVersion rate; ///< in the header: the user's own, or that of the jobs where they are all of another tier
    Currency currency;
    pricing::Tax tax;
    Issuer issuer;
    std::optional<ReceiptId> replaces;
};

/// One run of a job that can be billed.
struct BillableJob {
    std::int32_t cluster = 0;
    std::int64_t jobId = 0;
    std::string displayId;
    std::string name;
    UtcTime submitAt;
    UtcTime endedAt;
    pricing::Usage usage;
    std::string tier;
    std::string user;
    std::string account;
    std::string partition;
    std::string qos;
    std::string state;
    std::string gpuTypes;
    std::int64_t exitCode = 0;
    std::int64_t elapsedSeconds = 0;
    std::int64_t nodes = 0;
};

/// What a job costs, at which rates, and which rules applied.
struct Priced {
    Money amount;
    const rates::RateVersion& rate;
    pricing::AppliedRules applied = 0;
};

/// What a job costs on a receipt: the one place that decides it. Throws Conflict for a job that cannot be billed.
Priced priced(const BillableJob& job, const rates::PriceList& prices);

/// Jobs that stand on no live receipt, as they were when this was made, read in batches of a bounded size. One at a time in
/// a transaction.
class UnbilledJobs final
{
public:
    /// The user's that ended before the moment, in the order of their ends.
    static UnbilledJobs endedBefore(postgres::Transaction& tx, const std::string& username, UtcTime cutOff);
    /// Those that stood on a receipt that is void now and are still what it bills, in its order: what Slurm has amended to be
    /// another user's, or to end later, waits for a receipt of its own.
    static UnbilledJobs freedBy(postgres::Transaction& tx, ReceiptId receipt);

    /// The next ones; empty when all have been read.
    std::vector<BillableJob> next();

private:
    explicit UnbilledJobs(postgres::Transaction& tx)
        : m_tx(tx)
    {
    }

    postgres::Transaction& m_tx;
    bool m_isAtEnd = false;
};

/// What the items of a receipt come to.
struct Totals {
    std::int64_t jobs = 0;
    std::optional<UtcTime> firstEnd;
    Money sum;
    struct Part {
        std::int64_t jobs = 0;
        Money amount;
    };
    std::map<rates::RateVersionId, Part> byRate;
};

/// Prices jobs onto a receipt that has no number yet: `jobs`, and what follows them in `more`. Throws Conflict when one of them
/// stands on a live receipt already.
Totals writeItems(postgres::Transaction& tx, ReceiptId receipt, const Terms& terms, std::vector<BillableJob> jobs,
                  UnbilledJobs& more);

/// An amount of a receipt as the database writes it.
Money readMoney(const std::string& text, const Currency& currency);

std::vector<ReceiptItem> readItems(postgres::Transaction& tx, const Receipt& receipt, std::int64_t limit,
                                   std::int64_t after);

} // namespace hpcbill::receipts

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "common/audit/verifier.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prometheus
{
class Counter;
class Registry;
} // namespace prometheus
namespace hpcbill::postgres
{
class Transaction;
}

namespace hpcbill::audit
{

/// Something that somebody did, to be put on record.
struct Event {
    api::Actor by;
    std::string action;                                ///< subject and verb in the past: `rate.changed`
    std::optional<std::string> targetType;             ///< `rate`
    std::optional<std::string> targetId;               ///< `mu`
    std::string outcome = "ok";                        ///< `ok`, or why not: `denied`, `failed`
    nlohmann::json details = nlohmann::json::object(); ///< before and after; no fractions, no secrets
};

/// The append-only audit log. docs/audit-format.md is its written format.
class Log final
{
public:
    explicit Log(prometheus::Registry& metrics);

    /// Chains a record into the log within the caller's transaction. Append last: the lock that keeps the
    /// chain without forks is held from here to the end of the transaction.
    void append(postgres::Transaction& tx, const Event& event) const;

    /// A page of records: ascending after `after`, or descending before it.
    std::vector<StoredRecord> page(postgres::Transaction& tx, bool ascending, std::int64_t limit,
                                   std::optional<std::int64_t> after) const;

    /// Every record from `fromSeq` on, in order, in constant memory.
    void stream(postgres::Transaction& tx, std::int64_t fromSeq,
                const std::function<void(const StoredRecord&)>& sink) const;

private:
    prometheus::Counter& m_records;
};

/// What a check of the whole log found.
struct Verification {
    std::int64_t records = 0;       ///< found good, from the first on
    Hash head{};                    ///< of the last good one
    std::optional<Finding> finding; ///< the first bad one
};

/// Checks the log from its first record to its last, in constant memory.
Verification verify(const Log& log, postgres::Transaction& tx);

} // namespace hpcbill::audit

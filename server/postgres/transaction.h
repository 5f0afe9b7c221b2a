// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/postgres/connection.h"
#include "server/postgres/copy.h"
#include "server/postgres/parameters.h"
#include "server/postgres/result.h"
#include "server/postgres/statement.h"

#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace hpcbill::postgres
{

class Pool;

enum class Mode {
    readOnly,
    readWrite,
    snapshot, ///< read only, and all statements see the database as the first one does
};

/// A transaction (READ COMMITTED, unless it is a snapshot) on a connection of the pool. What is not committed when it goes out of scope is rolled back.
class Transaction final
{
public:
    Transaction(Pool& pool, Mode mode);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Runs a statement; one parameter per `$n`, in their order.
    template <typename... Values>
    Result execute(const Statement& statement, const Values&... values)
    {
        return m_connection->execute(statement, Parameters::of(values...));
    }

    /// Hands each row to `sink` as it arrives, in constant memory. `sink` must not use this transaction.
    template <typename... Values>
    void queryStream(const Statement& statement, const std::function<void(const Row&)>& sink, const Values&... values)
    {
        m_connection->stream(statement, Parameters::of(values...), sink);
    }

    /// Several statements in one round trip (libpq's pipeline mode); none of them can use what another one returned.
    std::vector<Result> pipeline(std::span<const Call> calls) { return m_connection->pipeline(calls); }

    /// A statement that commit() sends in one round trip with COMMIT, in the order of these calls, and only then: for one that takes a lock
    /// that many wait for. Nothing of it can be read in this transaction, and what goes wrong with it is thrown by commit().
    void runAtCommit(Call call) { m_atCommit.push_back(std::move(call)); }

    /// Opens a binary COPY … FROM STDIN.
    CopyWriter copyIn(const char* copyStatement) { return CopyWriter(*m_connection, copyStatement); }

    /// The database's time at which this transaction began: the only present that statements know.
    [[nodiscard]] UtcTime now() const { return m_now; }

    /// Makes it last. Throws when the database did not.
    void commit();

private:
    void begin(Mode mode);
    void beginOrRelease(Mode mode);

    Pool& m_pool;
    std::unique_ptr<Connection> m_connection;
    UtcTime m_now;
    std::vector<Call> m_atCommit;
};

} // namespace hpcbill::postgres

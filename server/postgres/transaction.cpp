// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/transaction.h"

#include "server/postgres/errors.h"
#include "server/postgres/pool.h"

namespace hpcbill::postgres
{
namespace
{

constexpr Statement commitTransaction{"transaction.commit", "commit"};

const char* beginOf(Mode mode)
{
    switch (mode) {
    case Mode::readOnly:
        return "begin transaction read only; select transaction_timestamp()";
    case Mode::readWrite:
        return "begin transaction read write; select transaction_timestamp()";
    case Mode::snapshot:
        return "begin transaction isolation level repeatable read read only; select transaction_timestamp()";
    }
    return nullptr;
}

} // namespace

Transaction::Transaction(Pool& pool, Mode mode) : m_pool(pool), m_connection(pool.acquire())
{
    try {
        beginOrRelease(mode);
    } catch (const Unavailable&) {
        // The connection was idle while the database restarted. Nothing has been done on it, so another one may try, once:
        // the pool has dropped the other idle ones with it.
        m_connection = pool.acquire();
        beginOrRelease(mode);
    }
}

void Transaction::beginOrRelease(Mode mode)
{
    try {
        begin(mode);
    } catch (const DatabaseError&) {
        m_pool.release(std::move(m_connection));
        throw;
    }
}

void Transaction::begin(Mode mode)
{
    const Result now = m_connection->script(beginOf(mode));
    m_now = now[0].as<UtcTime>(0);
}

Transaction::~Transaction()
{
    if (!m_connection) return;
    try {
        m_connection->script("rollback");
    } catch (const DatabaseError&) {
        // The pool sees that the connection is not fit for use and drops it; the database rolls back by itself.
    }
    m_pool.release(std::move(m_connection));
}

void Transaction::commit()
{
    m_atCommit.push_back({commitTransaction, {}});
    const std::vector<Result> results = m_connection->pipeline(m_atCommit);
    m_pool.release(std::move(m_connection));
    // A transaction in which a statement failed answers COMMIT with ROLLBACK, and no error.
    if (results.back().commandTag() != "COMMIT") throw QueryError("a statement had failed, so the transaction was rolled back", "25P02");
}

} // namespace hpcbill::postgres

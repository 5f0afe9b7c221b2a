// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/postgres/parameters.h"
#include "server/postgres/result.h"
#include "server/postgres/statement.h"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

struct pg_conn;

namespace hpcbill::postgres
{

/// How a session behaves. Zero means no limit.
struct SessionOptions {
    std::string role;                              ///< taken on by SET ROLE where the login role is another; empty: stay
    std::chrono::milliseconds statementTimeout{0};
    std::chrono::milliseconds lockTimeout{0};
};

/// One statement of a pipeline with its values.
struct Call {
    Statement statement;
    Parameters parameters;
};

/// One session with the database: libpq behind RAII. Used by one thread at a time. Everything here throws the kinds of errors.h.
class Connection final
{
public:
    /// `conninfo`: a URL or key=value text as libpq takes it.
    Connection(const std::string& conninfo, const SessionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Prepared at its first use here.
    Result execute(const Statement& statement, const Parameters& parameters);
    /// One round trip for all; the results in their order. The first failure throws, later statements are not run.
    std::vector<Result> pipeline(std::span<const Call> calls);
    /// Row by row, in constant memory.
    void stream(const Statement& statement, const Parameters& parameters, const std::function<void(const Row&)>& sink);
    /// Any SQL without parameters, several statements at once; the result of the last.
    Result script(const std::string& sql);

    /// Whether another session has notified a channel that this one listens to, now or until the limit has passed.
    bool waitForNotification(std::chrono::milliseconds limit);

    void startCopy(const char* statement);
    void putCopyData(std::string_view bytes);
    void finishCopy();
    void abandonCopy() noexcept;

    /// False once the connection is known to be gone.
    [[nodiscard]] bool isUsable() const;
    /// Whether a transaction is open, failed or not.
    [[nodiscard]] bool inTransaction() const;
    /// Asks the database to give up the statement under way; the only call that another thread may make.
    void cancel() const noexcept;

private:
    void prepare(const Statement& statement);
    [[noreturn]] void fail(const pg_result* result) const;
    Result checked(pg_result* result);
    /// Reads and drops what is still on its way, so that the next statement finds a quiet line.
    void drain() noexcept;

    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    std::unique_ptr<pg_conn, Finish> m_connection;
    std::unordered_set<std::string> m_prepared;
};

} // namespace hpcbill::postgres

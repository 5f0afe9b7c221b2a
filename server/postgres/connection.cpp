// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/connection.h"

#include "common/invariant.h"
#include "server/postgres/errors.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <poll.h>

namespace hpcbill::postgres
{
namespace
{

std::string trimmed(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

/// Parameters as libpq wants them: parallel arrays that live as long as this does.
struct Arrays {
    explicit Arrays(const Parameters& parameters)
    {
        for (const Parameters::Value& value : parameters.values()) {
            contents.push_back(value.content ? value.content->c_str() : nullptr);
            lengths.push_back(value.content ? static_cast<int>(value.content->size()) : 0);
            formats.push_back(value.binary ? 1 : 0);
        }
    }
    [[nodiscard]] int count() const { return static_cast<int>(contents.size()); }

    std::vector<const char*> contents;
    std::vector<int> lengths;
    std::vector<int> formats;
};

constexpr int textResults = 0;

// A stream takes as long as its reader does, which the database would count into the statement's time.
constexpr Statement liftLimit{"stream.lift_limit", R"sql(
    select s.setting, set_config('statement_timeout', '0', true) from pg_settings s where s.name = 'statement_timeout'
)sql"};

constexpr Statement restoreLimit{"stream.restore_limit", R"sql(
    select set_config('statement_timeout', $1, true)
)sql"};

/// Waits for the next result. `limit`: how long the database may let us wait at a time; then the statement is cancelled, and its
/// failure is the result.
pg_result* nextResult(const Connection& connection, pg_conn* line, std::chrono::milliseconds limit)
{
    int wait = limit.count() > 0 ? static_cast<int>(limit.count()) : -1;
    while (PQisBusy(line) != 0) {
        pollfd readable{PQsocket(line), POLLIN, 0};
        if (poll(&readable, 1, wait) == 0) {
            connection.cancel();
            wait = -1;
        } else if (PQconsumeInput(line) != 1) {
            break; // PQgetResult tells why
        }
    }
    return PQgetResult(line);
}

} // namespace

Connection::Connection(const std::string& conninfo, const SessionOptions& options)
{
    // What stands before dbname yields to the same keyword in `conninfo`, what stands behind it does not. A host that vanished
    // is noticed within a minute: a statement's own time limit is kept by the database, which would not be there.
    const char* keys[] = {"connect_timeout", "keepalives_idle", "keepalives_interval",       "keepalives_count", "tcp_user_timeout",
                          "dbname",          "client_encoding", "fallback_application_name", nullptr};
    const char* values[] = {"5", "30", "10", "3", "60000", conninfo.c_str(), "UTF8", "hpcbill", nullptr};
    m_connection.reset(PQconnectdbParams(keys, values, 1));
    if (PQstatus(m_connection.get()) != CONNECTION_OK)
        throw Unavailable(trimmed(PQerrorMessage(m_connection.get())));
    PQsetNoticeProcessor(
        m_connection.get(), [](void*, const char*) {}, nullptr);
    // Times come and go in UTC and ISO form, whatever the database's or the role's own settings are.
    std::string settings = fmt::format("set timezone = 'UTC'; set datestyle = 'ISO'; set statement_timeout = {}; set lock_timeout = {}; "
                                       "set idle_in_transaction_session_timeout = '10min'; set client_min_messages = warning",
                                       options.statementTimeout.count(), options.lockTimeout.count());
    if (!options.role.empty() && options.role != PQuser(m_connection.get())) {
        const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
            PQescapeIdentifier(m_connection.get(), options.role.c_str(), options.role.size()), &PQfreemem);
        settings += fmt::format("; set role {}", quoted.get());
    }
    script(settings);
}

Connection::~Connection() = default;

void Connection::Finish::operator()(pg_conn* connection) const
{
    PQfinish(connection);
}

void Connection::fail(const pg_result* result) const
{
    const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const std::string text = trimmed(result ? PQresultErrorMessage(result) : PQerrorMessage(m_connection.get()));
    if (PQstatus(m_connection.get()) != CONNECTION_OK || !state) throw Unavailable(text);
    const std::string sqlstate(state);
    // Appendix A of the manual: class 57P is the server going down, 08 the connection, 53 resources used up.
    // 08P01 on a line that still stands is a COPY whose rows do not fit the table.
    const bool lineBroke = sqlstate.starts_with("08") && sqlstate != "08P01";
    if (sqlstate.starts_with("57P") || lineBroke || sqlstate.starts_with("53")) throw Unavailable(text);
    if (sqlstate.starts_with("23")) {
        const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
        throw ConstraintViolation(text, sqlstate, constraint ? constraint : "");
    }
    if (sqlstate == "40001" || sqlstate == "40P01") throw SerializationFailure(text, sqlstate);
    if (sqlstate == "57014" || sqlstate == "55P03") throw Timeout(text, sqlstate);
    throw QueryError(text, sqlstate);
}

Result Connection::checked(pg_result* raw)
{
    Result owned(raw);
    switch (PQresultStatus(raw)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN: return owned;
    default: fail(raw);
    }
}

void Connection::prepare(const Statement& statement)
{
    if (m_prepared.contains(statement.name)) return;
    checked(PQprepare(m_connection.get(), statement.name, statement.sql, 0, nullptr));
    m_prepared.insert(statement.name);
}

Result Connection::execute(const Statement& statement, const Parameters& parameters)
{
    prepare(statement);
    const Arrays arrays(parameters);
    return checked(PQexecPrepared(m_connection.get(), statement.name, arrays.count(), arrays.contents.data(), arrays.lengths.data(),
                                  arrays.formats.data(), textResults));
}

std::vector<Result> Connection::pipeline(std::span<const Call> calls)
{
    for (const Call& call : calls) prepare(call.statement);
    if (PQenterPipelineMode(m_connection.get()) != 1) fail(nullptr);
    for (const Call& call : calls) {
        const Arrays arrays(call.parameters);
        if (PQsendQueryPrepared(m_connection.get(), call.statement.name, arrays.count(), arrays.contents.data(),
                                arrays.lengths.data(), arrays.formats.data(), textResults) != 1) {
            fail(nullptr);
        }
    }
    if (PQpipelineSync(m_connection.get()) != 1) fail(nullptr);

    // Every answer is read, whatever came of the first ones: only then does the session leave pipeline mode.
    std::vector<Result> results;
    std::unique_ptr<pg_result, decltype(&PQclear)> failure(nullptr, &PQclear);
    for (std::size_t call = 0; call < calls.size(); ++call) {
        while (pg_result* result = PQgetResult(m_connection.get())) {
            const ExecStatusType status = PQresultStatus(result);
            if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) results.emplace_back(result);
            else if (status == PGRES_FATAL_ERROR && !failure) failure.reset(result);
            else PQclear(result);
        }
        if (PQstatus(m_connection.get()) != CONNECTION_OK) break;
    }
    PQclear(PQgetResult(m_connection.get())); // the answer to the sync
    if (PQexitPipelineMode(m_connection.get()) != 1 && !failure) fail(nullptr);
    if (failure) fail(failure.get());
    if (results.size() != calls.size()) fail(nullptr);
    return results;
}

void Connection::stream(const Statement& statement, const Parameters& parameters, const std::function<void(const Row&)>& sink)
{
    prepare(statement);
    const auto limit = execute(liftLimit, {})[0].as<std::string>(0); // in milliseconds
    const Arrays arrays(parameters);
    if (PQsendQueryPrepared(m_connection.get(), statement.name, arrays.count(), arrays.contents.data(), arrays.lengths.data(),
                            arrays.formats.data(), textResults) != 1
        || PQsetSingleRowMode(m_connection.get()) != 1) {
        fail(nullptr);
    }
    try {
        while (pg_result* raw = nextResult(*this, m_connection.get(), std::chrono::milliseconds(std::stoll(limit)))) {
            const Result result = checked(raw);
            for (const Row row : result) sink(row);
        }
    } catch (const std::exception&) {
        // The reader gave up: there is no use in the rest of the rows.
        cancel();
        drain();
        throw;
    }
    if (!isUsable()) fail(nullptr);
    execute(restoreLimit, Parameters::of(limit));
}

void Connection::drain() noexcept
{
    while (pg_result* rest = PQgetResult(m_connection.get())) PQclear(rest);
}

Result Connection::script(const std::string& sql)
{
    return checked(PQexec(m_connection.get(), sql.c_str()));
}

bool Connection::waitForNotification(std::chrono::milliseconds limit)
{
    const auto take = [this] {
        bool isThere = false;
        while (PGnotify* notification = PQnotifies(m_connection.get())) {
            PQfreemem(notification);
            isThere = true;
        }
        return isThere;
    };
    if (take()) return true; // it came with the answer to something else
    pollfd line{PQsocket(m_connection.get()), POLLIN, 0};
    if (poll(&line, 1, static_cast<int>(limit.count())) > 0 && PQconsumeInput(m_connection.get()) != 1) fail(nullptr);
    if (!isUsable()) fail(nullptr);
    return take();
}

void Connection::startCopy(const char* statement)
{
    const Result result = checked(PQexec(m_connection.get(), statement));
}

void Connection::putCopyData(std::string_view bytes)
{
    if (PQputCopyData(m_connection.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) fail(nullptr);
}

void Connection::finishCopy()
{
    if (PQputCopyEnd(m_connection.get(), nullptr) != 1) fail(nullptr);
    std::unique_ptr<pg_result, decltype(&PQclear)> result(PQgetResult(m_connection.get()), &PQclear);
    drain();
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(result.get());
}

void Connection::abandonCopy() noexcept
{
    PQputCopyEnd(m_connection.get(), "the copy was given up");
    drain();
}

bool Connection::isUsable() const
{
    return PQstatus(m_connection.get()) == CONNECTION_OK;
}

bool Connection::inTransaction() const
{
    const PGTransactionStatusType status = PQtransactionStatus(m_connection.get());
    return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

void Connection::cancel() const noexcept
{
    const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(m_connection.get()), &PQfreeCancel);
    char reason[256];
    if (cancel) PQcancel(cancel.get(), reason, sizeof reason);
}

} // namespace hpcbill::postgres

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "common/audit/verifier.h"
#include "server/http/credentials.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace prometheus
{
class Counter;
class Registry;
} // namespace prometheus
namespace hpcbill::http
{
class Request;
class Response;
} // namespace hpcbill::http
namespace hpcbill::postgres
{
class Pool;
class Transaction;
} // namespace hpcbill::postgres

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

/// This process holds as many streams as it may: others have to wait, or to ask another process.
class TooManyStreams final : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~TooManyStreams() override;
};

struct EventStreamSettings {
    int streamsMax = 16; ///< each keeps a thread of the server; more are refused
    std::chrono::milliseconds heartbeat =
        std::chrono::seconds(15); ///< between lines, so that a dead peer is noticed
    std::chrono::milliseconds sessionCheck =
        std::chrono::seconds(15); ///< between looks at whether the reader may still read
};

/// Tells live views of each audit record once it is committed, by whichever process, as Server-Sent Events.
/// One connection per process listens to the database; when it breaks it is made anew, and what was committed
/// meanwhile is read before anything else is told.
class EventStreams final
{
public:
    /// `authenticate` says whether a session is still in force; it does not count as its use.
    EventStreams(postgres::Pool& pool, http::Authenticate authenticate, EventStreamSettings settings = {});
    ~EventStreams();
    EventStreams(const EventStreams&) = delete;
    EventStreams& operator=(const EventStreams&) = delete;

    /// A stream for whoever asks: all records after `Last-Event-ID`, or without one only those to come.
    /// Throws InvalidInput; while it is written, TooManyStreams.
    http::Response open(const http::Request& request);
    /// Ends all streams and takes no more, so that a server which waits for its requests can stop.
    void stop();

private:
    struct Insides;
    std::shared_ptr<Insides> m_insides; // shared with the writers of answers that are still to be sent
};

} // namespace hpcbill::audit

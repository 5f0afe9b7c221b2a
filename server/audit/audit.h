// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "common/audit/checkpoint.h"
#include "common/audit/finding.h"
#include "common/audit/record.h"
#include "server/http/credentials.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace prometheus
{
class Counter;
class Gauge;
class Registry;
} // namespace prometheus
namespace hpcbill::crypto
{
class SecretBox;
}
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

/// Numbers of records, both ends included. By itself, all there is, also what cannot be the application's.
struct Range {
    std::int64_t first = std::numeric_limits<std::int64_t>::min();
    std::int64_t last = std::numeric_limits<std::int64_t>::max();
};

/// Times of records, from inclusive, to exclusive.
struct Window {
    std::optional<UtcTime> from;
    std::optional<UtcTime> to;
};

/// The append-only audit log. docs/audit-format.md is its written format.
class Log final
{
public:
    explicit Log(prometheus::Registry& metrics);

    /// Chains a record into the log as the last thing that the caller's transaction does, together with its COMMIT: the lock that keeps
    /// the chain without forks is held for that alone. The record has no number before, and the transaction does not see it.
    void append(postgres::Transaction& tx, const Event& event) const;

    /// A page of records: ascending after `after`, or descending before it.
    std::vector<StoredRecord> page(postgres::Transaction& tx, bool ascending, std::int64_t limit,
                                   std::optional<std::int64_t> after) const;

    /// In order and in constant memory, each with the note of the checkpoint that ends with it.
    void stream(postgres::Transaction& tx, const Range& range,
                const std::function<void(const StoredRecord&, const std::optional<std::string>& note)>& sink) const;

private:
    prometheus::Counter& m_records;
};

class LogVerifier;

/// What a check of the log, or of a window of it, found.
struct Verification {
    std::int64_t first = 0;         ///< the record that it began with, 1 unless it is of a window; 0 for none
    std::int64_t records = 0;       ///< found good, from that one on
    Hash head{};                    ///< of the last good one
    std::int64_t confirmed = 0;     ///< up to which record a checkpoint agrees
    std::int64_t checkpoints = 0;   ///< whose signature counts
    std::optional<Finding> finding; ///< the first bad one
};
/// Of one that has finished.
Verification verificationOf(const LogVerifier& verifier);
nlohmann::ordered_json toJson(const Verification& verification);

/// What somebody brings who does not take the log's word for it.
struct Kept {
    std::vector<NoteKey> keys;      ///< the only ones that count, where there are any
    std::vector<std::string> notes; ///< checkpoints that were kept elsewhere
};

/// Checks the log from its first record to its last, with its checkpoints, in constant memory, in a snapshot: a key that is made meanwhile
/// would be missed. Throws InvalidInput{"checkpoint"} for a note that cannot be used.
Verification verify(const Log& log, postgres::Transaction& tx, const Kept& kept = {});

/// Writes the log, or what a window of it takes, as docs/audit-format.md says: enough to verify it without a database. In a snapshot.
void writeExport(const Log& log, postgres::Transaction& tx, const Window& window, std::ostream& out);
/// The same as CSV: a row per record, with the lines that stand between records in its last two columns.
void writeCsv(const Log& log, postgres::Transaction& tx, const Window& window, std::ostream& out);

/// A checkpoint as it was signed.
struct PublishedCheckpoint {
    Checkpoint checkpoint;
    std::string note; ///< the signed note
    UtcTime createdAt;
};
nlohmann::ordered_json toJson(const PublishedCheckpoint& published);

/// A public key of the log and for how long it signed; what it signed remains good.
struct LogKey {
    NoteKey key;
    UtcTime createdAt;
    std::optional<UtcTime> retiredAt; ///< none: it signs
    std::optional<std::string> introduction; ///< the first checkpoint that it signed, which the key before it signed as well
};

/// The first `to` records begin with the first `from`, or record `from` is among them: a proof and the roots that it is about.
struct ConsistencyProof {
    std::int64_t from = 0;
    std::int64_t to = 0;
    Hash fromRoot{};
    Hash toRoot{};
    std::vector<Hash> hashes;
};
struct InclusionProof {
    std::int64_t seq = 0;
    std::int64_t size = 0;
    Hash leaf{};
    Hash root{};
    std::vector<Hash> hashes;
};

struct StoredCheckpoint;

/// Signs what the log is at one moment, and proves that what it was before is still in it. Any number of processes may do so:
/// they take turns, and all sign with the same key, which lies in the database sealed under APP_SECRET_KEY.
class Checkpoints final
{
public:
    struct Parts {
        postgres::Pool& pool;
        const Log& audit;
        const crypto::SecretBox& box;
        prometheus::Registry& metrics;
        /// Called in the transaction in which a checkpoint is made.
        std::function<void(postgres::Transaction&, const PublishedCheckpoint&)> announce;
    };
    /// `origin` names the log where it has no key yet; then on it keeps its name.
    Checkpoints(const Parts& parts, std::string origin);

    /// The newest one; a new one where the log has grown since, unless the log is not what was signed before: a checkpoint that
    /// contradicts another one is never signed, and the newest comes with what is wrong.
    struct Standing {
        PublishedCheckpoint newest;
        std::optional<std::string> fault; ///< a sentence
    };
    Standing current();
    /// Before the log is handed out: as current(), but where nothing can be signed the log is handed out all the same.
    void signAll();
    /// Makes one where the log has grown and the newest is at least that old; false where the log is not what was signed before.
    bool keepUp(std::chrono::seconds interval);

    /// The one that signs first.
    std::vector<LogKey> keys(postgres::Transaction& tx) const;
    /// Signs with a new key from now on. The first checkpoint by it, made at once, is signed by the one before as well, so that
    /// whoever trusts that one learns of it.
    LogKey rotateKey(const api::Actor& by);

    /// Without `to`, up to the newest checkpoint. Throws InvalidInput{"from", "to"} beyond that.
    ConsistencyProof consistency(postgres::Transaction& tx, std::int64_t from, std::optional<std::int64_t> to) const;
    /// Without `size`, in the newest checkpoint. Throws InvalidInput{"seq", "size"} beyond that.
    InclusionProof inclusion(postgres::Transaction& tx, std::int64_t seq, std::optional<std::int64_t> size) const;

private:
    void addKey(postgres::Transaction& tx, const std::string& origin, const std::string& by) const;
    std::string sign(postgres::Transaction& tx, const Checkpoint& checkpoint, const std::string& noteBefore) const;
    Standing make(postgres::Transaction& tx, const std::optional<StoredCheckpoint>& newest);

    const Parts m_parts;
    const std::string m_origin;
    prometheus::Gauge& m_size;
};

/// Keeps checkpoints coming, on a thread of its own, for as long as it lives.
class CheckpointWatch final
{
public:
    CheckpointWatch(Checkpoints& checkpoints, std::chrono::seconds interval);
    ~CheckpointWatch();
    CheckpointWatch(const CheckpointWatch&) = delete;
    CheckpointWatch& operator=(const CheckpointWatch&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

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

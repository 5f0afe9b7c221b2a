// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/audit.h"

#include "common/api/role.h"
#include "common/error.h"
#include "common/time/time.h"
#include "server/http/query.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/postgres/connection.h"
#include "server/postgres/errors.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <Poco/Logger.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <ostream>
#include <thread>
#include <vector>

namespace hpcbill::audit
{
namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::int64_t pageSize = 200;
constexpr std::size_t recentMax = 1000; ///< records kept for streams that are up to date
/// How soon a request to stop is noticed by the listener.
constexpr std::chrono::milliseconds listenSlice{200};
constexpr std::chrono::milliseconds reconnectPause{500};

constexpr postgres::Statement newestSeq{"audit.newest_seq", R"sql(
    select coalesce(max(seq), 0) from audit_log
)sql"};

constexpr postgres::Statement eventsAfter{"audit.events_after", R"sql(
    select seq, ts, action, target_type, target_id, outcome
    from audit_log
    where seq > $1
    order by seq
    limit $2
)sql"};

/// A record as it is told.
struct Told {
    std::int64_t seq = 0;
    std::string text;
};

Told readTold(const postgres::Row& row)
{
    const auto seq = row.as<std::int64_t>(0);
    const auto action = row.as<std::string>(2);
    const auto orNull = [](const std::optional<std::string>& text) {
        return text ? nlohmann::ordered_json(*text) : nlohmann::ordered_json(nullptr);
    };
    const nlohmann::ordered_json data{{"seq", seq},
                                      {"at", toRfc3339Micros(row.as<UtcTime>(1))},
                                      {"action", action},
                                      {"target_type", orNull(row.as<std::optional<std::string>>(3))},
                                      {"target_id", orNull(row.as<std::optional<std::string>>(4))},
                                      {"outcome", row.as<std::string>(5)}};
    return {seq, fmt::format("id: {}\nevent: {}\ndata: {}\n\n", seq, action, data.dump())};
}

std::vector<Told> toldOf(const postgres::Result& rows)
{
    std::vector<Told> told;
    for (const auto& row : rows)
        told.push_back(readTold(row));
    return told;
}

std::optional<std::int64_t> lastEventId(const http::Request& request)
{
    const auto header = request.header("Last-Event-ID");
    if (!header || header->empty())
        return std::nullopt;
    std::int64_t seq = 0;
    const char* const end = header->data() + header->size();
    const auto [stop, error] = std::from_chars(header->data(), end, seq);
    if (error != std::errc() || stop != end || seq < 0)
        throw InvalidInput("Last-Event-ID", "Must be the id of an event that this server sent.");
    return seq;
}

} // namespace

TooManyStreams::~TooManyStreams() = default;

/// What one stream knows of its reader.
struct Reader {
    http::Credentials credentials;
    api::Role role = api::Role::user;
    std::optional<std::int64_t> lastSeen;
};

struct EventStreams::Insides {
    Insides(postgres::Pool& thePool, http::Authenticate theAuthenticate, EventStreamSettings theSettings)
        : pool(thePool)
        , authenticate(std::move(theAuthenticate))
        , settings(theSettings)
    {
    }

    void listen(const std::stop_token& stopping);
    void catchUp(postgres::Connection& connection);
    void follow(postgres::Connection& connection, const std::stop_token& stopping);

    void write(std::ostream& out, const Reader& reader);
    void tell(std::ostream& out, const Reader& reader, std::int64_t last);
    std::vector<Told> next(std::int64_t last, Clock::time_point until);
    std::vector<Told> readAfter(std::int64_t last);
    std::int64_t startOf(const Reader& reader);
    bool mayStillRead(const Reader& reader);

    postgres::Pool& pool;
    const http::Authenticate authenticate;
    const EventStreamSettings settings;

    std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<Told> recent;            // the newest, without a gap; guarded by mutex
    std::optional<std::int64_t> newest; // as far as the listener has read; guarded by mutex
    int streams = 0;                    // guarded by mutex
    bool isStopped = false;             // guarded by mutex

    std::jthread listener; // the last: it is joined before anything that it uses goes
};

void EventStreams::Insides::listen(const std::stop_token& stopping)
{
    Poco::Logger& log = Poco::Logger::get("audit");
    bool isTold = false; // once for each time that the database is away
    while (!stopping.stop_requested()) {
        try {
            const auto connection = pool.connect();
            // Listening first: what is committed before the first look is seen by it, what comes later is
            // told.
            connection->script("listen hpcbill_audit");
            isTold = false;
            follow(*connection, stopping);
        } catch (const postgres::DatabaseError& error) {
            if (!isTold)
                log.warning(fmt::format("live events wait for the database: {}", error.what()));
            isTold = true;
            std::unique_lock lock(mutex);
            changed.wait_for(lock, stopping, reconnectPause, [] { return false; });
        }
    }
}

void EventStreams::Insides::follow(postgres::Connection& connection, const std::stop_token& stopping)
{
    {
        const auto there = connection.execute(newestSeq, {})[0].as<std::int64_t>(0);
        const std::lock_guard lock(mutex);
        // Fewer than were known: an older copy of the database is in its place.
        if (!newest || there < *newest) {
            newest = there;
            recent.clear();
        }
    }
    catchUp(connection);
    while (!stopping.stop_requested()) {
        if (connection.waitForNotification(listenSlice))
            catchUp(connection);
    }
}

void EventStreams::Insides::catchUp(postgres::Connection& connection)
{
    while (true) {
        std::int64_t after = 0;
        {
            const std::lock_guard lock(mutex);
            after = *newest;
        }
        std::vector<Told> more =
            toldOf(connection.execute(eventsAfter, postgres::Parameters::of(after, pageSize)));
        if (more.empty())
            return;
        const std::lock_guard lock(mutex);
        newest = more.back().seq;
        for (Told& told : more)
            recent.push_back(std::move(told));
        while (recent.size() > recentMax)
            recent.pop_front();
        changed.notify_all();
    }
}

std::vector<Told> EventStreams::Insides::readAfter(std::int64_t last)
{
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return toldOf(tx.execute(eventsAfter, last, pageSize));
}

/// What follows `last`, a page at most; nothing when nothing came until then, or the streams are stopped.
std::vector<Told> EventStreams::Insides::next(std::int64_t last, Clock::time_point until)
{
    {
        std::unique_lock lock(mutex);
        changed.wait_until(lock, until, [&] { return isStopped || (newest && *newest > last); });
        if (isStopped || !newest || *newest <= last)
            return {};
        if (!recent.empty() && recent.front().seq <= last + 1) {
            const auto from = recent.begin() + (last + 1 - recent.front().seq);
            const auto count = std::min<std::ptrdiff_t>(recent.end() - from, pageSize);
            return {from, from + count};
        }
    }
    try {
        return readAfter(last);
    } catch (const postgres::DatabaseError&) { // it comes back, and the stream is still good
        std::unique_lock lock(mutex);
        changed.wait_for(lock, reconnectPause, [this] { return isStopped; });
        return {};
    }
}

std::int64_t EventStreams::Insides::startOf(const Reader& reader)
{
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const auto there = tx.execute(newestSeq)[0].as<std::int64_t>(0);
    // An id beyond the last record is of a database that has been replaced by an older copy.
    return std::min(reader.lastSeen.value_or(there), there);
}

bool EventStreams::Insides::mayStillRead(const Reader& reader)
{
    try {
        const auto principal = authenticate(reader.credentials);
        return principal && principal->role == reader.role;
    } catch (const postgres::DatabaseError&) {
        return true; // not known; and nothing is told of a database that is away
    }
}

void EventStreams::Insides::write(std::ostream& out, const Reader& reader)
{
    struct Place {
        explicit Place(Insides& theInsides)
            : insides(theInsides)
        {
            const std::lock_guard lock(insides.mutex);
            if (insides.isStopped || insides.streams >= insides.settings.streamsMax)
                throw TooManyStreams("as many streams of events as this process may hold are open");
            ++insides.streams;
        }
        ~Place()
        {
            const std::lock_guard lock(insides.mutex);
            --insides.streams;
        }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        Insides& insides;
    };
    const Place place(*this);
    const std::int64_t start = startOf(reader); // before the first byte: a failure can still be answered
    tell(out, reader, start);
}

void EventStreams::Insides::tell(std::ostream& out, const Reader& reader, std::int64_t last)
{
    out << "retry: 2000\n: connected\n\n" << std::flush;
    auto checkAt = Clock::now() + settings.sessionCheck;
    while (out) {
        const auto beatAt = Clock::now() + settings.heartbeat;
        const std::vector<Told> more = next(last, std::min(beatAt, checkAt));
        for (const Told& told : more) {
            out << told.text;
            last = told.seq;
        }
        {
            const std::lock_guard lock(mutex);
            if (isStopped)
                return;
        }
        if (Clock::now() >= checkAt) {
            if (!mayStillRead(reader))
                return;
            checkAt = Clock::now() + settings.sessionCheck;
        }
        if (more.empty())
            out << ": still here\n\n";
        out << std::flush;
    }
}

EventStreams::EventStreams(postgres::Pool& pool, http::Authenticate authenticate,
                           EventStreamSettings settings)
    : m_insides(std::make_shared<Insides>(pool, std::move(authenticate), settings))
{
    m_insides->listener = std::jthread(
        [insides = m_insides.get()](const std::stop_token& stopping) { insides->listen(stopping); });
}

EventStreams::~EventStreams()
{
    stop();
}

void EventStreams::stop()
{
    {
        const std::lock_guard lock(m_insides->mutex);
        m_insides->isStopped = true;
    }
    m_insides->changed.notify_all();
    m_insides->listener.request_stop();
    if (m_insides->listener.joinable())
        m_insides->listener.join();
}

http::Response EventStreams::open(const http::Request& request)
{
    http::Query query(request);
    query.finish();
    const http::Principal* const principal = request.principal();
    Reader reader{{http::Credentials::Kind::bearer, request.sessionToken()},
                  principal != nullptr ? principal->role : api::Role::user,
                  lastEventId(request)};
    http::Response response;
    response.stream("text/event-stream; charset=utf-8",
                    [insides = m_insides, reader](std::ostream& out) { insides->write(out, reader); });
    response.set("X-Accel-Buffering", "no"); // nginx would gather events until its buffer is full
    return response;
}

} // namespace hpcbill::audit

// SPDX-License-Identifier: GPL-3.0-or-later
// Live events over a real server and a real database, with short times.
#include "server/audit/audit.h"
#include "server/audit/routes.h"
#include "server/http/server.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "tests/support/event_listener.h"
#include "tests/support/test_database.h"

#include <prometheus/registry.h>

#include <QtTest>

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <thread>

using namespace hpcbill;
using support::EventListener;
using support::HttpClient;
using support::StreamedEvent;

namespace
{

/// A server that has nothing but the audit log.
struct Site {
    explicit Site(int streamsMax = 16)
        : events(database.pool(),
                 [this](const http::Credentials&) {
                     return isSignedIn ? std::optional(http::Principal{"audrey", api::Role::auditor, false, std::nullopt})
                                       : std::nullopt;
                 },
                 {.streamsMax = streamsMax,
                  .heartbeat = std::chrono::milliseconds(50),
                  .sessionCheck = std::chrono::milliseconds(50)})
        , server(audit::eventRoutes(events), {},
                 {.metrics = metrics,
                  .authenticate =
                      [](const http::Credentials&) {
                          return std::optional(http::Principal{"audrey", api::Role::auditor, false, std::nullopt});
                      },
                  .problemPage = {},
                  .problemMappers = {[](const std::exception& exception) -> std::optional<http::Problem> {
                      if (dynamic_cast<const audit::TooManyStreams*>(&exception) == nullptr)
                          return std::nullopt;
                      http::Problem problem;
                      problem.status = 503;
                      return problem;
                  }}})
    {
        server.start();
    }
    ~Site()
    {
        events.stop();
        server.stop();
    }

    HttpClient client() const
    {
        return HttpClient(fmt::format("http://127.0.0.1:{}", server.port()), "token");
    }
    /// Puts so many records on the log, one transaction each, or all in one.
    void append(int count, const std::string& action = "rate.changed", bool together = false)
    {
        int left = count;
        while (left > 0) {
            postgres::Transaction tx(database.pool(), postgres::Mode::readWrite);
            for (int at = together ? left : 1; at > 0; --at, --left)
                log.append(tx, {.by = {}, .action = action, .targetType = "rate", .targetId = "mu"});
            tx.commit();
        }
    }
    /// As a restart of the database does to every connection of ours.
    void cutDatabase() const
    {
        database.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                     "current_database() and pid <> "
                     "pg_backend_pid()");
    }

    support::TestDatabase database;
    prometheus::Registry metrics;
    audit::Log log{metrics};
    std::atomic<bool> isSignedIn = true;
    audit::EventStreams events;
    http::Server server;
};

/// The ids of the next events, as text.
std::string idsOf(EventListener& listener, int count)
{
    std::string ids;
    for (int at = 0; at < count; ++at) {
        const auto event = listener.next();
        ids += event ? fmt::format("{} ", event->id) : "end ";
    }
    return ids;
}

std::string numbers(int from, int to)
{
    std::string all;
    for (int at = from; at <= to; ++at)
        all += fmt::format("{} ", at);
    return all;
}

} // namespace

class TestEventStream : public QObject
{
    Q_OBJECT

private slots:
    void aRecordIsToldOnceItIsCommitted();
    void withoutAnIdOnlyWhatComesIsTold();
    void withAnIdAllThatFollowsIsTold();
    void thousandsOfMissedRecordsAreAllTold();
    void manyWritersAndReadersMissNothing();
    void whatIsRolledBackIsNotTold();
    void anIdThatIsNoneIsRefused_data();
    void anIdThatIsNoneIsRefused();
    void anIdFromAheadWaitsForWhatComes();
    void aQuietStreamSaysThatItIsThere();
    void connectionsThatBreakCostNoRecord();
    void moreStreamsThanMayBeAreRefused();
    void aSessionThatEndsEndsItsStream();
    void stoppingEndsAllStreams();
};

void TestEventStream::aRecordIsToldOnceItIsCommitted()
{
    Site site;
    EventListener listener(site.client());
    QCOMPARE(listener.status(), 200);
    QCOMPARE(listener.header("content-type"), std::string("text/event-stream; charset=utf-8"));
    QCOMPARE(listener.header("cache-control"), std::string("no-store"));
    QVERIFY(listener.waitForComments(1));
    site.append(1, "receipt.paid");
    const auto event = listener.next();
    QVERIFY(event);
    QCOMPARE(event->id, std::int64_t{1});
    QCOMPARE(event->name, std::string("receipt.paid"));
    QCOMPARE(event->data["seq"], 1);
    QCOMPARE(event->data["action"], "receipt.paid");
    QCOMPARE(event->data["target_type"], "rate");
    QCOMPARE(event->data["target_id"], "mu");
    QCOMPARE(event->data["outcome"], "ok");
    QVERIFY(event->data["at"].get<std::string>().ends_with("Z"));
}

void TestEventStream::withoutAnIdOnlyWhatComesIsTold()
{
    Site site;
    site.append(3);
    EventListener listener(site.client());
    QVERIFY(listener.waitForComments(1));
    site.append(2);
    QCOMPARE(idsOf(listener, 2), numbers(4, 5));
}

void TestEventStream::withAnIdAllThatFollowsIsTold()
{
    Site site;
    {
        EventListener listener(site.client());
        QVERIFY(listener.waitForComments(1));
        site.append(3);
        QCOMPARE(idsOf(listener, 2), numbers(1, 2));
    }
    site.append(4);
    EventListener again(site.client(), "2");
    QCOMPARE(idsOf(again, 5), numbers(3, 7));
    site.append(1);
    QCOMPARE(idsOf(again, 1), numbers(8, 8));
    EventListener fromTheFirst(site.client(), "0");
    QCOMPARE(idsOf(fromTheFirst, 8), numbers(1, 8));
}

void TestEventStream::thousandsOfMissedRecordsAreAllTold()
{
    Site site;
    site.append(2500, "rate.changed", true); // more than are kept in memory, and than fit a page
    EventListener listener(site.client(), "7");
    QCOMPARE(idsOf(listener, 2493), numbers(8, 2500));
}

void TestEventStream::manyWritersAndReadersMissNothing()
{
    Site site;
    EventListener first(site.client());
    EventListener second(site.client());
    QVERIFY(first.waitForComments(1) && second.waitForComments(1));
    {
        std::vector<std::jthread> writers;
        for (int at = 0; at < 4; ++at)
            writers.emplace_back([&site] { site.append(50); });
    }
    QCOMPARE(idsOf(first, 200), numbers(1, 200));
    QCOMPARE(idsOf(second, 200), numbers(1, 200));
}

void TestEventStream::whatIsRolledBackIsNotTold()
{
    Site site;
    EventListener listener(site.client());
    QVERIFY(listener.waitForComments(1));
    {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readWrite);
        site.log.append(tx, {.by = {}, .action = "never.happened", .targetType = {}, .targetId = {}});
    }
    site.append(1);
    QCOMPARE(listener.next()->name, std::string("rate.changed"));
}

void TestEventStream::anIdThatIsNoneIsRefused_data()
{
    QTest::addColumn<QString>("id");
    QTest::newRow("a word") << "latest";
    QTest::newRow("negative") << "-1";
    QTest::newRow("with more behind it") << "7 or so";
    QTest::newRow("past all") << "99999999999999999999";
}

void TestEventStream::anIdThatIsNoneIsRefused()
{
    QFETCH(QString, id);
    const Site site;
    const EventListener listener(site.client(), id.toStdString());
    QCOMPARE(listener.status(), 400);
}

void TestEventStream::anIdFromAheadWaitsForWhatComes()
{
    Site site;
    site.append(1);
    EventListener listener(site.client(), "900");
    QVERIFY(listener.waitForComments(1));
    site.append(1);
    QCOMPARE(idsOf(listener, 1), numbers(2, 2));
}

void TestEventStream::aQuietStreamSaysThatItIsThere()
{
    const Site site;
    EventListener listener(site.client());
    QVERIFY(listener.waitForComments(4));
}

void TestEventStream::connectionsThatBreakCostNoRecord()
{
    Site site;
    EventListener listener(site.client());
    QVERIFY(listener.waitForComments(1));
    site.append(1);
    QCOMPARE(idsOf(listener, 1), numbers(1, 1));
    site.cutDatabase();
    site.append(3); // on new connections, before anybody listens again
    QCOMPARE(idsOf(listener, 3), numbers(2, 4));
    site.cutDatabase();
    site.append(1);
    QCOMPARE(idsOf(listener, 1), numbers(5, 5));
}

void TestEventStream::moreStreamsThanMayBeAreRefused()
{
    Site site(2);
    auto first = std::make_unique<EventListener>(site.client());
    EventListener second(site.client());
    QCOMPARE(first->status(), 200);
    QCOMPARE(second.status(), 200);
    QCOMPARE(EventListener(site.client()).status(), 503);
    first.reset(); // noticed when the next lines are written
    const auto hasPlace = [&] {
        if (!first || first->status() != 200)
            first = std::make_unique<EventListener>(site.client());
        return first->status() == 200;
    };
    QTRY_VERIFY(hasPlace());
}

void TestEventStream::aSessionThatEndsEndsItsStream()
{
    Site site;
    EventListener listener(site.client());
    QVERIFY(listener.waitForComments(2));
    site.isSignedIn = false;
    QVERIFY(!listener.next());
}

void TestEventStream::stoppingEndsAllStreams()
{
    Site site;
    EventListener listener(site.client());
    QVERIFY(listener.waitForComments(1));
    site.append(1);
    site.events.stop();
    while (listener.next()) {
        // what was told before the end
    }
    QCOMPARE(EventListener(site.client()).status(), 503);
}

QTEST_GUILESS_MAIN(TestEventStream)
#include "tst_event_stream.moc"

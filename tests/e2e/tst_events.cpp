// SPDX-License-Identifier: GPL-3.0-or-later
// Live events of the real program: told at once, through the death of the database, and never in the way of
// an end.
#include "tests/support/event_listener.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/test_server.h"

#include <QElapsedTimer>
#include <QtTest>

#include <csignal>
#include <fstream>

using namespace hpcbill::support;

class EventsTest : public QObject
{
    Q_OBJECT

private slots:
    void whatAnybodyDoesIsToldAtOnce();
    void theDatabaseMayDieAndNothingIsMissed();
    void anOrderlyEndDoesNotWaitForReaders();
    void aProcessHoldsOnlySoMany();
};

void EventsTest::whatAnybodyDoesIsToldAtOnce()
{
    const TestServer server;
    EventListener listener(server.signedIn("audrey", "auditor"));
    QCOMPARE(listener.status(), 200);
    QVERIFY(listener.waitForComments(1));
    const Answer made = server.admin().post(
        "/api/v1/users", {{"username", "dana"}, {"password", "a long enough passphrase"}, {"role", "user"}});
    QCOMPARE(made.status, 201);
    auto event = listener.next();
    while (event && event->name != "user.added")
        event = listener.next();
    QVERIFY(event);
    QCOMPARE(event->data["target_id"], "dana");
}

void EventsTest::theDatabaseMayDieAndNothingIsMissed()
{
    const ScratchDirectory scratch;
    const auto directory = scratch.path() / "db";
    const TestServer server({{"DATABASE_URL", "embedded:" + directory.string()}});
    EventListener listener(server.admin());
    QVERIFY(listener.waitForComments(1));

    std::ifstream file(directory / "data/postmaster.pid");
    pid_t postmaster = 0;
    file >> postmaster;
    QVERIFY(postmaster > 0);
    kill(postmaster, SIGKILL);
    QTRY_COMPARE_WITH_TIMEOUT(
        server.nobody().post("/api/v1/session", {{"username", "nobody"}, {"password", "none"}}).status, 401,
        120'000);

    const auto event = listener.next(); // on the stream that was open all the time
    QVERIFY(event);
    QCOMPARE(event->name, std::string("login.failed"));
}

void EventsTest::anOrderlyEndDoesNotWaitForReaders()
{
    TestServer server;
    EventListener listener(server.admin());
    QVERIFY(listener.waitForComments(1));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(server.stop(), 0);
    QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(!listener.next());
}

void EventsTest::aProcessHoldsOnlySoMany()
{
    const TestServer server;
    const HttpClient admin = server.admin();
    std::vector<std::unique_ptr<EventListener>> listeners;
    for (int at = 0; at < 16; ++at) {
        listeners.push_back(std::make_unique<EventListener>(admin));
        QCOMPARE(listeners.back()->status(), 200);
    }
    const EventListener refused(admin);
    QCOMPARE(refused.status(), 503);
    QVERIFY(!refused.header("retry-after").empty());
    QCOMPARE(admin.get("/api/v1/me").status, 200); // all others go on
}

QTEST_GUILESS_MAIN(EventsTest)
#include "tst_events.moc"

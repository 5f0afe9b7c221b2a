// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/web/web_world.h"
#include "tests/support/pdf.h"
#include "tests/support/visitor.h"

#include <QtTest>

#include <memory>
#include <regex>

using namespace hpcbill;
using support::Answer;
using support::Headers;
using support::has;
using support::hidden;
using support::jobOf;
using support::Visitor;

class TestPages final : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_world = std::make_unique<support::WebWorld>(); }
    void cleanup() { m_world.reset(); }

    void strangersAreSentToTheLoginAndComeBack()
    {
        Visitor visitor = newVisitor();
        const Answer sent = visitor.get("/me?view=trend&before=2026-11-01");
        QCOMPARE(sent.status, 303);
        QCOMPARE(sent.header("location"),
                 std::string("/login?next=%2Fme%3Fview%3Dtrend%26before%3D2026-11-01"));
        const Answer form = visitor.get(sent.header("location"));
        QCOMPARE(form.status, 200);
        const Answer in = visitor.post("/login",
                                       {{"username", "alice"},
                                        {"password", support::WebWorld::password},
                                        {"next", "/me?view=trend&before=2026-11-01"}},
                                       hidden(form, "csrf"));
        QCOMPARE(in.status, 303);
        QCOMPARE(in.header("location"), std::string("/me?view=trend&before=2026-11-01"));
        QCOMPARE(visitor.get("/me").status, 200);
    }

    void nobodyIsSentToAnotherSite_data()
    {
        QTest::addColumn<QByteArray>("next");
        QTest::newRow("another host") << QByteArray("https://evil.example/");
        QTest::newRow("another host, our scheme") << QByteArray("//evil.example/");
        QTest::newRow("a backslash") << QByteArray("/\\evil.example");
        QTest::newRow("a header") << QByteArray("/a\r\nSet-Cookie: x=y");
        QTest::newRow("a script") << QByteArray("javascript:alert(1)");
        QTest::newRow("nothing") << QByteArray("");
    }
    void nobodyIsSentToAnotherSite()
    {
        QFETCH(QByteArray, next);
        Visitor visitor = newVisitor();
        const Answer in = visitor.submit(
            "/login", "/login",
            {{"username", "alice"}, {"password", support::WebWorld::password}, {"next", next.toStdString()}});
        QCOMPARE(in.status, 303);
        QCOMPARE(in.header("location"), std::string("/me"));
    }

    void theSessionCookieIsOutOfReachAndNewAtEachLogin()
    {
        Visitor visitor = newVisitor();
        const Answer first = visitor.logIn("alice", support::WebWorld::password);
        const std::string line = first.header("set-cookie");
        QVERIFY(line.starts_with("hpcbill_session="));
        QVERIFY(line.find("; HttpOnly; SameSite=Lax") != std::string::npos);
        const std::string before = visitor.cookies()["hpcbill_session"];
        const Answer again =
            visitor.post("/login", {{"username", "alice"}, {"password", support::WebWorld::password}},
                         hidden(visitor.get("/me"), "csrf"));
        QCOMPARE(again.status, 303);
        QVERIFY(visitor.cookies()["hpcbill_session"] != before);
        visitor.cookies()["hpcbill_session"] = before;
        QCOMPARE(visitor.get("/me").status, 303);
    }

    void aWrongPasswordIsSaidOnTheFormAndThenLocked()
    {
        Visitor visitor = newVisitor();
        for (int i = 0; i < 3; ++i) {
            const Answer refused = visitor.logIn("alice", "wrong");
            QCOMPARE(refused.status, 401);
            QVERIFY(has(refused, "The user name or the password is wrong."));
            QVERIFY(has(refused, "value=\"alice\""));
        }
        const Answer locked = visitor.logIn("alice", support::WebWorld::password);
        QCOMPARE(locked.status, 429);
        QVERIFY(has(locked, "Try again in 15 minutes"));
    }

    void everyFormNeedsItsToken()
    {
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        for (const char* target : {"/login", "/logout", "/i18n/set", "/me/receipt"}) {
            QCOMPARE(
                visitor.post(target, {{"before", "2027-01-01"}, {"language", "th"}, {"key", "k"}}, "wrong")
                    .status,
                403);
        }
        QCOMPARE(visitor.get("/me").status, 200);
        QCOMPARE(m_world->database.value("select count(*) from receipts"), std::string("0"));
    }

    void loggingOutEndsTheSession()
    {
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        const std::string token = visitor.cookies()["hpcbill_session"];
        QCOMPARE(visitor.submit("/me", "/logout", {}).status, 303);
        visitor.cookies()["hpcbill_session"] = token;
        QCOMPARE(visitor.get("/me").status, 303);
    }

    void anExpiredSessionIsSaidOnAPage()
    {
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        const std::string csrf = hidden(visitor.get("/me"), "csrf");
        m_world->database.run("delete from sessions");
        const Answer late = visitor.post("/me/receipt", {{"before", "2027-01-01"}, {"key", "k"}}, csrf);
        QCOMPARE(late.status, 401);
        QVERIFY(has(late, "Your session has ended"));
    }

    void everybodySeesTheirOwnJobsOnly()
    {
        m_world->merge({jobOf(1, "alice", "of-alice"), jobOf(2, "bob", "of-bob")});
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        for (const char* target :
             {"/me", "/me?view=aggregate", "/me?view=billed", "/me?view=trend", "/me.csv"}) {
            const Answer page = visitor.get(target);
            QCOMPARE(page.status, 200);
            QVERIFY2(!has(page, "of-bob"), target);
        }
        QVERIFY(has(visitor.get("/me"), "of-alice"));
        QVERIFY(has(visitor.get("/me.csv"), "of-alice"));
        QCOMPARE(visitor.get("/me/jobs/test/1").status, 200);
        QCOMPARE(visitor.get("/me/jobs/test/2").status, 404);
        QCOMPARE(visitor.get("/me/jobs/test/3").status, 404);
    }

    void jobsComeInPagesWithoutGapsOrDoubles()
    {
        std::vector<slurm::JobRecord> records;
        for (int i = 1; i <= 120; ++i)
            records.push_back(jobOf(i, "alice", "job-" + std::to_string(i) + "-"));
        m_world->merge(records);
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        std::map<std::string, int> seen;
        std::string target = "/me?view=detail";
        for (int pages = 0; !target.empty() && pages < 10; ++pages) {
            const Answer page = visitor.get(target);
            const std::regex name(">(job-[0-9]+-)<");
            for (std::sregex_iterator at(page.body.begin(), page.body.end(), name), end; at != end; ++at)
                ++seen[at->str(1)];
            std::smatch next;
            target = std::regex_search(page.body, next, std::regex("href=\"(/me[^\"]*cursor=[^\"]*)\""))
                         ? std::regex_replace(next[1].str(), std::regex("&amp;"), "&")
                         : "";
        }
        QCOMPARE(seen.size(), std::size_t{120});
        QVERIFY(std::ranges::all_of(seen, [](const auto& entry) { return entry.second == 1; }));
    }

    void whatPeopleTypeIsShownAndNotRun()
    {
        m_world->merge({jobOf(1, "alice", "<script>alert(1)</script>\"'&")});
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        const Answer page = visitor.get("/me");
        QVERIFY(!has(page, "<script"));
        QVERIFY(has(page, "&lt;script&gt;alert(1)"));
        const Answer form =
            visitor.submit("/login", "/login", {{"username", "\"><script>"}, {"password", "x"}});
        QVERIFY(!has(form, "<script"));
    }

    void theCsvIsSafeForSpreadsheets()
    {
        m_world->merge({jobOf(1, "alice", "=HYPERLINK(\"evil\")")});
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        const Answer csv = visitor.get("/me.csv?start=2026-11-01&end=2026-12-01");
        QVERIFY(has(csv, "\"'=HYPERLINK(\"\"evil\"\")\""));
        QVERIFY(csv.header("content-type").starts_with("text/csv"));
        QVERIFY(csv.header("content-disposition").starts_with("attachment"));
        QVERIFY(!has(visitor.get("/me.csv?start=2026-12-01&end=2027-01-01"), "HYPERLINK"));
        QCOMPARE(visitor.get("/me.csv?start=&end=").body, visitor.get("/me.csv").body); // as a form sends what was left empty
        QCOMPARE(visitor.get("/me.csv?start=yesterday").status, 400);
        QCOMPARE(visitor.get("/me.csv?start=2026-12-01&end=2026-11-01").status, 400);
    }

    void sumsAddUp()
    {
        // Two cores and 512 MiB for an hour: 2 core-hours and 0.5 GiB-hours, at 1 and 0.5 per hour 2.25 each.
        m_world->merge({jobOf(1, "alice", "a"), jobOf(2, "alice", "b"), jobOf(3, "bob", "c")});
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        const Answer page = visitor.get("/me?view=aggregate");
        QVERIFY(has(page, "2026-11"));
        QVERIFY(has(page, "physics"));
        QVERIFY(has(page, ">4.00<"));
        QVERIFY(has(page, ">4.50<"));
        QVERIFY(has(page, "THB 4.50"));
        const Answer trend = visitor.get("/me?view=trend&before=2026-12-01");
        QVERIFY(has(trend, "<title>2026-11: 4.50</title>"));
    }

    void aJobTellsHowItsCostComesAbout()
    {
        m_world->merge({jobOf(1, "alice", "a")});
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        const Answer page = visitor.get("/me/jobs/test/1");
        QCOMPARE(page.status, 200);
        QVERIFY(has(page, "7,200"));
        QVERIFY(has(page, "2.250000"));
        QVERIFY(has(page, "<strong>2.25</strong>"));
        QVERIFY(has(page, "Tier mu: the default"));
        QVERIFY(has(page, "The rates in force, never changed so far: what it would cost today"));
        QVERIFY(has(page, "CPU cores 2, GPUs 0, memory 512 MiB, nodes 1"));

        rates::RateChange change;
        change.tier = "mu";
        change.rates = {.cpu = Rate::fromMicro(2'000'000), .gpu = {}, .mem = {}};
        change.reason = "a test";
        m_world->rates.change(change, std::nullopt, {"finance", api::Role::admin, "", ""});
        const Answer later = visitor.get("/me/jobs/test/1");
        const std::string since = m_world->database.value("select to_char(max(effective_from) at time zone "
                                                          "'UTC', 'YYYY-MM-DD HH24:MI') from rate_versions");
        QVERIFY(has(later, "Rates in force since " + since + ": what it would cost today"));
        QVERIFY(has(later, "<strong>4.00</strong>"));
    }

    void aReceiptIsMadeOnceAndBelongsToItsOwner()
    {
        m_world->merge({jobOf(1, "alice", "a"), jobOf(2, "bob", "b")});
        Visitor alice = newVisitor();
        alice.logIn("alice", support::WebWorld::password);
        const Answer usage = alice.get("/me");
        const std::vector<std::pair<std::string, std::string>> order{{"before", "2026-12-01"},
                                                                     {"key", hidden(usage, "key")}};
        const Answer made = alice.post("/me/receipt", order, hidden(usage, "csrf"));
        QCOMPARE(made.status, 303);
        const std::string place = made.header("location").substr(0, made.header("location").find('?'));
        QVERIFY(has(alice.get(made.header("location")), "was made"));
        QVERIFY(has(alice.get(place), "THB 2.25"));
        QVERIFY(has(alice.get("/me/receipts"), "to be paid"));
        QVERIFY(has(alice.get("/me?view=billed"), "href=\"" + place + "\""));

        // A second click on the same form shows the same receipt; a new form finds nothing to bill.
        QCOMPARE(alice.post("/me/receipt", order, hidden(usage, "csrf")).header("location"),
                 made.header("location"));
        const Answer nothing =
            alice.submit("/me", "/me/receipt", {{"before", "2026-12-01"}, {"key", "another"}});
        QCOMPARE(nothing.status, 409);
        QVERIFY(has(nothing, "You have no unbilled jobs that ended before 2026-12-01."));
        QCOMPARE(m_world->database.value("select count(*) from receipts"), std::string("1"));

        Visitor bob = newVisitor();
        bob.logIn("bob", support::WebWorld::password);
        QCOMPARE(bob.get(place).status, 404);
        QVERIFY(has(bob.get("/me/receipts"), "You have no receipts yet"));
        QCOMPARE(alice.submit("/me", "/me/receipt", {{"before", "soon"}, {"key", "k"}}).status, 400);
    }

    void aReceiptIsPrintedForItsOwner()
    {
        m_world->merge({jobOf(1, "alice", "a")});
        Visitor alice = newVisitor();
        alice.logIn("alice", support::WebWorld::password);
        alice.submit("/me", "/me/receipt", {{"before", "2026-12-01"}, {"key", "k"}});
        const Answer page = alice.get("/me/receipts/1");
        QVERIFY(has(page, "href=\"/me/receipts/1.pdf\""));
        QVERIFY(has(page, "href=\"/me/receipts/1.th.pdf\""));
        const std::string number = m_world->database.value("select number from receipts");
        for (const auto& [path, file, words] : {std::tuple("/me/receipts/1.pdf", number + ".pdf", "to be paid"),
                                                std::tuple("/me/receipts/1.th.pdf", number + ".th.pdf", "รอชำระ")}) {
            const Answer printed = alice.get(path);
            QCOMPARE(printed.status, 200);
            QCOMPARE(printed.header("content-type"), std::string("application/pdf"));
            QCOMPARE(printed.header("content-disposition"), "attachment; filename=\"" + file + "\"");
            QCOMPARE(printed.header("cache-control"), std::string("private, no-cache"));
            QVERIFY(support::pdfPages(printed.body).join(" ").contains(QString::fromUtf8(words)));
            const Answer again = alice.get(path, {{"If-None-Match", printed.header("etag")}});
            QCOMPARE(again.status, 304);
            QVERIFY(again.body.empty());
        }
        QCOMPARE(alice.get("/me/receipts/2.pdf").status, 404);
        QCOMPARE(alice.get("/me/receipts/1.de.pdf").status, 404);
        QCOMPARE(alice.get("/me/receipts/1.pdf?lang=th").status, 400);
        Visitor bob = newVisitor();
        bob.logIn("bob", support::WebWorld::password);
        QCOMPARE(bob.get("/me/receipts/1.pdf").status, 404);
        QCOMPARE(bob.get("/me/receipts/1.th.pdf").status, 404);
        QCOMPARE(newVisitor().get("/me/receipts/1.pdf").status, 303);
    }

    void theLanguageIsKept()
    {
        Visitor visitor = newVisitor();
        QVERIFY(has(visitor.get("/login", {{"Accept-Language", "th"}}), "lang=\"th\""));
        QVERIFY(has(visitor.get("/login"), "<html lang=\"en\">"));
        QCOMPARE(visitor.submit("/login", "/i18n/set", {{"language", "th"}, {"next", "/login"}})
                     .header("location"),
                 std::string("/login"));
        QVERIFY(has(visitor.get("/login"), "เข้าสู่ระบบ"));
        QVERIFY(has(visitor.get("/nothing"), "ไม่พบหน้า"));
        QCOMPARE(visitor.submit("/login", "/i18n/set", {{"language", "xx"}}).status, 400);
    }

    void badAddressesAreNamed()
    {
        Visitor visitor = newVisitor();
        visitor.logIn("alice", support::WebWorld::password);
        for (const char* target : {"/me?view=all", "/me?before=soon", "/me?cursor=x", "/me?user=bob"}) {
            const Answer page = visitor.get(target);
            QCOMPARE(page.status, 400);
            QVERIFY(has(page, "<strong>"));
        }
        QCOMPARE(visitor.get("/me/receipts/abc").status, 404);
        QCOMPARE(visitor.get("/me/receipts/99").status, 404);
    }

    void filesOfOursMayBeKept()
    {
        Visitor visitor = newVisitor();
        const Answer login = visitor.get("/login");
        std::smatch style;
        QVERIFY(std::regex_search(login.body, style, std::regex("href=\"(/static/web.css[^\"]*)\"")));
        const Answer sheet = visitor.get(style[1]);
        QCOMPARE(sheet.status, 200);
        QVERIFY(sheet.header("content-type").starts_with("text/css"));
        QCOMPARE(visitor.get(style[1], {{"If-None-Match", sheet.header("etag")}}).status, 304);
        QCOMPARE(visitor.get("/static/icon.svg").header("content-type"), std::string("image/svg+xml"));
    }

private:
    Visitor newVisitor() const { return Visitor(m_world->url()); }

    std::unique_ptr<support::WebWorld> m_world;
};

QTEST_GUILESS_MAIN(TestPages)
#include "tst_pages.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/retry.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <rapidcheck.h>

using namespace hpcbill;
using namespace std::chrono_literals;
using webhooks::nextTry;

namespace
{

const UtcTime start = support::at("2026-11-23T10:00:00Z");
constexpr int middle = 500; // neither longer nor shorter

std::chrono::seconds pause(std::int64_t failures, int chance)
{
    const auto next = nextTry({.since = start, .failures = failures, .notBefore = std::nullopt}, start, chance);
    return next ? std::chrono::duration_cast<std::chrono::seconds>(*next - start) : 0s;
}

} // namespace

class RetryTest final : public QObject
{
    Q_OBJECT

private slots:
    void pausesGrow_data();
    void pausesGrow();
    void theLastTryComesAfterThreeDays();
    void aConsumerIsHeededWithinReason();
    void retryAfterIsReadInBothForms();
    void whateverTheChanceItEndsAfterThreeDays();
};

void RetryTest::pausesGrow_data()
{
    QTest::addColumn<int>("failures");
    QTest::addColumn<int>("seconds");
    QTest::newRow("first") << 1 << 5;
    QTest::newRow("second") << 2 << 30;
    QTest::newRow("third") << 3 << 120;
    QTest::newRow("fourth") << 4 << 600;
    QTest::newRow("fifth") << 5 << 3600;
    QTest::newRow("sixth") << 6 << 3 * 3600;
    QTest::newRow("seventh") << 7 << 6 * 3600;
    QTest::newRow("hundredth") << 100 << 6 * 3600;
}

void RetryTest::pausesGrow()
{
    QFETCH(const int, failures);
    QFETCH(const int, seconds);
    QCOMPARE(pause(failures, middle).count(), std::int64_t{seconds});
    QCOMPARE(pause(failures, 0).count(), std::int64_t{seconds} * 4 / 5);
    QVERIFY(pause(failures, 999).count() <= std::int64_t{seconds} * 6 / 5);
    QVERIFY(pause(failures, 999) > pause(failures, 0));
}

void RetryTest::theLastTryComesAfterThreeDays()
{
    const UtcTime end = start + 72h;
    QCOMPARE(nextTry({.since = start, .failures = 20, .notBefore = {}}, end - 1h, middle), std::optional(end));
    QCOMPARE(nextTry({.since = start, .failures = 20, .notBefore = {}}, end, middle), std::optional<UtcTime>());
}

void RetryTest::aConsumerIsHeededWithinReason()
{
    QCOMPARE(nextTry({.since = start, .failures = 1, .notBefore = start + 10min}, start, middle), std::optional<UtcTime>(start + 10min));
    QCOMPARE(nextTry({.since = start, .failures = 1, .notBefore = start - 10min}, start, middle), std::optional<UtcTime>(start + 5s));
    QCOMPARE(nextTry({.since = start, .failures = 1, .notBefore = start + 24h * 365}, start, middle), std::optional<UtcTime>(start + 6h));
}

void RetryTest::retryAfterIsReadInBothForms()
{
    QCOMPARE(webhooks::parseRetryAfter("120", start), std::optional<UtcTime>(start + 2min));
    QCOMPARE(webhooks::parseRetryAfter("Mon, 23 Nov 2026 10:05:00 GMT", start), std::optional<UtcTime>(start + 5min));
    for (const char* other : {"", "-1", "soon", "12 minutes", "99999999999999999999"})
        QCOMPARE(webhooks::parseRetryAfter(other, start), std::optional<UtcTime>());
}

void RetryTest::whateverTheChanceItEndsAfterThreeDays()
{
    QVERIFY(rc::check([] {
        UtcTime now = start;
        std::int64_t failures = 0;
        while (const auto next = nextTry({.since = start, .failures = ++failures, .notBefore = {}}, now, *rc::gen::inRange(0, 1000))) {
            RC_ASSERT(*next > now);
            now = *next;
            RC_ASSERT(failures < 40);
        }
        RC_ASSERT(now == start + 72h);
    }));
}

QTEST_GUILESS_MAIN(RetryTest)
#include "tst_retry.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/etag.h"
#include "server/http/proxies.h"
#include "server/http/reading.h"

#include "common/error.h"

#include <QtTest>

using namespace hpcbill;
using http::Comparison;

class TestReading final : public QObject
{
    Q_OBJECT

private slots:
    void entityTagsAreCompared_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<bool>("strong");
        QTest::addColumn<bool>("weak");
        QTest::newRow("the same") << QByteArray("\"a\"") << true << true;
        QTest::newRow("weak") << QByteArray("W/\"a\"") << false << true;
        QTest::newRow("in a list") << QByteArray("\"x\", W/\"y\" ,\"a\"") << true << true;
        QTest::newRow("a comma within") << QByteArray("\"x,\\\"a\"") << false << false;
        QTest::newRow("any") << QByteArray("*") << true << true;
        QTest::newRow("another") << QByteArray("\"b\"") << false << false;
        QTest::newRow("no quotes") << QByteArray("a") << false << false;
        QTest::newRow("empty") << QByteArray("") << false << false;
    }
    void entityTagsAreCompared()
    {
        QFETCH(QByteArray, header);
        QFETCH(bool, strong);
        QFETCH(bool, weak);
        QCOMPARE(http::namesEtag(header.toStdString(), "\"a\"", Comparison::strong), strong);
        QCOMPARE(http::namesEtag(header.toStdString(), "\"a\"", Comparison::weak), weak);
        QCOMPARE(http::namesEtag("\"a\"", "W/\"a\"", Comparison::strong), false);
    }

    void theCallerIsTheNearestThatIsNoProxy_data()
    {
        QTest::addColumn<QByteArray>("peer");
        QTest::addColumn<QByteArray>("forwarded");
        QTest::addColumn<QByteArray>("caller");
        QTest::newRow("a stranger is not believed")
            << QByteArray("203.0.113.9") << QByteArray("1.2.3.4") << QByteArray("203.0.113.9");
        QTest::newRow("behind the proxy")
            << QByteArray("10.1.2.3") << QByteArray("198.51.100.7") << QByteArray("198.51.100.7");
        QTest::newRow("what the caller made up is ignored")
            << QByteArray("10.1.2.3") << QByteArray("6.6.6.6, 198.51.100.7") << QByteArray("198.51.100.7");
        QTest::newRow("two proxies") << QByteArray("10.1.2.3") << QByteArray("198.51.100.7, 10.9.9.9")
                                     << QByteArray("198.51.100.7");
        QTest::newRow("nonsense") << QByteArray("10.1.2.3") << QByteArray("unknown")
                                  << QByteArray("10.1.2.3");
        QTest::newRow("none") << QByteArray("10.1.2.3") << QByteArray() << QByteArray("10.1.2.3");
        QTest::newRow("IPv6") << QByteArray("fd00::1") << QByteArray("2001:db8::5")
                              << QByteArray("2001:db8::5");
        QTest::newRow("IPv4 as IPv6")
            << QByteArray("::ffff:10.1.2.3") << QByteArray("198.51.100.7") << QByteArray("198.51.100.7");
    }
    void theCallerIsTheNearestThatIsNoProxy()
    {
        QFETCH(QByteArray, peer);
        QFETCH(QByteArray, forwarded);
        QFETCH(QByteArray, caller);
        const http::Networks trusted({"10.0.0.0/8", "fd00::/8"}, "TRUSTED_PROXIES");
        const Poco::Net::IPAddress address(peer.toStdString());
        QCOMPARE(QByteArray::fromStdString(http::callerAddress(address, forwarded.toStdString(), trusted)),
                 caller);
    }

    void aWrongNetworkIsNamed()
    {
        for (const char* block : {"10.0.0.0/33", "10.0.0/x", "example.org", "", "10.0.0.0/"})
            QVERIFY_THROWS_EXCEPTION(InvalidInput, http::Networks({block}, "TRUSTED_PROXIES"));
    }

    void aNetworkOfEverybodyIsToldApart()
    {
        for (const char* block : {"0.0.0.0/0", "10.1.2.3/0", "::/0", "0:0::0/0", "fd00::/0"})
            QVERIFY2(http::Networks({"10.0.0.0/8", block}, "TRUSTED_PROXIES").containEverybody(), block);
        QVERIFY(!http::Networks({"0.0.0.0/1", "0.0.0.0", "::", "::/1"}, "TRUSTED_PROXIES").containEverybody());
        QVERIFY(http::Networks({"::/0"}, "TRUSTED_PROXIES").contain("2001:db8::7"));
        QVERIFY(!http::Networks({"::/0"}, "TRUSTED_PROXIES").contain("192.0.2.7"));
    }

    void theBestLanguageIsChosen_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("language");
        QTest::newRow("none") << QByteArray() << QByteArray("en");
        QTest::newRow("Thai") << QByteArray("th-TH,th;q=0.9,en;q=0.8") << QByteArray("th");
        QTest::newRow("by weight") << QByteArray("th;q=0.2, en;q=0.7") << QByteArray("en");
        QTest::newRow("unknown first") << QByteArray("fr, th;q=0.5") << QByteArray("th");
        QTest::newRow("refused") << QByteArray("th;q=0") << QByteArray("en");
    }
    void theBestLanguageIsChosen()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, language);
        QCOMPARE(QByteArray::fromStdString(http::chooseLanguage(header.toStdString(), {"en", "th"})),
                 language);
    }

    void onlyASaneRequestIdIsTakenOver()
    {
        QCOMPARE(http::requestIdFrom("abc-1.2_3"), std::string("abc-1.2_3"));
        for (const std::string& bad :
             {std::string(), std::string("a b"), std::string("a\"b"), std::string(65, 'a')}) {
            const std::string made = http::requestIdFrom(bad);
            QCOMPARE(made.size(), std::size_t{32});
            QVERIFY(made != http::requestIdFrom(bad));
        }
    }

    void bearerTokensAreRead()
    {
        QCOMPARE(http::bearerToken("Bearer abc"), std::string("abc"));
        QCOMPARE(http::bearerToken("bearer  abc "), std::string("abc"));
        QCOMPARE(http::bearerToken("Basic abc"), std::string());
        QCOMPARE(http::bearerToken("Bearer "), std::string());
    }

    void percentEncodingComesBack()
    {
        const std::string text = "a/b?c=d&e f+\xE0\xB8\x81%";
        QCOMPARE(http::decodePercent(http::encodePercent(text), false).value(), text);
    }
};

QTEST_GUILESS_MAIN(TestReading)
#include "tst_reading.moc"

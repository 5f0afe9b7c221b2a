// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/query.h"

#include <QtTest>

using namespace hpcbill;
using http::Cursor;
using http::Query;

namespace
{

http::Request requestWith(std::string_view query)
{
    http::RequestParts parts;
    parts.query = http::parseFormEncoded(query);
    return http::Request(std::move(parts));
}

/// Reads the query as a list would; the fields at fault, in order.
QByteArrayList faults(const QByteArray& text)
{
    try {
        const http::Request request = requestWith(text.toStdString());
        Query query(request);
        query.text("user");
        query.time("from");
        query.boolean("billed");
        query.choice("view", {"detail", "trend"});
        query.limit();
        query.cursor("jobs", 2);
        query.finish();
        return {};
    } catch (const InvalidInput& error) {
        QByteArrayList fields;
        for (const FieldError& field : error.fields())
            fields << QByteArray::fromStdString(field.field);
        return fields;
    }
}

} // namespace

class TestQuery final : public QObject
{
    Q_OBJECT

private slots:
    void eachFaultIsNamed_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QByteArrayList>("fields");
        QTest::newRow("nothing") << QByteArray() << QByteArrayList{};
        QTest::newRow("all good") << QByteArray(
                                         "user=a%20b&from=2026-11-01&billed=true&view=trend&limit=1000")
                                  << QByteArrayList{};
        QTest::newRow("unknown") << QByteArray("usr=a") << QByteArrayList{"usr"};
        QTest::newRow("repeated") << QByteArray("user=a&user=b") << QByteArrayList{"user"};
        QTest::newRow("empty") << QByteArray("user=") << QByteArrayList{"user"};
        QTest::newRow("not a time") << QByteArray("from=yesterday") << QByteArrayList{"from"};
        QTest::newRow("not a boolean") << QByteArray("billed=1") << QByteArrayList{"billed"};
        QTest::newRow("not a choice") << QByteArray("view=all") << QByteArrayList{"view"};
        QTest::newRow("limit too high") << QByteArray("limit=1001") << QByteArrayList{"limit"};
        QTest::newRow("limit zero") << QByteArray("limit=0") << QByteArrayList{"limit"};
        QTest::newRow("limit with a tail") << QByteArray("limit=10x") << QByteArrayList{"limit"};
        QTest::newRow("no cursor of ours") << QByteArray("cursor=abc") << QByteArrayList{"cursor"};
        QTest::newRow("several at once")
            << QByteArray("limit=x&from=y&z=1") << QByteArrayList{"from", "limit", "z"};
        QTest::newRow("a broken escape") << QByteArray("user=%zz") << QByteArrayList{"user"};
        QTest::newRow("a NUL") << QByteArray("user=a%00") << QByteArrayList{"user"};
    }
    void eachFaultIsNamed()
    {
        QFETCH(QByteArray, query);
        QFETCH(QByteArrayList, fields);
        QCOMPARE(faults(query), fields);
    }

    void theLimitIsAHundredWhereNobodySaysOtherwise()
    {
        const http::Request request = requestWith("");
        Query query(request);
        QCOMPARE(query.limit(), std::int64_t{100});
        query.finish();
    }

    void aCursorComesBackAsItWas()
    {
        const std::string text =
            Cursor("jobs", {std::string("2026-11-01T00:00:00.5Z"), std::int64_t{-7}}).encode();
        const Cursor cursor = Cursor::decode(text, "jobs", 2);
        QCOMPARE(cursor.text(0), std::string("2026-11-01T00:00:00.5Z"));
        QCOMPARE(cursor.integer(1), std::int64_t{-7});
        QVERIFY_THROWS_EXCEPTION(InvalidInput, cursor.integer(0));
    }

    void aCursorOfAnotherListIsRefused()
    {
        const std::string text = Cursor("jobs", {std::int64_t{1}}).encode();
        QVERIFY_THROWS_EXCEPTION(InvalidInput, Cursor::decode(text, "receipts", 1));
        QVERIFY_THROWS_EXCEPTION(InvalidInput, Cursor::decode(text, "jobs", 2));
        QVERIFY_THROWS_EXCEPTION(InvalidInput, Cursor::decode(text + "=", "jobs", 1));
        QVERIFY_THROWS_EXCEPTION(InvalidInput, Cursor::decode(std::string(10'000, 'A'), "jobs", 1));
    }
};

QTEST_GUILESS_MAIN(TestQuery)
#include "tst_query.moc"

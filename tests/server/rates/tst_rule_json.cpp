// SPDX-License-Identifier: GPL-3.0-or-later
// Which lists of billing rules are taken.
#include "common/error.h"
#include "server/http/json.h"
#include "server/rates/rates.h"
#include "server/rates/rule_json.h"

#include <QtTest>

using namespace hpcbill;

namespace
{

std::string listOf(int count, const QByteArray& rule)
{
    std::string list = "[";
    for (int place = 0; place < count; ++place)
        list += (place == 0 ? "" : ",") + rule.toStdString();
    return list + "]";
}

std::vector<FieldError> errorsOf(const std::string& list)
{
    http::JsonBody body(R"({"rules":)" + list + "}");
    rates::readRules(body.root(), Currency::thb());
    try {
        body.finish();
    } catch (const InvalidInput& error) {
        return error.fields();
    }
    return {};
}

} // namespace

class RuleJsonTest final : public QObject
{
    Q_OBJECT

private slots:
    void factorsHaveRoomForTheirDigits_data();
    void factorsHaveRoomForTheirDigits();
};

void RuleJsonTest::factorsHaveRoomForTheirDigits_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<bool>("isTaken");
    const QByteArray half = R"({"name":"h","action":"multiply","factor":"0.5","then":"continue"})";
    const QByteArray stops = R"({"name":"s","action":"multiply","factor":"0.123457"})";
    const QByteArray six = R"({"name":"d","action":"multiply","factor":"0.123457","then":"continue"})";
    const QByteArray off = R"({"name":"o","enabled":false,"action":"multiply","factor":"0.123457","then":"continue"})";
    const QByteArray large = R"({"name":"l","action":"multiply","factor":"1000","then":"continue"})";
    const QByteArray none = R"({"name":"n","action":"multiply","factor":"0","then":"continue"})";
    QTest::newRow("eleven halves") << 11 << half << true;
    QTest::newRow("forty halves") << 40 << half << true;
    QTest::newRow("more halves than there is room for") << 63 << half << false;
    QTest::newRow("seven with six digits") << 7 << six << true;
    QTest::newRow("eight with six digits") << 8 << six << false;
    QTest::newRow("those that stop do not add up") << 63 << stops << true;
    QTest::newRow("those that are off do not count") << 63 << off << true;
    QTest::newRow("too large together") << 63 << large << false;
    QTest::newRow("nothing stays nothing") << 63 << none << true;
}

void RuleJsonTest::factorsHaveRoomForTheirDigits()
{
    QFETCH(int, count);
    QFETCH(QByteArray, rule);
    QFETCH(bool, isTaken);
    const std::string list = listOf(count, rule);
    const auto errors = errorsOf(list);
    QCOMPARE(errors.empty(), isTaken);
    if (!isTaken)
        QCOMPARE(errors.front().field, std::string("rules"));
    QCOMPARE(rates::parseRules(list, Currency::thb()).list().size(), static_cast<std::size_t>(count)); // what was kept is read
}

QTEST_GUILESS_MAIN(RuleJsonTest)
#include "tst_rule_json.moc"

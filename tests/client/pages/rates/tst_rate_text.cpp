// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/rate_text.h"

#include <QTest>

using namespace hpcbill::client;

class RateTextTest final : public QObject
{
    Q_OBJECT

private slots:
    void differencesAreExactAndSigned_data();
    void differencesAreExactAndSigned();
    void onlyWhatTheServerTakesIsARate();
    void zerosAtTheEndMakeNoOtherRate();
};

void RateTextTest::differencesAreExactAndSigned_data()
{
    QTest::addColumn<QString>("was");
    QTest::addColumn<QString>("will");
    QTest::addColumn<QString>("difference");
    QTest::newRow("more") << "1.000000" << "1.25" << "+0.25";
    QTest::newRow("less") << "5" << "4.999999" << "-0.000001";
    QTest::newRow("the same") << "1.000000" << "1" << "";
    QTest::newRow("not a rate") << "1" << "x" << "";
    QTest::newRow("thousands") << "0" << "1234.5" << "+1,234.50";
}

void RateTextTest::differencesAreExactAndSigned()
{
    QFETCH(QString, was);
    QFETCH(QString, will);
    QTEST(rateDifference(was, will, QLocale("en_GB")), "difference");
}

void RateTextTest::onlyWhatTheServerTakesIsARate()
{
    QVERIFY(isRate("0"));
    QVERIFY(isRate("0.000001"));
    for (const char* bad : {"", "-1", "1.0000001", "1e3", "1,5", " 1", "฿1"})
        QVERIFY2(!isRate(bad), bad);
}

void RateTextTest::zerosAtTheEndMakeNoOtherRate()
{
    QVERIFY(isSameRate("1.250000", "1.25"));
    QVERIFY(!isSameRate("1.250001", "1.25"));
}

QTEST_GUILESS_MAIN(RateTextTest)
#include "tst_rate_text.moc"

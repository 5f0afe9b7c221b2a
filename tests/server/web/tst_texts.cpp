// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/figures.h"
#include "server/web/pages.h"
#include "server/web/trend.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include <set>

using namespace hpcbill;
using namespace hpcbill::web;

namespace
{

std::multiset<QString> placeholders(const std::string& text)
{
    std::multiset<QString> names;
    auto found = QRegularExpression("\\{[^}]*\\}").globalMatch(QString::fromStdString(text));
    while (found.hasNext())
        names.insert(found.next().captured());
    return names;
}

} // namespace

class TestTexts final : public QObject
{
    Q_OBJECT

private slots:
    void bothLanguagesSayTheSame()
    {
        const Texts english("en");
        const Texts thai("th");
        QVERIFY(english.all().size() > 100);
        for (const auto& [key, text] : english.all()) {
            QVERIFY2(thai.has(key), key.c_str());
            QVERIFY2(placeholders(text) == placeholders(thai.at(key)), key.c_str());
        }
        QCOMPARE(thai.all().size(), english.all().size());
    }

    void everyTextOfTheTemplatesIsInTheCatalogue()
    {
        const Texts english("en");
        const QDir folder(HPCBILL_SOURCE_DIR "/resources/web");
        const QStringList names = folder.entryList({"*.tpl"});
        QVERIFY(names.size() >= 8);
        for (const QString& name : names) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            auto found =
                QRegularExpression("\\{\\{t_([A-Za-z_]+)").globalMatch(QString::fromUtf8(file.readAll()));
            while (found.hasNext()) {
                const QString key = found.next().captured(1);
                QVERIFY2(english.has(key.toStdString()), qPrintable(name + ": " + key));
            }
        }
    }

    void figuresAreShown_data()
    {
        QTest::addColumn<QByteArray>("shown");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const std::string& shown, const char* expected) {
            QTest::newRow(expected) << QByteArray::fromStdString(shown) << QByteArray(expected);
        };
        row(grouped("999"), "999");
        row(grouped("1000"), "1,000");
        row(grouped("-1234567.89"), "-1,234,567.89");
        row(grouped("-123"), "-123");
        row(amountOf(Money(120'450, Currency::thb())), "1,204.50");
        row(amountWithCurrency(Money(5, Currency::thb())), "THB 0.05");
        row(hoursOf(4500), "1.25");
        row(hoursOf(18), "0.00"); // 0.005: half to even
        row(hoursOf(54), "0.02"); // 0.015: half to even
        row(gibHoursOf(std::int64_t{512} * 3600), "0.50");
        row(elapsedOf(0), "0:00:00");
        row(elapsedOf(8000), "2:13:20");
        row(elapsedOf(3 * 86400 + 8000), "3 d 02:13:20");
        row(momentOf(std::nullopt), "–");
        row(momentOf(UtcTime(std::chrono::seconds(1'795'441'053))), "2026-11-23 13:37");
        row(stateOf("CANCELLED by 1000", Texts("en")), "cancelled");
        row(stateOf("NEW_STATE", Texts("en")), "NEW_STATE");
    }
    void figuresAreShown()
    {
        QFETCH(QByteArray, shown);
        QFETCH(QByteArray, expected);
        QCOMPARE(shown, expected);
    }

    void aTrendHasEveryMonthAndItsHighestBarIsFull()
    {
        using namespace std::chrono_literals;
        usage::UsageRow november;
        november.month = "2026-11";
        november.cost = Money(1000, Currency::thb());
        usage::UsageRow september;
        september.month = "2026-09";
        september.cost = Money(1, Currency::thb());
        const auto months = everyMonth({september, november}, 2025y / 12, 2026y / 11, Currency::thb());
        QCOMPARE(months.size(), std::size_t{12});
        QCOMPARE(months.front().month.value(), std::string("2025-12"));
        const std::vector<Bar> bars = barsOf(months);
        QCOMPARE(bars[11].height, 165);
        QCOMPARE(bars[11].y, 25);
        QCOMPARE(bars[10].height, 0);
        QCOMPARE(bars[9].height, 1);
        QVERIFY(bars[11].x + bars[11].width <= 480);
        QVERIFY(barsOf({}).empty());
    }
};

QTEST_GUILESS_MAIN(TestTexts)
#include "tst_texts.moc"

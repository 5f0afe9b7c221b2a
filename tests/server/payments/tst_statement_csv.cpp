// SPDX-License-Identifier: GPL-3.0-or-later
// Bank statements as banks write them.
#include "common/error.h"
#include "server/payments/statement.h"

#include <QtTest>

using namespace hpcbill;
using namespace hpcbill::payments;

class StatementCsvTest final : public QObject
{
    Q_OBJECT

private slots:
    void statementsAsBanksWriteThem_data();
    void statementsAsBanksWriteThem();
    void amounts_data();
    void amounts();
    void receiptNumbersInWhatPeopleWrite_data();
    void receiptNumbersInWhatPeopleWrite();
    void moneyThatWentOutIsLeftOut();
    void aColumnSaysWhichWayTheMoneyWent_data();
    void aColumnSaysWhichWayTheMoneyWent();
    void linesAreThoseOfTheFile();
    void anotherCurrencyIsTold();
    void decimalsAreThoseOfTheCurrency();
    void whatIsNoStatementIsRefused_data();
    void whatIsNoStatementIsRefused();
    void aLongCellIsNoHarm();
    void whatMayBeMeantIsBounded();
};

void StatementCsvTest::statementsAsBanksWriteThem_data()
{
    QTest::addColumn<std::string>("csv");
    QTest::newRow("comma") << std::string("Date,Description,Amount\n2026-11-23,Transfer MU-2026-000123,1204.50\n");
    QTest::newRow("quoted thousands") << std::string("Date,Description,Amount\n23/11/2026,\"Transfer, MU-2026-000123\",\"1,204.50\"\n");
    QTest::newRow("semicolon, comma decimals") << std::string("Date;Description;Amount\n23.11.2026;Transfer MU-2026-000123;1.204,50\n");
    QTest::newRow("tab") << std::string("Date\tDetails\tCredit\n2026-11-23\tMU-2026-000123\t1204.50\n");
    QTest::newRow("carriage returns and byte order mark") << std::string("\xef\xbb\xbf" "Date,Details,Credit\r\n2026-11-23,MU-2026-000123,1204.50\r\n");
    QTest::newRow("debit and credit columns") << std::string("Date,Details,Debit,Credit\n2026-11-22,fee,10.00,\n2026-11-23,MU-2026-000123,,1204.50\n");
    QTest::newRow("a heading above the table") << std::string("Some Bank\nAccount,123-4-56789-0\n\nDate,Details,Deposit\n2026-11-23,MU-2026-000123,1204.50\n");
    QTest::newRow("Thai") << std::string("วันที่,รายละเอียด,จำนวนเงิน\n23/11/2569,โอนเงิน MU-2026-000123,\"1,204.50\"\n");
    QTest::newRow("amount with its currency") << std::string("Date,Reference,Amount (THB)\n2026-11-23,mu2026000123,฿ 1204.5\n");
}

void StatementCsvTest::statementsAsBanksWriteThem()
{
    QFETCH(const std::string, csv);
    const auto lines = readStatement(csv, Currency::thb());
    QCOMPARE(lines.size(), std::size_t{1});
    QCOMPARE(lines.front().fault, std::string());
    QCOMPARE(lines.front().amount, std::optional(Money(120'450, Currency::thb())));
    QVERIFY(std::ranges::find(lines.front().receiptNumbers, "MU-2026-000123") != lines.front().receiptNumbers.end());
    QVERIFY(lines.front().bookedOn.has_value());
    QVERIFY(!lines.front().reference.empty());
}

void StatementCsvTest::amounts_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("delimiter");
    QTest::addColumn<QString>("read"); // empty: refused
    QTest::newRow("whole") << "12" << "," << "12.00";
    QTest::newRow("one decimal") << "12.5" << "," << "12.50";
    QTest::newRow("zeros that mean nothing") << "012.5000" << "," << "12.50";
    QTest::newRow("three decimals") << "12.345" << "," << "";
    QTest::newRow("plus") << "+12.34" << "," << "12.34";
    QTest::newRow("spaces") << "1 204.50" << "," << "1204.50";
    QTest::newRow("code") << "THB 12.34" << "," << "12.34";
    QTest::newRow("words") << "twelve" << "," << "";
    QTest::newRow("two points") << "1.2.3" << "," << "";
    QTest::newRow("comma where columns are divided by semicolons") << "12,34" << ";" << "12.34";
    QTest::newRow("thousands or decimals?") << "1,204" << ";" << "";
    QTest::newRow("thousands or decimals, by a point?") << "1.500" << ";" << "";
    QTest::newRow("a point where columns are divided by commas") << "1.500" << "," << "1.50";
    QTest::newRow("thousands by a point, certainly") << "1.500,00" << ";" << "1500.00";
    QTest::newRow("thousands, certainly") << "1,204.00" << ";" << "1204.00";
    QTest::newRow("beyond every range") << "99999999999999999999" << "," << "";
}

void StatementCsvTest::amounts()
{
    QFETCH(const QString, written);
    QFETCH(const QString, delimiter);
    QFETCH(const QString, read);
    const std::string csv = QString("Details%1Amount\nMU-2026-000123%1%2\n").arg(delimiter, written).toStdString();
    const auto lines = readStatement(csv, Currency::thb());
    QCOMPARE(lines.size(), std::size_t{1});
    QCOMPARE(lines.front().amount ? QString::fromStdString(toDecimal(*lines.front().amount)) : QString(), read);
    QCOMPARE(lines.front().fault.empty(), !read.isEmpty());
}

void StatementCsvTest::receiptNumbersInWhatPeopleWrite_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("number"); // empty: none
    QTest::newRow("as printed") << "MU-2026-000123" << "MU-2026-000123";
    QTest::newRow("lower case, no dashes") << "inv mu2026000123 thanks" << "MU-2026-000123";
    QTest::newRow("spaces") << "MU 2026 000123" << "MU-2026-000123";
    QTest::newRow("glued to a word") << "REFMU-2026-000123" << "MU-2026-000123";
    QTest::newRow("longer prefix") << "PRIVATE/2026/000007" << "PRIVATE-2026-000007";
    QTest::newRow("too short") << "MU-2026-0001" << "";
    QTest::newRow("no number") << "thank you" << "";
}

void StatementCsvTest::receiptNumbersInWhatPeopleWrite()
{
    QFETCH(const QString, written);
    QFETCH(const QString, number);
    const auto lines = readStatement("Details,Amount\n" + written.toStdString() + ",1.00\n", Currency::thb());
    QCOMPARE(lines.size(), std::size_t{1});
    const auto& found = lines.front().receiptNumbers;
    if (number.isEmpty())
        QVERIFY(found.empty());
    else
        QVERIFY(std::ranges::find(found, number.toStdString()) != found.end());
}

void StatementCsvTest::moneyThatWentOutIsLeftOut()
{
    QVERIFY(readStatement("Details,Amount\nMU-2026-000123,-5.00\nx,(5.00)\ny,\n", Currency::thb()).empty());
}

void StatementCsvTest::aColumnSaysWhichWayTheMoneyWent_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("out");
    QTest::addColumn<QString>("in");
    QTest::newRow("type") << "Type" << "Debit" << "Credit";
    QTest::newRow("type with more words") << "Transaction Type" << "DEBIT TRANSFER" << "CREDIT TRANSFER";
    QTest::newRow("letters") << "D/C" << "D" << "C";
    QTest::newRow("abbreviated") << "Dr/Cr" << "Dr." << "Cr.";
    QTest::newRow("both words") << "Debit/Credit" << "debit" << "credit";
    QTest::newRow("sign") << "Sign" << "-" << "+";
    QTest::newRow("Thai") << "ประเภท" << "ถอนเงิน" << "ฝากเงิน";
    QTest::newRow("a type of another kind") << "Type" << "Withdrawal" << "Transfer";
}

void StatementCsvTest::aColumnSaysWhichWayTheMoneyWent()
{
    QFETCH(const QString, name);
    QFETCH(const QString, out);
    QFETCH(const QString, in);
    const std::string csv = QString("Date,Description,%1,Amount\n2026-11-20,Refund MU-2026-000001,%2,45.00\n"
                                    "2026-11-21,Transfer MU-2026-000002,%3,45.00\n")
                                .arg(name, out, in)
                                .toStdString();
    const auto lines = readStatement(csv, Currency::thb());
    QCOMPARE(lines.size(), std::size_t{1});
    QCOMPARE(lines.front().line, 3);
    QCOMPARE(lines.front().amount, std::optional(Money(4'500, Currency::thb())));
}

void StatementCsvTest::linesAreThoseOfTheFile()
{
    const auto lines = readStatement("Bank\n\nDetails,Amount\na,1.00\n\nb,2.00\n", Currency::thb());
    QCOMPARE(lines.size(), std::size_t{2});
    QCOMPARE(lines[0].line, 4);
    QCOMPARE(lines[1].line, 6);
}

void StatementCsvTest::anotherCurrencyIsTold()
{
    const auto lines = readStatement("Details,Amount,Currency\nMU-2026-000123,5.00,USD\n", Currency::thb());
    QVERIFY(!lines.front().amount);
    QCOMPARE(lines.front().fault, std::string("in USD, not in THB"));
}

void StatementCsvTest::decimalsAreThoseOfTheCurrency()
{
    const Currency jpy = *Currency::parse("JPY");
    const Currency kwd = *Currency::parse("KWD");
    QCOMPARE(readStatement("Details,Amount\na,\"1,204.00\"\n", jpy).front().amount, std::optional(Money(1204, jpy)));
    QCOMPARE(readStatement("Details;Amount\na;1.500\n", kwd).front().amount, std::optional(Money(1500, kwd)));
    QCOMPARE(readStatement("Details,Amount\na,1.5\n", kwd).front().amount, std::optional(Money(1500, kwd)));
}

void StatementCsvTest::whatIsNoStatementIsRefused_data()
{
    QTest::addColumn<std::string>("csv");
    QTest::newRow("nothing") << std::string();
    QTest::newRow("no names") << std::string("2026-11-23,MU-2026-000123,1204.50\n");
    QTest::newRow("one column") << std::string("Amount\n1.00\n");
    QTest::newRow("prose") << std::string("Dear bank, please send me a statement with the amount.");
}

void StatementCsvTest::whatIsNoStatementIsRefused()
{
    QFETCH(const std::string, csv);
    QVERIFY_THROWS_EXCEPTION(InvalidInput, readStatement(csv, Currency::thb()));
}

void StatementCsvTest::aLongCellIsNoHarm()
{
    const std::string csv = "Details,Amount\n" + std::string(900'000, 'M') + ",1.00\n";
    QCOMPARE(readStatement(csv, Currency::thb()).size(), std::size_t{1});
}

void StatementCsvTest::whatMayBeMeantIsBounded()
{
    // Each letter before a number may be the first of its prefix.
    std::string csv = "Details,Amount\n";
    while (csv.size() < 900'000)
        csv += std::string(3'980, 'M') + "-2026-000123,1.00\n";
    std::size_t bytes = 0;
    for (const StatementLine& line : readStatement(csv, Currency::thb())) {
        QVERIFY(std::ranges::find(line.receiptNumbers, "MM-2026-000123") != line.receiptNumbers.end());
        for (const std::string& number : line.receiptNumbers)
            bytes += number.size();
    }
    QVERIFY2(bytes < csv.size(), std::to_string(bytes).c_str());
}

QTEST_GUILESS_MAIN(StatementCsvTest)
#include "tst_statement_csv.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/statement_file.h"

#include <QTest>

using namespace hpcbill::client;

class StatementFileTest final : public QObject
{
    Q_OBJECT

private slots:
    void aBanksFileIsRead_data();
    void aBanksFileIsRead();
    void whatIsNoTextIsRefused_data();
    void whatIsNoTextIsRefused();
};

void StatementFileTest::aBanksFileIsRead_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    const QString thai = "วันที่,จำนวนเงิน\n";
    QTest::newRow("UTF-8") << thai.toUtf8() << thai;
    QTest::newRow("UTF-8 with a byte order mark") << "\xEF\xBB\xBF" + thai.toUtf8() << thai;
    QTest::newRow("ASCII") << QByteArray("date,amount\r\n") << QString("date,amount\r\n");
    // วันที่ and จำนวนเงิน in TIS-620, as `iconv -t WINDOWS-874` writes them.
    QTest::newRow("Windows-874") << QByteArray("\xC7\xD1\xB9\xB7\xD5\xE8,\xA8\xD3\xB9\xC7\xB9\xE0\xA7\xD4\xB9\n") << thai;
    QTest::newRow("a dash of Windows") << QByteArray("\xA1 \x96 \xA2") << QString("ก – ข");
    QTest::newRow("UTF-16 little-endian") << QByteArray("\xFF\xFE" "a\0\x01\x0E", 6) << QString("aก");
    QTest::newRow("empty") << QByteArray() << QString("");
}

void StatementFileTest::aBanksFileIsRead()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    const std::optional<QString> read = statementText(bytes);
    QVERIFY(read);
    QCOMPARE(*read, text);
}

void StatementFileTest::whatIsNoTextIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("a workbook") << QByteArray("PK\x03\x04\x14\0\x06\0", 8);
    QTest::newRow("a PDF's bytes") << QByteArray("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n\x01\x02");
    QTest::newRow("Latin letters that Windows-874 lacks") << QByteArray("caf\xFF");
}

void StatementFileTest::whatIsNoTextIsRefused()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!statementText(bytes));
}

QTEST_GUILESS_MAIN(StatementFileTest)
#include "tst_statement_file.moc"

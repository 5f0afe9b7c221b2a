// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/utf8.h"

#include <QtTest>

using namespace hpcbill;

class TestUtf8 : public QObject
{
    Q_OBJECT

private slots:
    void onlyUtf8IsUtf8_data();
    void onlyUtf8IsUtf8();
    void everyCodePointAgreesWithQt();
};

void TestUtf8::onlyUtf8IsUtf8_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("good");
    QTest::newRow("nothing") << QByteArray("") << true;
    QTest::newRow("ASCII") << QByteArray("job_1") << true;
    QTest::newRow("Thai") << QByteArray("งาน") << true;
    QTest::newRow("an emoji") << QByteArray("\xF0\x9F\x98\x80") << true;
    QTest::newRow("a tail alone") << QByteArray("\x80") << false;
    QTest::newRow("cut after one of three") << QByteArray("a\xE0") << false;
    QTest::newRow("cut after two of three") << QByteArray("a\xE0\xB8") << false;
    QTest::newRow("overlong slash, two") << QByteArray("\xC0\xAF") << false;
    QTest::newRow("overlong slash, three") << QByteArray("\xE0\x80\xAF") << false;
    QTest::newRow("overlong, four") << QByteArray("\xF0\x80\x80\xAF") << false;
    QTest::newRow("a surrogate") << QByteArray("\xED\xA0\x80") << false;
    QTest::newRow("beyond U+10FFFF") << QByteArray("\xF4\x90\x80\x80") << false;
    QTest::newRow("latin1") << QByteArray("M\xFCller") << false;
}

void TestUtf8::onlyUtf8IsUtf8()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, good);
    QCOMPARE(isUtf8({bytes.constData(), static_cast<std::size_t>(bytes.size())}), good);
}

void TestUtf8::everyCodePointAgreesWithQt()
{
    for (char32_t point = 0; point < 0x110000; ++point) {
        if (point >= 0xD800 && point < 0xE000)
            continue;
        // QString::fromUcs4() and fromUtf16() would eat U+FEFF.
        const QString expected = QStringView(QChar::fromUcs4(point)).toString();
        const QByteArray bytes = expected.toUtf8();
        const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        QVERIFY(isUtf8(text));
        QVERIFY(toUtf16(text) == expected.toStdU16String());
    }
}

QTEST_GUILESS_MAIN(TestUtf8)
#include "tst_utf8.moc"

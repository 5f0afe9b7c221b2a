// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/print/canvas.h"
#include "tests/support/pdf.h"

#include <QtTest>

#include <sstream>
#include <thread>

using namespace hpcbill;
using print::Align;
using print::Canvas;

namespace
{

std::string drawn(const std::function<void(Canvas&)>& draw)
{
    std::ostringstream out;
    Canvas canvas(out, {.title = "a title", .author = "an author", .madeAt = UtcTime(std::chrono::seconds(1'795'441'053))});
    draw(canvas);
    canvas.endPage();
    canvas.finish();
    return out.str();
}

QString textOf(const std::function<void(Canvas&)>& draw)
{
    return support::pdfPages(drawn(draw)).join("|");
}

/// Takes so many bytes, and no more.
class FullDisk final : public std::streambuf
{
public:
    explicit FullDisk(std::streamsize room)
        : m_room(room)
    {
    }

protected:
    std::streamsize xsputn(const char*, std::streamsize count) override
    {
        const std::streamsize taken = std::min(count, m_room);
        m_room -= taken;
        return taken;
    }
    int_type overflow(int_type) override { return traits_type::eof(); }

private:
    std::streamsize m_room;
};

} // namespace

class TestCanvas final : public QObject
{
    Q_OBJECT

private slots:
    void amountsAreFoundAsTheyAre_data()
    {
        QTest::addColumn<QString>("amount");
        for (const char* amount : {"0.00", "1.00", "12.34", "123.45", "1234.56", "-1234567.89", "1234567", "1234.567", "92233720368547758.07"})
            QTest::newRow(amount) << amount;
    }
    void amountsAreFoundAsTheyAre()
    {
        QFETCH(QString, amount);
        for (const print::Size size : {print::Size::small, print::Size::normal, print::Size::large, print::Size::title}) {
            for (const bool isBold : {false, true}) {
                QCOMPARE(textOf([&](Canvas& canvas) {
                             canvas.amount(400, 100, amount.toStdString(), 300, {.size = size, .isBold = isBold, .align = Align::right});
                         }),
                         amount);
            }
        }
    }

    void figuresGetSmallerBeforeTheyAreCut()
    {
        QCOMPARE(textOf([](Canvas& canvas) { canvas.figures(100, 100, "1234567890.123456", 20); }), QString("1234567890.123456"));
    }

    void aLineIsCutWithAnEllipsis_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("plain") << QString("word ").repeated(100).trimmed();
        QTest::newRow("thai") << QString::fromUtf8("น้ำ").repeated(100);
    }
    void aLineIsCutWithAnEllipsis()
    {
        QFETCH(QString, line);
        int wide = 0;
        const QString text = textOf([&](Canvas& canvas) { wide = canvas.text(50, 100, line.toStdString(), 200); });
        QVERIFY2(text.endsWith(QString::fromUtf8("…")), qPrintable(text));
        QVERIFY2(line.startsWith(text.chopped(1).trimmed()), qPrintable(text));
        QVERIFY(wide > 150 && wide <= 201);
    }

    void thaiIsFoundWithItsVowelsAndToneMarks_data()
    {
        QTest::addColumn<QString>("words");
        for (const char* words : {"ใบเสร็จรับเงิน ที่น้ำทิ้ง กี่ปู่ญาติผู้ใหญ่", "เป้า ฟ้า จำนวน ต่อแกน-ชั่วโมง", "ใบเสร็จนี้ยังไม่ได้ชำระ มีผลตั้งแต่ 2026"})
            QTest::newRow(words) << QString::fromUtf8(words);
    }
    void thaiIsFoundWithItsVowelsAndToneMarks()
    {
        QFETCH(QString, words);
        for (const print::Size size : {print::Size::small, print::Size::normal, print::Size::large, print::Size::title})
            QCOMPARE(textOf([&](Canvas& canvas) { canvas.text(20, 100, words.toStdString(), 570, {.size = size}); }), words);
    }

    void anyBytesBecomeOneLine_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("shown");
        QTest::newRow("nothing") << QByteArray() << QString();
        QTest::newRow("lines") << QByteArray("one\ntwo\tthree\rfour") << QString("one two three four");
        QTest::newRow("no UTF-8") << QByteArray("a\xff\xfe b\xc3") << QString::fromUtf8("a�� b�");
        QTest::newRow("markup") << QByteArray("<b>&amp;</b> (\\) %d") << QString("<b>&amp;</b> (\\) %d");
        QTest::newRow("deleted") << QByteArray("before\x7f" "after") << QString("before after");
        QTest::newRow("latin") << QByteArray("naïve café ½") << QString::fromUtf8("naïve café ½");
    }
    void anyBytesBecomeOneLine()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, shown);
        const QString text = textOf([&](Canvas& canvas) { canvas.text(50, 100, bytes.toStdString(), 400); });
        if (QTest::currentDataTag() == std::string("no UTF-8"))
            QVERIFY2(text.startsWith("a") && text.contains("b"), qPrintable(text));
        else
            QCOMPARE(text, shown);
    }

    void linesHoldTheWholeText()
    {
        std::ostringstream out;
        const Canvas canvas(out, {});
        const std::string words = QString("one two three four five six seven eight nine ten ").repeated(4).trimmed().toStdString();
        const std::vector<std::string> lines = canvas.lines(words, 100);
        QVERIFY(lines.size() > 5);
        std::string joined;
        for (const std::string& line : lines)
            joined += line;
        QCOMPARE(joined, words);
        QCOMPARE(canvas.lines("", 100), std::vector<std::string>{""});
        QVERIFY(canvas.lines(std::string(500, 'x'), 100).size() > 5); // a word that is longer than a line
    }

    void fontsAreEmbedded()
    {
        const QStringList fonts = support::pdfFonts(drawn([](Canvas& canvas) {
            canvas.text(50, 100, "ab ก", 400);
            canvas.text(50, 120, "ab ก", 400, {.isBold = true});
        }));
        for (const char* name : {"NotoSans-Regular yes", "NotoSans-Bold yes", "NotoSansThai-Regular yes", "NotoSansThai-Bold yes"})
            QVERIFY2(fonts.contains(name), qPrintable(fonts.join(", ")));
        QVERIFY(std::all_of(fonts.begin(), fonts.end(), [](const QString& font) { return font.endsWith(" yes"); }));
    }

    void theSameIsTheSameBytesInEveryThread()
    {
        const auto page = [] {
            return drawn([](Canvas& canvas) {
                canvas.stamp("VOID");
                canvas.text(50, 100, "ab ผู้ใหญ่", 400);
                canvas.amount(300, 120, "1234.56", 100, {.align = Align::right});
                canvas.qrCode(400, 100, 70, "https://billing.example.org/me/receipts/1");
            });
        };
        const std::string first = page();
        std::vector<std::string> others(4);
        {
            std::vector<std::jthread> threads;
            for (std::string& other : others)
                threads.emplace_back([&other, &page] { other = page(); });
        }
        for (const std::string& other : others)
            QVERIFY(other == first);
        QVERIFY(first.starts_with("%PDF-"));
    }

    void whatCannotBeWrittenIsTold()
    {
        FullDisk disk(1000);
        std::ostream out(&disk);
        Canvas canvas(out, {});
        for (int page = 0; page < 3; ++page) {
            for (int line = 0; line < 50; ++line)
                canvas.text(50, 10 + 10 * line, "some text that takes its room " + std::to_string(line * page), 400);
            canvas.endPage();
        }
        QVERIFY_EXCEPTION_THROWN(canvas.finish(), std::runtime_error);
    }

    void anUnfinishedFileStaysUnfinished()
    {
        std::ostringstream out;
        {
            Canvas canvas(out, {});
            canvas.text(50, 100, "half", 400);
            canvas.endPage();
        }
        QVERIFY(out.str().find("%%EOF") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestCanvas)
#include "tst_canvas.moc"

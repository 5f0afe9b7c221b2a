// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/csv_source.h"
#include "server/slurm/plain_bytes.h"
#include "tests/support/compression.h"
#include "tests/support/scratch_directory.h"

#include <QtTest>

#include <fstream>
#include <optional>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;
using support::gzipped;
using support::zstdPacked;

namespace
{

/// What was given out, and why it ended there.
struct Reading {
    std::string text;
    std::string fault;

    bool operator==(const Reading&) const = default;
};

Reading readAll(const std::string& bytes, std::size_t atOnce = 4096)
{
    std::istringstream stream(bytes);
    PlainBytes plain(stream);
    Reading reading;
    std::vector<char> chunk(atOnce);
    try {
        while (const std::size_t count = plain.read(chunk))
            reading.text.append(chunk.data(), count);
        if (plain.read(chunk) != 0)
            reading.fault = "something came after the end";
    } catch (const SourceFailure& failure) {
        reading.fault = failure.what();
    }
    return reading;
}

/// Lines that compress neither to nothing nor badly.
std::string lines(int count, int from = 0)
{
    std::string text;
    for (int line = from; line < from + count; ++line)
        text +=
            std::to_string(line * 7919 % 100'003) + "|alice|chem|COMPLETED|" + std::to_string(line) + "\n";
    return text;
}

/// pzstd writes one in front of each frame.
const std::string skippableFrame("\x50\x2a\x4d\x18\x04\0\0\0abcd", 12);

QByteArray bytesOf(const std::string& text)
{
    return QByteArray::fromStdString(text);
}

std::string packed(const QString& format, const std::string& text)
{
    return format == "gzip" ? gzipped(text) : zstdPacked(text);
}

/// A stream that breaks, as a file on a disk that fails does.
class Breaking final : public std::streambuf
{
public:
    explicit Breaking(std::string text)
        : m_text(std::move(text))
    {
        setg(m_text.data(), m_text.data(), m_text.data() + m_text.size());
    }

protected:
    int_type underflow() override { throw std::ios_base::failure("the disk is broken"); }

private:
    std::string m_text;
};

} // namespace

class TestPlainBytes final : public QObject
{
    Q_OBJECT

private slots:
    void everyKindIsReadWhole_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("text");
        const auto add = [](const char* name, const std::string& bytes, const std::string& text) {
            QTest::newRow(name) << bytesOf(bytes) << bytesOf(text);
        };
        const std::string small = lines(3);
        const std::string large = lines(40'000); // many buffers
        add("nothing", "", "");
        add("plain", small, small);
        add("plain and large", large, large);
        add("one byte", "J", "J");
        add("the first byte of gzip", "\x1f", "\x1f");
        add("gzip", gzipped(small), small);
        add("gzip of nothing", gzipped(""), "");
        add("gzip, stored", gzipped(large, 0), large);
        add("gzip, large", gzipped(large, 9), large);
        add("gzip, three members", gzipped(small) + gzipped("") + gzipped(large), small + large);
        add("gzip with padding", gzipped(small) + std::string(512, '\0'), small);
        add("zstd", zstdPacked(small), small);
        add("zstd of nothing", zstdPacked(""), "");
        add("zstd, large", zstdPacked(large, 19), large);
        add("zstd, three frames", zstdPacked(small) + zstdPacked("") + zstdPacked(large), small + large);
        add("zstd, skippable frame first", skippableFrame + zstdPacked(small), small);
        add("zstd, skippable frames between and last",
            zstdPacked(small) + skippableFrame + zstdPacked(large) + skippableFrame, small + large);
        // Sixteen million bytes that fit into sixteen thousand: the output is what fills up.
        add("gzip of one letter", gzipped(std::string(1U << 24U, 'a')), std::string(1U << 24U, 'a'));
        add("zstd of one letter", zstdPacked(std::string(1U << 24U, 'a')), std::string(1U << 24U, 'a'));
    }

    void everyKindIsReadWhole()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QByteArray, text);
        for (const std::size_t atOnce : {std::size_t{65536}, std::size_t{4096}, std::size_t{701}}) {
            const Reading reading = readAll(bytes.toStdString(), atOnce);
            QCOMPARE(reading.fault, std::string());
            QVERIFY(reading.text == text.toStdString());
        }
    }

    void aCutFileIsNeverTakenForAWholeOne_data()
    {
        QTest::addColumn<QString>("format");
        QTest::newRow("gzip") << "gzip";
        QTest::newRow("zstd") << "zstd";
    }

    void aCutFileIsNeverTakenForAWholeOne()
    {
        QFETCH(const QString, format);
        const std::string first = lines(40);
        const std::string second = lines(30, 40);
        const std::string member = packed(format, first);
        const std::string whole = member + packed(format, second);
        const std::size_t magic = format == "gzip" ? 2 : 4; // with fewer bytes nobody can tell what it is
        for (std::size_t length = magic; length < whole.size(); ++length) {
            const Reading reading = readAll(whole.substr(0, length));
            const QByteArray where = QByteArray::number(static_cast<qulonglong>(length));
            QVERIFY2((first + second).starts_with(reading.text), where.constData());
            if (length == member.size()) { // such a file is whole
                QCOMPARE(reading, (Reading{first, ""}));
                continue;
            }
            QVERIFY2(reading.fault.find(format.toStdString()) != std::string::npos, where.constData());
            QVERIFY2(reading.fault.find("cut") != std::string::npos, reading.fault.c_str());
            if (length > member.size())
                QVERIFY2(reading.text.starts_with(first), where.constData()); // what was sound is given out
        }
    }

    void aDamagedFileIsNeverReadAsAnotherText_data() { aCutFileIsNeverTakenForAWholeOne_data(); }

    void aDamagedFileIsNeverReadAsAnotherText()
    {
        QFETCH(const QString, format);
        const std::string text = lines(40);
        const std::string whole = packed(format, text);
        int told = 0;
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
                std::string damaged = whole;
                damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ flip);
                const Reading reading = readAll(damaged);
                // Bits of the header that mean nothing (its time, its name), or one more skippable frame.
                const bool isHarmless = reading == Reading{text, ""};
                const bool isPlain =
                    reading.text == damaged; // its magic is gone: no log, which the reader says
                const bool isSkipped = format == "zstd" && at < 4 && reading.text.empty();
                told += reading.fault.empty() ? 0 : 1;
                QVERIFY2(!reading.fault.empty() || isHarmless || isPlain || isSkipped,
                         QByteArray::number(static_cast<qulonglong>(at)).constData());
            }
        }
        QVERIFY2(told > static_cast<int>(whole.size()), QByteArray::number(told).constData());
    }

    void whatFollowsTheLastMemberIsNoEnd_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const std::string text = lines(3);
        QTest::newRow("gzip, then text") << bytesOf(gzipped(text) + "more\n");
        QTest::newRow("gzip, then half a magic") << bytesOf(gzipped(text) + "\x1f");
        QTest::newRow("gzip, then zstd") << bytesOf(gzipped(text) + zstdPacked(text));
        QTest::newRow("gzip, then padding, then gzip")
            << bytesOf(gzipped(text) + std::string(3, '\0') + gzipped(text));
        QTest::newRow("zstd, then text") << bytesOf(zstdPacked(text) + "more\n");
        QTest::newRow("zstd, then gzip") << bytesOf(zstdPacked(text) + gzipped(text));
    }

    void whatFollowsTheLastMemberIsNoEnd()
    {
        QFETCH(const QByteArray, bytes);
        const Reading reading = readAll(bytes.toStdString());
        QCOMPARE(reading.text, lines(3));
        QVERIFY(!reading.fault.empty());
    }

    void aWindowThatWouldTakeTheMemoryIsRefused()
    {
        QCOMPARE(readAll(zstdPacked(lines(3), 3, 27)), (Reading{lines(3), ""}));
        const Reading reading = readAll(zstdPacked(lines(3), 3, 28));
        QVERIFY2(reading.fault.find("memory") != std::string::npos, reading.fault.c_str());
    }

    void aStreamThatBreaksIsTold_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("plain") << bytesOf(lines(100));
        QTest::newRow("gzip") << bytesOf(gzipped(lines(100)));
        QTest::newRow("zstd") << bytesOf(zstdPacked(lines(100)));
    }

    void aStreamThatBreaksIsTold()
    {
        QFETCH(const QByteArray, bytes);
        Breaking buffer(bytes.toStdString());
        std::istream stream(&buffer);
        PlainBytes plain(stream);
        std::vector<char> chunk(100'000);
        try {
            while (plain.read(chunk) > 0)
                QVERIFY(plain.bytesTaken() > 0);
            QFAIL("the end was reached");
        } catch (const SourceFailure& failure) {
            QVERIFY2(QByteArray(failure.what()).contains("broke off"), failure.what());
        }
    }

    void theStreamsOwnBytesAreCounted()
    {
        const std::string bytes = gzipped(lines(40'000));
        std::istringstream stream(bytes);
        PlainBytes plain(stream);
        std::vector<char> chunk(4096);
        while (plain.read(chunk) > 0)
            QVERIFY(plain.bytesTaken() <= bytes.size());
        QCOMPARE(plain.bytesTaken(), std::uint64_t{bytes.size()});
    }

    void aPolledFileMayBeCompressedAndIsNamedWhenDamaged_data() { aCutFileIsNeverTakenForAWholeOne_data(); }

    void aPolledFileMayBeCompressedAndIsNamedWhenDamaged()
    {
        QFETCH(const QString, format);
        std::string text = "JobIDRaw|User|State|Submit|Start|End|ElapsedRaw|AllocTRES|JobName\n";
        for (int job = 1; job <= 3000; ++job)
            text += std::to_string(job) +
                    "|alice|COMPLETED|1795440000|1795440000|1795443600|3600|cpu=2,mem=1G,node=1|n\n";
        const std::string whole = packed(format, text);
        const support::ScratchDirectory directory;
        const auto file = directory.path() / "jobs.txt"; // its name says nothing of its kind
        std::int64_t jobs = 0;
        const RecordSink sink{[&jobs](JobRecord&&) { ++jobs; }, [](Reject&&) { QFAIL("a reject"); }};
        CsvSource source({file});

        std::ofstream(file, std::ios::binary) << whole;
        source.read({}, sink, {});
        QCOMPARE(jobs, std::int64_t{3000});

        std::ofstream(file, std::ios::binary) << whole.substr(0, whole.size() - 5);
        try {
            source.read({}, sink, {});
            QFAIL("the file was read as if it were whole");
        } catch (const SourceFailure& failure) {
            QVERIFY2(QByteArray(failure.what()).startsWith(file.string().c_str()), failure.what());
        }
        QVERIFY(jobs > 3000);
    }
};

QTEST_GUILESS_MAIN(TestPlainBytes)
#include "tst_plain_bytes.moc"

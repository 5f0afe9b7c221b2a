// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/event_reader.h"

#include <QTest>

using namespace hpcbill::client;

namespace
{

/// The messages in one line each: `event|data|id`.
QStringList shown(const QList<StreamMessage>& messages)
{
    QStringList lines;
    for (const StreamMessage& message : messages)
        lines << QString::fromUtf8(message.event + '|' + message.data + '|' + message.lastId);
    return lines;
}

} // namespace

class EventReaderTest final : public QObject
{
    Q_OBJECT

private slots:
    void aStreamIsReadAlikeHoweverItIsCut_data();
    void aStreamIsReadAlikeHoweverItIsCut();
    void theServerSaysHowLongToWait_data();
    void theServerSaysHowLongToWait();
    void aMessageWithoutEndIsGivenUp();
};

void EventReaderTest::aStreamIsReadAlikeHoweverItIsCut_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QStringList>("messages");
    // The first four are the examples of the HTML standard, 9.2.6 (Interpreting an event stream).
    QTest::newRow("a comment and unnamed messages")
        << QByteArray(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n")
        << QStringList{"message|first event|1", "message|second event|", "message| third event|"};
    QTest::newRow("data of several lines") << QByteArray("data: YHOO\ndata: +2\ndata: 10\n\n")
                                           << QStringList{"message|YHOO\n+2\n10|"};
    QTest::newRow("data without a value counts")
        << QByteArray("data\n\ndata\ndata\n\ndata:") << QStringList{"message||", "message|\n|"};
    QTest::newRow("one space after the colon is left out")
        << QByteArray("data:test\n\ndata: test\n\n") << QStringList{"message|test|", "message|test|"};
    QTest::newRow("CRLF") << QByteArray("id: 7\r\nevent: receipt.paid\r\ndata: {}\r\n\r\n")
                          << QStringList{"receipt.paid|{}|7"};
    QTest::newRow("CR") << QByteArray("id: 7\revent: a\rdata: x\r\rdata: y\r\r") << QStringList{"a|x|7", "message|y|7"};
    QTest::newRow("ends mixed") << QByteArray("event: a\rdata: x\r\n\ndata: y\n\r\n") << QStringList{"a|x|", "message|y|"};
    QTest::newRow("a name without data is no message") << QByteArray("event: a\nid: 3\n\ndata: x\n\n")
                                                       << QStringList{"message|x|3"};
    QTest::newRow("an id with a NUL is passed over") << QByteArray("id: 1\nid: a\0b\ndata: x\n\n", 23)
                                                     << QStringList{"message|x|1"};
    QTest::newRow("fields that nobody knows") << QByteArray("data: x\ncolour: red\nDATA: y\n\n")
                                              << QStringList{"message|x|"};
    QTest::newRow("a byte order mark") << QByteArray("\xEF\xBB\xBF" "data: x\n\n") << QStringList{"message|x|"};
    QTest::newRow("Thai") << QByteArray("data: ใบเสร็จ\n\n") << QStringList{"message|ใบเสร็จ|"};
    QTest::newRow("the end without a blank line is no message") << QByteArray("data: x\n") << QStringList{};
    QTest::newRow("a colon in the value") << QByteArray("data: a:b: c\n\n") << QStringList{"message|a:b: c|"};
}

void EventReaderTest::aStreamIsReadAlikeHoweverItIsCut()
{
    QFETCH(QByteArray, stream);
    QFETCH(QStringList, messages);
    EventReader whole;
    QCOMPARE(shown(whole.read(stream)), messages);
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        EventReader reader;
        const QList<StreamMessage> first = reader.read(stream.left(cut));
        QCOMPARE(shown(first + reader.read(stream.mid(cut))), messages);
    }
    EventReader byBytes;
    QList<StreamMessage> found;
    for (qsizetype i = 0; i < stream.size(); ++i)
        found += byBytes.read(stream.mid(i, 1));
    QCOMPARE(shown(found), messages);
}

void EventReaderTest::theServerSaysHowLongToWait_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<int>("milliseconds");
    QTest::newRow("a number") << QByteArray("retry: 2500\n") << 2500;
    QTest::newRow("nothing") << QByteArray("data: x\n\n") << -1;
    QTest::newRow("no number") << QByteArray("retry: soon\n") << -1;
    QTest::newRow("a sign") << QByteArray("retry: +5\n") << -1;
    QTest::newRow("too many digits") << QByteArray("retry: 99999999999999\n") << -1;
}

void EventReaderTest::theServerSaysHowLongToWait()
{
    QFETCH(QByteArray, stream);
    QFETCH(int, milliseconds);
    EventReader reader;
    const QList<StreamMessage> messages = reader.read(stream);
    QVERIFY(messages.size() <= 1);
    QCOMPARE(reader.retryMs().value_or(-1), milliseconds);
}

void EventReaderTest::aMessageWithoutEndIsGivenUp()
{
    EventReader reader;
    const QByteArray piece = "data: " + QByteArray(100'000, 'x') + '\n';
    for (int i = 0; i < 20 && !reader.isOverfull(); ++i)
        QVERIFY(reader.read(piece).isEmpty());
    QVERIFY(reader.isOverfull());
}

QTEST_GUILESS_MAIN(EventReaderTest)
#include "tst_event_reader.moc"

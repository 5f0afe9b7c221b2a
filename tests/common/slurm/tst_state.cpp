// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/state.h"

#include <QtTest>

using namespace hpcbill::slurm;

class TestState : public QObject
{
    Q_OBJECT

private slots:
    void statesAreRead_data();
    void statesAreRead();
    void someStatesAreFinal();
};

void TestState::statesAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("base"); // empty: refused
    QTest::addColumn<QByteArray>("by");
    const auto row = [](const char* text, const char* base, const char* by = "") {
        QTest::newRow(*text == '\0' ? "nothing" : text)
            << QByteArray(text) << QByteArray(base) << QByteArray(by);
    };
    row("COMPLETED", "COMPLETED");
    row("CANCELLED by 1003", "CANCELLED", "1003");
    row("CANCELLED by alice", "CANCELLED", "alice");
    row("CANCELLED+", "CANCELLED");
    row("OUT_OF_ME+", "OUT_OF_MEMORY");
    row("OUT_OF_MEMORY", "OUT_OF_MEMORY");
    row("NODE_FAIL", "NODE_FAIL");
    row("REQUEUED", "REQUEUED");
    row("PENDING", "PENDING");
    row("COMPLET+", ""); // COMPLETED or COMPLETING
    row("+", "");
    row("completed", "");
    row("EXPLODED", "");
    row("CANCELLED by ", "");
    row("CANCELLEDby 1", "");
    row(" COMPLETED", "");
    row("", "");
}

void TestState::statesAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, base);
    QFETCH(QByteArray, by);
    const std::string kept = text.toStdString();
    const std::optional<State> state = parseState(kept);
    QCOMPARE(state ? QByteArray::fromStdString(std::string(state->base)) : QByteArray(), base);
    if (state)
        QCOMPARE(QByteArray::fromStdString(state->cancelledBy.value_or("")), by);
}

void TestState::someStatesAreFinal()
{
    for (const std::string_view state :
         {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "PREEMPTED", "NODE_FAIL", "OUT_OF_MEMORY",
          "DEADLINE", "BOOT_FAIL", "REQUEUED", "RESIZING"})
        QVERIFY(isFinalState(state));
    for (const std::string_view state :
         {"PENDING", "RUNNING", "SUSPENDED", "COMPLETING", "CONFIGURING", "EXPLODED", ""})
        QVERIFY(!isFinalState(state));
}

QTEST_GUILESS_MAIN(TestState)
#include "tst_state.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/Language.h"
#include "client/pages/reconcile/diagnosis_text.h"

#include <QFile>
#include <QTest>

using namespace hpcbill::client;

namespace
{

StuckCase stuck(const QString& diagnosis, const QString& nextStep)
{
    StuckCase made;
    made.diagnosis = diagnosis;
    made.nextStep = nextStep;
    made.payment.provider = "stripe";
    made.payment.externalId = "cs_1";
    made.evidence = {"The server's first sentence.", "Its second."};
    made.facts.expected = {"45.00", "THB"};
    made.facts.reported = {"44.00", "THB"};
    made.facts.signatureFailures = 3;
    made.facts.asks = 2;
    return made;
}

bool isThai(const QString& text)
{
    for (const QChar c : text) {
        if (c.unicode() >= 0x0E00 && c.unicode() <= 0x0E7F && c != u'฿')
            return true;
    }
    return false;
}

} // namespace

class DiagnosisTextTest final : public QObject
{
    Q_OBJECT

private slots:
    void everyDiagnosisIsToldInBothLanguagesAndHasAnIcon_data();
    void everyDiagnosisIsToldInBothLanguagesAndHasAnIcon();
    void whatIsNotKnownIsToldInTheServersWords();
    void figuresStandInTheSentence();
    void agesAreShortAndWhole_data();
    void agesAreShortAndWhole();
};

void DiagnosisTextTest::everyDiagnosisIsToldInBothLanguagesAndHasAnIcon_data()
{
    QTest::addColumn<QString>("nextStep");
    // All codes of the contract, each with the next step that the server gives it.
    QTest::newRow("no_event") << "ask_provider";
    QTest::newRow("signature_failed") << "restore_secret_and_replay";
    QTest::newRow("amount_differs") << "check_amount";
    QTest::newRow("currency_differs") << "check_amount";
    QTest::newRow("provider_says_paid") << "mark_paid";
    QTest::newRow("receipt_void") << "refund_and_resolve";
    QTest::newRow("paid_twice") << "refund_and_resolve";
    QTest::newRow("late_failure") << "refund_and_resolve";
    QTest::newRow("checkout_abandoned") << "cancel";
    QTest::newRow("provider_unreachable") << "wait";
}

void DiagnosisTextTest::everyDiagnosisIsToldInBothLanguagesAndHasAnIcon()
{
    QFETCH(QString, nextStep);
    const QString code = QTest::currentDataTag();
    const StuckCase about = stuck(code, nextStep);
    QVERIFY(QFile::exists(":/icons/" + diagnosisIcon(code) + ".svg"));
    Language language;
    for (const char* chosen : {"en", "th"}) {
        language.choose(chosen);
        QStringList texts{diagnosisTitle(code), diagnosisSentence(about, QLocale()), nextStepText(about)};
        texts += evidenceLines(about, QLocale());
        for (const QString& text : std::as_const(texts)) {
            QVERIFY2(!text.isEmpty() && text != code && text != nextStep, qPrintable(text));
            QVERIFY2(!text.contains('%'), qPrintable(text));
            QVERIFY2(isThai(text) == (language.code() == "th"), qPrintable(text));
            QVERIFY2(!about.evidence.contains(text), qPrintable(text));
        }
    }
    language.choose("en");
}

void DiagnosisTextTest::whatIsNotKnownIsToldInTheServersWords()
{
    const StuckCase about = stuck("of_a_newer_server", "something_new");
    QCOMPARE(diagnosisSentence(about, QLocale()), QString("The server's first sentence."));
    QCOMPARE(evidenceLines(about, QLocale()), QStringList{"Its second."});
    QCOMPARE(diagnosisTitle("of_a_newer_server"), QString("of_a_newer_server"));
    PaymentMoment moment;
    moment.kind = "something_new";
    moment.text = "payment.new by alice";
    QCOMPARE(momentText(moment, QLocale()), QString("payment.new by alice"));
}

void DiagnosisTextTest::figuresStandInTheSentence()
{
    const QString text = diagnosisSentence(stuck("amount_differs", "check_amount"), QLocale("en_GB"));
    QVERIFY2(text.contains("44.00") && text.contains("45.00"), qPrintable(text));
}

void DiagnosisTextTest::agesAreShortAndWhole_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("age");
    QTest::newRow("under a minute") << qint64{59} << "0 min";
    QTest::newRow("minutes") << qint64{3'599} << "59 min";
    QTest::newRow("hours") << qint64{11'520} << "3 h 12 min";
    QTest::newRow("days") << qint64{2 * 86'400 + 5 * 3'600 + 7} << "2 d 5 h";
}

void DiagnosisTextTest::agesAreShortAndWhole()
{
    QFETCH(qint64, seconds);
    QFETCH(QString, age);
    QCOMPARE(shownAge(seconds), age);
}

QTEST_GUILESS_MAIN(DiagnosisTextTest)
#include "tst_diagnosis_text.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/reconciliation.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <algorithm>

using namespace hpcbill;
using namespace hpcbill::payments;

namespace
{

Payment pendingPayment()
{
    Payment payment;
    payment.id = PaymentId{1};
    payment.provider = "stripe";
    payment.externalId = "cs_1";
    payment.amount = Money(120'450, Currency::thb());
    payment.createdAt = support::at("2026-11-23T09:58:00Z");
    return payment;
}

Facts factsOf(const Payment& payment)
{
    Facts facts;
    facts.expected = payment.amount;
    return facts;
}

Asked asked(std::optional<Standing> standing, std::optional<std::string> error = std::nullopt)
{
    return {.at = support::at("2026-11-23T10:31:00Z"),
            .standing = standing,
            .amount = std::nullopt,
            .currency = std::nullopt,
            .error = std::move(error)};
}

bool says(const Finding& finding, std::string_view words)
{
    return std::ranges::any_of(finding.evidence,
                               [words](const std::string& sentence) { return sentence.find(words) != std::string::npos; });
}

} // namespace

class DiagnosisTest final : public QObject
{
    Q_OBJECT

private slots:
    void nothingWasHeard();
    void nobodyPays();
    void theProviderIsNotToBeReached();
    void theProviderNeverAnswered();
    void paidAndNotHowMuch();
    void messagesThatDoNotVerifyComeFirst();
    void byHowMuchAnAmountDiffers();
    void moneyThatIsNotWhereItBelongs_data();
    void moneyThatIsNotWhereItBelongs();
};

void DiagnosisTest::nothingWasHeard()
{
    const Payment payment = pendingPayment();
    const Finding finding = diagnose(payment, factsOf(payment));
    QCOMPARE(codeOf(finding.diagnosis), std::string_view("no_event"));
    QCOMPARE(codeOf(finding.nextStep), std::string_view("ask_provider"));
    QVERIFY(says(finding, "No verified message"));
    QVERIFY(says(finding, "not asked yet"));
}

void DiagnosisTest::nobodyPays()
{
    Payment payment = pendingPayment();
    payment.asked = asked(Standing::open);
    const Finding finding = diagnose(payment, factsOf(payment));
    QCOMPARE(codeOf(finding.diagnosis), std::string_view("checkout_abandoned"));
    QCOMPARE(codeOf(finding.nextStep), std::string_view("cancel"));
}

void DiagnosisTest::theProviderIsNotToBeReached()
{
    Payment payment = pendingPayment();
    payment.asked = asked(std::nullopt, "it answered 500");
    const Finding finding = diagnose(payment, factsOf(payment));
    QCOMPARE(codeOf(finding.diagnosis), std::string_view("provider_unreachable"));
    QCOMPARE(codeOf(finding.nextStep), std::string_view("wait"));
    QVERIFY(says(finding, "it answered 500"));
}

void DiagnosisTest::theProviderNeverAnswered()
{
    Payment payment = pendingPayment();
    payment.externalId.reset();
    const Finding finding = diagnose(payment, factsOf(payment));
    QCOMPARE(codeOf(finding.diagnosis), std::string_view("provider_unreachable"));
    QCOMPARE(codeOf(finding.nextStep), std::string_view("cancel"));
}

void DiagnosisTest::paidAndNotHowMuch()
{
    Payment payment = pendingPayment();
    payment.asked = asked(Standing::paid);
    const Finding finding = diagnose(payment, factsOf(payment));
    QCOMPARE(codeOf(finding.diagnosis), std::string_view("provider_says_paid"));
    QCOMPARE(codeOf(finding.nextStep), std::string_view("mark_paid"));
}

void DiagnosisTest::messagesThatDoNotVerifyComeFirst()
{
    Payment payment = pendingPayment();
    payment.asked = asked(Standing::open);
    Facts facts = factsOf(payment);
    facts.signatureFailures = 3;
    facts.firstSignatureFailureAt = support::at("2026-11-23T10:02:00Z");
    facts.lastSignatureFailureAt = support::at("2026-11-23T10:12:00Z");
    facts.secretsChangedAt = support::at("2026-11-23T10:00:00Z");
    const Finding finding = diagnose(payment, facts);
    QCOMPARE(codeOf(finding.diagnosis), std::string_view("signature_failed"));
    QCOMPARE(codeOf(finding.nextStep), std::string_view("restore_secret_and_replay"));
    QVERIFY(finding.evidence.front().starts_with("3 messages about it could not be verified, the first at 2026-11-23T10:02:00Z"));
    QVERIFY(says(finding, "secrets of stripe last changed at 2026-11-23T10:00:00Z"));
}

void DiagnosisTest::byHowMuchAnAmountDiffers()
{
    Payment payment = pendingPayment();
    payment.attention = Attention::amountDiffers;
    Facts facts = factsOf(payment);
    facts.reportedAmount = "1200.00";
    facts.reportedCurrency = "THB";
    const Finding finding = diagnose(payment, facts);
    QCOMPARE(codeOf(finding.diagnosis), std::string_view("amount_differs"));
    QCOMPARE(finding.evidence.front(), std::string("1200.00 THB was paid, 1204.50 THB is due, 4.50 THB too little."));
}

void DiagnosisTest::moneyThatIsNotWhereItBelongs_data()
{
    QTest::addColumn<Attention>("attention");
    QTest::addColumn<QString>("diagnosis");
    QTest::addColumn<QString>("nextStep");
    QTest::newRow("void") << Attention::receiptVoid << "receipt_void" << "refund_and_resolve";
    QTest::newRow("twice") << Attention::paidTwice << "paid_twice" << "refund_and_resolve";
    QTest::newRow("late failure") << Attention::lateFailure << "late_failure" << "refund_and_resolve";
    QTest::newRow("currency") << Attention::currencyDiffers << "currency_differs" << "check_amount";
}

void DiagnosisTest::moneyThatIsNotWhereItBelongs()
{
    QFETCH(const Attention, attention);
    Payment payment = pendingPayment();
    payment.status = PaymentStatus::succeeded;
    payment.attention = attention;
    const Finding finding = diagnose(payment, factsOf(payment));
    QTEST(QString::fromStdString(std::string(codeOf(finding.diagnosis))), "diagnosis");
    QTEST(QString::fromStdString(std::string(codeOf(finding.nextStep))), "nextStep");
    QVERIFY(needsSomebody(payment));
}

QTEST_GUILESS_MAIN(DiagnosisTest)
#include "tst_diagnosis.moc"

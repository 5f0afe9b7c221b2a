// SPDX-License-Identifier: GPL-3.0-or-later
// What a provider's word changes, case by case.
#include "server/payments/settlement.h"

#include <QtTest>

#include <rapidcheck.h>

using namespace hpcbill;
using namespace hpcbill::payments;
using receipts::Status;

Q_DECLARE_METATYPE(Position)
Q_DECLARE_METATYPE(ProviderState)
Q_DECLARE_METATYPE(Decision)

namespace
{

constexpr auto pending = PaymentStatus::pending;
constexpr auto succeeded = PaymentStatus::succeeded;
constexpr auto failed = PaymentStatus::failed;
constexpr auto cancelled = PaymentStatus::cancelled;
const std::optional<Attention> none;

Position at(PaymentStatus payment, Status receipt)
{
    return {.payment = payment,
            .attention = std::nullopt,
            .receipt = receipt,
            .isReceiptPaidByIt = false,
            .due = Money(120'450, Currency::thb())};
}

ProviderState says(Standing standing, std::optional<std::string> amount = "1204.50",
                   std::optional<std::string> currency = "THB")
{
    return {.externalPaymentId = "cs_1",
            .standing = standing,
            .amount = std::move(amount),
            .currency = std::move(currency),
            .reason = std::nullopt};
}

} // namespace

class SettlementTest final : public QObject
{
    Q_OBJECT

private slots:
    void aProvidersWordChangesWhatItShould_data();
    void aProvidersWordChangesWhatItShould();
    void anOperatorsEntryOfThisPaymentIsNoSecondPayment();
    void ofASecondCheckoutOnlyTheMoneyCounts();
    void whatAskedForAttentionIsSettledByTheRightAmount();
    void moneyIsNeverForgotten();
    void saidTwiceItChangesNothing();
};

void SettlementTest::aProvidersWordChangesWhatItShould_data()
{
    QTest::addColumn<Position>("position");
    QTest::addColumn<ProviderState>("state");
    QTest::addColumn<Outcome>("outcome");
    QTest::addColumn<PaymentStatus>("payment");
    QTest::addColumn<std::optional<Attention>>("attention");
    QTest::addColumn<bool>("paysReceipt");

    const auto row = [](const char* name, const Position& position, const ProviderState& state, Outcome outcome,
                        PaymentStatus payment, std::optional<Attention> attention, bool pays) {
        QTest::newRow(name) << position << state << outcome << payment << attention << pays;
    };
    row("paid settles", at(pending, Status::pending), says(Standing::paid), Outcome::applied, succeeded, none, true);
    row("paid again changes nothing", at(succeeded, Status::paid), says(Standing::paid), Outcome::noChange, succeeded, none, false);
    row("paid again, what paid the receipt was taken back", at(succeeded, Status::pending), says(Standing::paid), Outcome::applied, succeeded, none, true);
    row("too little, what paid the receipt was taken back", at(succeeded, Status::pending), says(Standing::paid, "1.00"), Outcome::amountDiffers, succeeded, Attention::amountDiffers, false);
    row("paid after it failed settles", at(failed, Status::pending), says(Standing::paid), Outcome::applied, succeeded, none, true);
    row("paid after it was cancelled settles", at(cancelled, Status::pending), says(Standing::paid), Outcome::applied, succeeded, none, true);
    row("paid too little", at(pending, Status::pending), says(Standing::paid, "1204.49"), Outcome::amountDiffers, pending, Attention::amountDiffers, false);
    row("paid too much", at(pending, Status::pending), says(Standing::paid, "1204.51"), Outcome::amountDiffers, pending, Attention::amountDiffers, false);
    row("an amount in other digits", at(pending, Status::pending), says(Standing::paid, "1204.5"), Outcome::amountDiffers, pending, Attention::amountDiffers, false);
    row("another currency", at(pending, Status::pending), says(Standing::paid, "1204.50", "USD"), Outcome::currencyDiffers, pending, Attention::currencyDiffers, false);
    row("paid, no amount told", at(pending, Status::pending), says(Standing::paid, std::nullopt), Outcome::amountUnknown, pending, none, false);
    row("paid, no currency told", at(pending, Status::pending), says(Standing::paid, "1204.50", std::nullopt), Outcome::amountUnknown, pending, none, false);
    row("paid for a void receipt", at(pending, Status::void_), says(Standing::paid), Outcome::receiptVoid, succeeded, Attention::receiptVoid, false);
    row("cancelled, then paid for a void receipt", at(cancelled, Status::void_), says(Standing::paid), Outcome::receiptVoid, succeeded, Attention::receiptVoid, false);
    row("paid for what was paid otherwise", at(cancelled, Status::paid), says(Standing::paid), Outcome::paidTwice, succeeded, Attention::paidTwice, false);
    row("too little for a void receipt", at(pending, Status::void_), says(Standing::paid, "1.00"), Outcome::amountDiffers, pending, Attention::amountDiffers, false);
    row("failed", at(pending, Status::pending), says(Standing::failed), Outcome::applied, failed, none, false);
    row("failed twice", at(failed, Status::pending), says(Standing::failed), Outcome::noChange, failed, none, false);
    row("failed after it was paid", at(succeeded, Status::paid), says(Standing::failed), Outcome::lateFailure, succeeded, Attention::lateFailure, false);
    row("failed after it was cancelled", at(cancelled, Status::pending), says(Standing::failed), Outcome::noChange, cancelled, none, false);
    row("expired", at(pending, Status::pending), says(Standing::expired), Outcome::applied, cancelled, none, false);
    row("expired after it was paid", at(succeeded, Status::paid), says(Standing::expired), Outcome::noChange, succeeded, none, false);
    row("still open", at(pending, Status::pending), says(Standing::open), Outcome::noChange, pending, none, false);
    row("open after it was paid", at(succeeded, Status::paid), says(Standing::open), Outcome::noChange, succeeded, none, false);
}

void SettlementTest::aProvidersWordChangesWhatItShould()
{
    QFETCH(const Position, position);
    QFETCH(const ProviderState, state);
    const Decision decision = decide(position, state);
    QTEST(decision.outcome, "outcome");
    QTEST(decision.payment, "payment");
    QTEST(decision.attention, "attention");
    QTEST(decision.paysReceipt, "paysReceipt");
}

void SettlementTest::anOperatorsEntryOfThisPaymentIsNoSecondPayment()
{
    Position position = at(cancelled, Status::paid);
    position.isReceiptPaidByIt = true;
    const Decision decision = decide(position, says(Standing::paid));
    QCOMPARE(decision.outcome, Outcome::applied);
    QCOMPARE(decision.payment, succeeded);
    QVERIFY(!decision.attention && !decision.paysReceipt);
}

void SettlementTest::ofASecondCheckoutOnlyTheMoneyCounts()
{
    const auto other = [](PaymentStatus payment, Status receipt) {
        Position position = at(payment, receipt);
        position.isOtherCheckout = true;
        return position;
    };
    for (const Standing standing : {Standing::open, Standing::failed, Standing::expired}) {
        const Decision decision = decide(other(pending, Status::pending), says(standing));
        QCOMPARE(decision.outcome, Outcome::noChange);
        QCOMPARE(decision.payment, pending);
    }
    QVERIFY(decide(other(pending, Status::pending), says(Standing::paid)).paysReceipt);
    const Decision twice = decide(other(succeeded, Status::paid), says(Standing::paid));
    QCOMPARE(twice.outcome, Outcome::paidTwice);
    QCOMPARE(twice.attention, std::optional(Attention::paidTwice));
    Position known = other(succeeded, Status::paid);
    known.isReceiptPaidByIt = true;
    QCOMPARE(decide(known, says(Standing::paid)).outcome, Outcome::noChange);
}

void SettlementTest::whatAskedForAttentionIsSettledByTheRightAmount()
{
    Position position = at(pending, Status::pending);
    position.attention = Attention::amountDiffers;
    const Decision decision = decide(position, says(Standing::paid));
    QVERIFY(decision.paysReceipt && !decision.attention);
}

namespace
{

Position anyPosition()
{
    Position position = at(*rc::gen::element(pending, succeeded, failed, cancelled),
                           *rc::gen::element(Status::pending, Status::paid, Status::void_));
    position.isReceiptPaidByIt = position.receipt == Status::paid && *rc::gen::arbitrary<bool>();
    return position;
}

ProviderState anyState()
{
    return says(*rc::gen::element(Standing::open, Standing::paid, Standing::failed, Standing::expired),
                *rc::gen::element<std::optional<std::string>>("1204.50", "1204.49", "", "x", std::nullopt),
                *rc::gen::element<std::optional<std::string>>("THB", "USD", std::nullopt));
}

/// Where a decision leaves payment and receipt.
Position after(Position position, const Decision& decision)
{
    position.payment = decision.payment;
    position.attention = decision.attention;
    if (decision.paysReceipt) {
        position.receipt = Status::paid;
        position.isReceiptPaidByIt = true;
    }
    return position;
}

} // namespace

void SettlementTest::moneyIsNeverForgotten()
{
    // Whatever came before: a payment of the right amount pays the receipt, or did, or asks for attention.
    QVERIFY(rc::check([] {
        const Position position = anyPosition();
        const Decision decision = decide(position, says(Standing::paid));
        const bool isAccountedFor = decision.paysReceipt || decision.attention.has_value() ||
                                    (position.payment == succeeded && position.receipt != Status::pending) ||
                                    position.isReceiptPaidByIt;
        RC_ASSERT(isAccountedFor);
        RC_ASSERT(decision.payment == succeeded);
        RC_ASSERT(!decision.paysReceipt || position.receipt == Status::pending);
    }));
}

void SettlementTest::saidTwiceItChangesNothing()
{
    QVERIFY(rc::check([] {
        const Position position = anyPosition();
        const ProviderState state = anyState();
        const Position once = after(position, decide(position, state));
        const Decision again = decide(once, state);
        RC_ASSERT(!again.paysReceipt);
        RC_ASSERT(again.payment == once.payment);
        RC_ASSERT(again.attention == once.attention);
    }));
}

QTEST_GUILESS_MAIN(SettlementTest)
#include "tst_settlement.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/api/problem.h"

#include "common/error.h"

#include <QtTest>

using namespace hpcbill;

class TestProblem : public QObject
{
    Q_OBJECT

private slots:
    void aTypeGivesItsCodeBack();
    void theKindsOfFailureHaveTheseCodes();
};

void TestProblem::aTypeGivesItsCodeBack()
{
    QCOMPARE(api::problemType(api::code::stale), std::string("urn:hpcbill:problem:stale"));
    QVERIFY(api::codeOfProblemType(api::problemType("receipt_paid")) == "receipt_paid");
    QVERIFY(!api::codeOfProblemType("about:blank"));
}

void TestProblem::theKindsOfFailureHaveTheseCodes()
{
    QCOMPARE(InvalidInput("a", "b").code(), std::string(api::code::invalidInput));
    QCOMPARE(NotFound("").code(), std::string(api::code::notFound));
    QCOMPARE(Stale("").code(), std::string(api::code::stale));
    QCOMPARE(PreconditionRequired("").code(), std::string(api::code::preconditionRequired));
    QCOMPARE(Forbidden("").code(), std::string(api::code::forbidden));
    QCOMPARE(Unauthenticated("").code(), std::string(api::code::unauthenticated));
    QCOMPARE(PayloadTooLarge("").code(), std::string(api::code::payloadTooLarge));
    QCOMPARE(AmountTooLarge("").code(), std::string(api::code::amountTooLarge));
    QCOMPARE(Overloaded("", std::chrono::seconds(1)).code(), std::string(api::code::overloaded));
}

QTEST_GUILESS_MAIN(TestProblem)
#include "tst_problem.moc"

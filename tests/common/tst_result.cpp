// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/result.h"

#include <QtTest>

#include <memory>
#include <string>

using namespace hpcbill;

namespace
{

Result<int, std::string> half(int number)
{
    if (number % 2 != 0)
        return fail(std::string("is odd"));
    return number / 2;
}

} // namespace

class TestResult : public QObject
{
    Q_OBJECT

private slots:
    void aValueIsAValue();
    void aFailureTellsWhy();
    void aFailureOfTheSameTypeIsToldApart();
    void aValueCanBeMovedOut();
    void anErrorNamesEachField();
};

void TestResult::aValueIsAValue()
{
    const Result<int, std::string> result = half(4);
    QVERIFY(result.ok());
    QVERIFY(static_cast<bool>(result));
    QCOMPARE(result.value(), 2);
    QCOMPARE(*result, 2);
}

void TestResult::aFailureTellsWhy()
{
    const Result<int, std::string> result = half(3);
    QVERIFY(!result);
    QCOMPARE(result.error(), std::string("is odd"));
}

void TestResult::aFailureOfTheSameTypeIsToldApart()
{
    const Result<std::string, std::string> good = std::string("text");
    const Result<std::string, std::string> bad = fail(std::string("text"));
    QVERIFY(good.ok());
    QVERIFY(!bad.ok());
}

void TestResult::aValueCanBeMovedOut()
{
    Result<std::unique_ptr<int>, std::string> result = std::make_unique<int>(5);
    const std::unique_ptr<int> owned = std::move(result).value();
    QCOMPARE(*owned, 5);
}

void TestResult::anErrorNamesEachField()
{
    const InvalidInput error(std::vector<FieldError>{{"cpu", "is negative"}, {"gpu", "is missing"}});
    QCOMPARE(error.code(), std::string("invalid_input"));
    QCOMPARE(std::string(error.what()), std::string("cpu: is negative; gpu: is missing"));
    QCOMPARE(InvalidInput("cpu", "is negative").fields().size(), std::size_t{1});
    QCOMPARE(Overloaded("Try again.", std::chrono::seconds(3)).retryAfter(), std::chrono::seconds(3));
}

QTEST_GUILESS_MAIN(TestResult)
#include "tst_result.moc"

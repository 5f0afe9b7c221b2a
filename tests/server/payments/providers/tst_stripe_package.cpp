// SPDX-License-Identifier: GPL-3.0-or-later
// A second opinion on signatures: what Stripe's own package for Node signs and accepts, we accept; what it
// refuses, we refuse.
#include "server/payments/providers/stripe.h"

#include <QProcess>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <sstream>

using namespace hpcbill;
using namespace hpcbill::payments;

namespace
{

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'790'000'000)};

} // namespace

class TestStripePackage : public QObject
{
    Q_OBJECT

private slots:
    void weJudgeAsItDoes();
};

void TestStripePackage::weJudgeAsItDoes()
{
    QProcess node;
    node.start("node", {HPCBILL_SOURCE_DIR "/tests/server/payments/providers/stripe_package.mjs",
                        HPCBILL_BINARY_DIR "/npm", QString::number(now.time_since_epoch().count())});
    QVERIFY2(node.waitForFinished(60'000), "node does not end");
    QVERIFY2(node.exitStatus() == QProcess::NormalExit && node.exitCode() == 0,
             node.readAllStandardError().constData());

    const Stripe stripe({.apiUrl = "http://127.0.0.1:1", .secretKey = "sk_test_none"});
    const std::vector<SigningSecret> secrets{{7, "whsec_retired_soon"}, {8, "whsec_in_force"}};
    std::istringstream lines(node.readAllStandardOutput().toStdString());
    int accepted = 0;
    int refused = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto row = nlohmann::json::parse(line);
        http::TextPairs headers{{"content-type", "application/json"}};
        if (!row["header"].is_null())
            headers.emplace_back("stripe-signature", row["header"].get<std::string>());
        const Verdict verdict = stripe.verify(headers, row["body"].get<std::string>(), secrets, now);
        const std::string name = row["name"];
        // The package takes times from ahead: whoever sent them could send them again for as long.
        const bool expected = row["accepted"].get<bool>() && name != "from ten minutes ahead";
        const std::string told = name + ": " + verdict.reason + " / " + row["reason"].get<std::string>();
        QVERIFY2(verdict.isGenuine == expected, told.c_str());
        QCOMPARE(verdict.reason.empty(), expected);
        QCOMPARE(verdict.secretId, expected ? std::optional<std::int64_t>(8) : std::nullopt);
        ++(expected ? accepted : refused);
    }
    QCOMPARE(accepted, 7);
    QCOMPARE(refused, 16);
}

QTEST_GUILESS_MAIN(TestStripePackage)
#include "tst_stripe_package.moc"

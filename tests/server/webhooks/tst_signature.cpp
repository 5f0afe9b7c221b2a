// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/signature.h"
#include "tests/support/jobs.h"

#include <QtTest>

using namespace hpcbill;

class SignatureTest final : public QObject
{
    Q_OBJECT

private slots:
    void itIsThatOfTheSpecification();
    void everySecretSigns();
    void secretsAreNewAndLongEnough();
};

void SignatureTest::itIsThatOfTheSpecification()
{
    // The example of the reference libraries of Standard Webhooks.
    const std::string body = R"({"test": 2432232314})";
    const UtcTime at{std::chrono::seconds(1614265330)};
    QCOMPARE(webhooks::timestampOf(at), std::string("1614265330"));
    QCOMPARE(webhooks::signatures({"msg_p5jXN8AQM9LWM0D4loKWxJek", at, body}, {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
             std::string("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
}

void SignatureTest::everySecretSigns()
{
    const std::string first = webhooks::newSecret();
    const std::string second = webhooks::newSecret();
    const UtcTime at = support::at("2026-11-23T10:00:00Z");
    const auto sign = [&](const std::vector<std::string>& secrets) { return webhooks::signatures({"msg_1", at, "{}"}, secrets); };
    QCOMPARE(sign({first, second}), sign({first}) + " " + sign({second}));
}

void SignatureTest::secretsAreNewAndLongEnough()
{
    const std::string secret = webhooks::newSecret();
    QVERIFY(secret.starts_with("whsec_"));
    QCOMPARE(QByteArray::fromBase64(QByteArray::fromStdString(secret.substr(6))).size(), qsizetype{32});
    QVERIFY(secret != webhooks::newSecret());
}

QTEST_GUILESS_MAIN(SignatureTest)
#include "tst_signature.moc"

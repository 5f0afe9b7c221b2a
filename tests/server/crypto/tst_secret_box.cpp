// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/crypto/hmac.h"
#include "server/crypto/secret_box.h"

#include <QtTest>

using namespace hpcbill;

class SecretBoxTest final : public QObject
{
    Q_OBJECT

private slots:
    void whatWasSealedOpensAgain();
    void theSameSecretIsSealedDifferentlyEachTime();
    void anotherKeyOpensNothing();
    void alteredBytesDoNotOpen();
    void fingerprintsTellSecretsApartUnderOneKey();
    void hmacIsThatOfRfc4231_data();
    void hmacIsThatOfRfc4231();

private:
    const crypto::SecretBox m_box{"0123456789abcdef0123456789abcdef"};
};

void SecretBoxTest::whatWasSealedOpensAgain()
{
    for (const std::string& secret : {std::string(), std::string("whsec_abc"), std::string("\0\xff", 2)})
        QCOMPARE(m_box.open(m_box.seal(secret)), secret);
}

void SecretBoxTest::theSameSecretIsSealedDifferentlyEachTime()
{
    QVERIFY(m_box.seal("whsec_abc") != m_box.seal("whsec_abc"));
}

void SecretBoxTest::anotherKeyOpensNothing()
{
    const crypto::SecretBox other("fedcba9876543210fedcba9876543210");
    QVERIFY_THROWS_EXCEPTION(Conflict, static_cast<void>(other.open(m_box.seal("whsec_abc"))));
}

void SecretBoxTest::alteredBytesDoNotOpen()
{
    const auto sealed = m_box.seal("whsec_abc");
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        auto altered = sealed;
        altered[at] ^= std::byte{1};
        QVERIFY_THROWS_EXCEPTION(Conflict, static_cast<void>(m_box.open(altered)));
    }
    QVERIFY_THROWS_EXCEPTION(Conflict, static_cast<void>(m_box.open({})));
    QVERIFY_THROWS_EXCEPTION(
        Conflict, static_cast<void>(m_box.open(std::span(sealed).first(sealed.size() - 1))));
}

void SecretBoxTest::fingerprintsTellSecretsApartUnderOneKey()
{
    const crypto::SecretBox other("fedcba9876543210fedcba9876543210");
    QCOMPARE(m_box.fingerprint("a"), m_box.fingerprint("a"));
    QVERIFY(m_box.fingerprint("a") != m_box.fingerprint("b"));
    QVERIFY(m_box.fingerprint("a") != other.fingerprint("a"));
}

void SecretBoxTest::hmacIsThatOfRfc4231_data()
{
    QTest::addColumn<std::string>("key");
    QTest::addColumn<std::string>("message");
    QTest::addColumn<std::string>("mac");
    QTest::newRow("test case 1") << std::string(20, '\x0b') << std::string("Hi There")
                                 << std::string("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    QTest::newRow("test case 2") << std::string("Jefe") << std::string("what do ya want for nothing?")
                                 << std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    QTest::newRow("test case 6, a key longer than a block")
        << std::string(131, '\xaa') << std::string("Test Using Larger Than Block-Size Key - Hash Key First")
        << std::string("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

void SecretBoxTest::hmacIsThatOfRfc4231()
{
    QFETCH(std::string, key);
    QFETCH(std::string, message);
    QTEST(crypto::toHex(crypto::hmacSha256(key, message)), "mac");
}

QTEST_GUILESS_MAIN(SecretBoxTest)
#include "tst_secret_box.moc"

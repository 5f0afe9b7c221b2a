// SPDX-License-Identifier: GPL-3.0-or-later
// slurmrestd behind a real nginx that ends TLS, as sites run it.
#include "server/slurm/slurmrestd_source.h"
#include "tests/support/answering_server.h"
#include "tests/support/tls.h"

#include <QtTest>

#include <memory>
#include <optional>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

support::CannedAnswer likeSlurmrestd(const support::SeenRequest& request)
{
    return {.body = request.path == "/openapi/v3" ? R"({"paths": {"/slurmdb/v0.0.38/jobs": {}}})" : R"({"errors":[],"jobs":[]})"};
}

} // namespace

class TestSlurmrestdTls final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void ourOwnAuthorityIsTrusted();
    void anotherAuthorityIsNot();
    void theSystemsAuthoritiesDoNotKnowIt();
    void anExpiredCertificateIsRefused();
    void aClientCertificateIsShownWhereOneIsDemanded();
    void whereItIsMissingThatIsTold();

private:
    [[nodiscard]] std::string file(const std::string& name) const { return m_certificates.file(name); }
    /// Why it could not be read; none when it could.
    [[nodiscard]] std::optional<SourceFailure> failureOf(const SlurmrestdSettings& settings) const;

    support::Certificates m_certificates;
    std::unique_ptr<support::AnsweringServer> m_slurmrestd;
};

void TestSlurmrestdTls::initTestCase()
{
    m_certificates.makeAuthority("ours");
    m_certificates.makeAuthority("theirs");
    m_certificates.makeCertificate("server", "ours");
    m_certificates.makeExpiredCertificate("expired", "ours");
    m_certificates.makeCertificate("client", "ours");
    m_slurmrestd = std::make_unique<support::AnsweringServer>(likeSlurmrestd);
}

std::optional<SourceFailure> TestSlurmrestdTls::failureOf(const SlurmrestdSettings& settings) const
{
    SlurmrestdSource source(settings);
    try {
        source.read({}, {[](JobRecord&&) {}, [](Reject&&) {}}, {});
    } catch (const SourceFailure& failure) {
        return failure;
    }
    return std::nullopt;
}

void TestSlurmrestdTls::ourOwnAuthorityIsTrusted()
{
    const support::Nginx nginx(m_certificates, "server", m_slurmrestd->url());
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("ours.pem")});
    QVERIFY2(!failure, failure ? failure->what() : "");
    QCOMPARE(m_slurmrestd->seen().back().headers.at("x-slurm-user-token"), std::string("t"));
}

void TestSlurmrestdTls::anotherAuthorityIsNot()
{
    const support::Nginx nginx(m_certificates, "server", m_slurmrestd->url());
    const std::size_t asked = m_slurmrestd->seen().size();
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("theirs.pem")});
    QVERIFY(failure && failure->kind() == FailureKind::tls);
    QVERIFY2(std::string(failure->what()).find("SLURMRESTD_CA_FILE") != std::string::npos, failure->what());
    QCOMPARE(m_slurmrestd->seen().size(), asked); // the token was shown to nobody
}

void TestSlurmrestdTls::theSystemsAuthoritiesDoNotKnowIt()
{
    const support::Nginx nginx(m_certificates, "server", m_slurmrestd->url());
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t"});
    QVERIFY(failure && failure->kind() == FailureKind::tls);
}

void TestSlurmrestdTls::anExpiredCertificateIsRefused()
{
    const support::Nginx nginx(m_certificates, "expired", m_slurmrestd->url());
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("ours.pem")});
    QVERIFY(failure && failure->kind() == FailureKind::tls);
}

void TestSlurmrestdTls::aClientCertificateIsShownWhereOneIsDemanded()
{
    const support::Nginx nginx(m_certificates, "server", m_slurmrestd->url(), "ssl_verify_client on; ssl_client_certificate " + file("ours.pem") + ";");
    const auto failure = failureOf({.url = nginx.url(),
                                    .user = "u",
                                    .token = "t",
                                    .caFile = file("ours.pem"),
                                    .certificate = file("client.pem"),
                                    .key = file("client.key")});
    QVERIFY2(!failure, failure ? failure->what() : "");
}

void TestSlurmrestdTls::whereItIsMissingThatIsTold()
{
    const support::Nginx nginx(m_certificates, "server", m_slurmrestd->url(), "ssl_verify_client on; ssl_client_certificate " + file("ours.pem") + ";");
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("ours.pem")});
    QVERIFY(failure.has_value());
    QVERIFY2(std::string(failure->what()).find("certificate") != std::string::npos, failure->what());
}

QTEST_GUILESS_MAIN(TestSlurmrestdTls)
#include "tst_slurmrestd_tls.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// slurmrestd behind a real nginx that ends TLS, as sites run it.
#include "server/slurm/slurmrestd_source.h"
#include "tests/support/answering_server.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <optional>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

/// nginx on a free port of 127.0.0.1, its files in `directory`.
class Nginx final
{
public:
    /// `more`: what else stands in the server's block.
    Nginx(const QTemporaryDir& directory, const std::string& certificate, const std::string& backend, const std::string& more = {})
    {
        {
            const Poco::Net::ServerSocket free(Poco::Net::SocketAddress("127.0.0.1", 0));
            m_port = free.address().port();
        }
        const std::string base = directory.path().toStdString();
        std::ofstream(base + "/nginx.conf") << fmt::format(
            "daemon off; master_process off; pid {0}/nginx.pid; error_log {0}/error.log; events {{}}\n"
            "http {{ access_log off; client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;\n"
            "uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;\n"
            "server {{ listen 127.0.0.1:{1} ssl; ssl_certificate {0}/{2}.pem; ssl_certificate_key {0}/{2}.key;\n"
            "{3}\nlocation / {{ proxy_pass {4}; }} }} }}\n",
            base, m_port, certificate, more, backend);
        m_process.start("/usr/sbin/nginx", {"-c", directory.filePath("nginx.conf"), "-e", directory.filePath("start.log")});
        if (!QTest::qWaitFor([this] { return answers(); }))
            qWarning("nginx does not answer: %s", m_process.readAllStandardError().constData());
    }
    ~Nginx()
    {
        m_process.terminate();
        m_process.waitForFinished();
    }
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;

    [[nodiscard]] std::string url() const { return fmt::format("https://127.0.0.1:{}", m_port); }

private:
    [[nodiscard]] bool answers() const
    {
        try {
            Poco::Net::StreamSocket socket;
            socket.connect(Poco::Net::SocketAddress("127.0.0.1", m_port));
            return true;
        } catch (const Poco::Exception&) {
            return false;
        }
    }

    QProcess m_process;
    std::uint16_t m_port = 0;
};

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
    void openssl(const QString& arguments) const;
    void makeCertificate(const std::string& name, const std::string& authority, int days) const;
    [[nodiscard]] std::string file(const std::string& name) const { return m_directory.filePath(QString::fromStdString(name)).toStdString(); }
    /// Why it could not be read; none when it could.
    [[nodiscard]] std::optional<SourceFailure> failureOf(const SlurmrestdSettings& settings) const;

    QTemporaryDir m_directory;
    std::unique_ptr<support::AnsweringServer> m_slurmrestd;
};

void TestSlurmrestdTls::openssl(const QString& arguments) const
{
    QProcess process;
    process.setWorkingDirectory(m_directory.path());
    process.start("openssl", arguments.split(' ', Qt::SkipEmptyParts));
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
}

void TestSlurmrestdTls::makeCertificate(const std::string& name, const std::string& authority, int days) const
{
    openssl(QString::fromStdString(fmt::format(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {0}.key -out {0}.csr -subj /CN={0}", name)));
    openssl(QString::fromStdString(fmt::format("x509 -req -in {0}.csr -CA {1}.pem -CAkey {1}.key -CAcreateserial -days {2} -out {0}.pem "
                                               "-extfile names",
                                               name, authority, days)));
}

void TestSlurmrestdTls::initTestCase()
{
    std::ofstream(file("names")) << "subjectAltName=IP:127.0.0.1,DNS:localhost\n";
    for (const char* authority : {"ours", "theirs"}) {
        openssl(QString("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %1.key -out %1.pem -subj /CN=%1 -days 2")
                    .arg(authority));
    }
    makeCertificate("server", "ours", 2);
    makeCertificate("expired", "ours", -1);
    makeCertificate("client", "ours", 2);
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
    const Nginx nginx(m_directory, "server", m_slurmrestd->url());
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("ours.pem")});
    QVERIFY2(!failure, failure ? failure->what() : "");
    QCOMPARE(m_slurmrestd->seen().back().headers.at("x-slurm-user-token"), std::string("t"));
}

void TestSlurmrestdTls::anotherAuthorityIsNot()
{
    const Nginx nginx(m_directory, "server", m_slurmrestd->url());
    const std::size_t asked = m_slurmrestd->seen().size();
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("theirs.pem")});
    QVERIFY(failure && failure->kind() == FailureKind::tls);
    QVERIFY2(std::string(failure->what()).find("SLURMRESTD_CA_FILE") != std::string::npos, failure->what());
    QCOMPARE(m_slurmrestd->seen().size(), asked); // the token was shown to nobody
}

void TestSlurmrestdTls::theSystemsAuthoritiesDoNotKnowIt()
{
    const Nginx nginx(m_directory, "server", m_slurmrestd->url());
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t"});
    QVERIFY(failure && failure->kind() == FailureKind::tls);
}

void TestSlurmrestdTls::anExpiredCertificateIsRefused()
{
    const Nginx nginx(m_directory, "expired", m_slurmrestd->url());
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("ours.pem")});
    QVERIFY(failure && failure->kind() == FailureKind::tls);
}

void TestSlurmrestdTls::aClientCertificateIsShownWhereOneIsDemanded()
{
    const Nginx nginx(m_directory, "server", m_slurmrestd->url(), "ssl_verify_client on; ssl_client_certificate " + file("ours.pem") + ";");
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
    const Nginx nginx(m_directory, "server", m_slurmrestd->url(), "ssl_verify_client on; ssl_client_certificate " + file("ours.pem") + ";");
    const auto failure = failureOf({.url = nginx.url(), .user = "u", .token = "t", .caFile = file("ours.pem")});
    QVERIFY(failure.has_value());
    QVERIFY2(std::string(failure->what()).find("certificate") != std::string::npos, failure->what());
}

QTEST_GUILESS_MAIN(TestSlurmrestdTls)
#include "tst_slurmrestd_tls.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tls.h"

#include "tests/support/ports.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <fmt/format.h>

#include <QTest>

#include <fstream>
#include <stdexcept>

namespace hpcbill::support
{
namespace
{

constexpr int patienceMs = 120'000;

} // namespace

Certificates::Certificates()
{
    std::ofstream(file("names")) << "subjectAltName=IP:127.0.0.1,DNS:localhost\n";
}

std::string Certificates::file(const std::string& name) const
{
    return m_directory.filePath(QString::fromStdString(name)).toStdString();
}

void Certificates::openssl(const std::string& arguments) const
{
    QProcess process;
    process.setWorkingDirectory(m_directory.path());
    process.start("openssl", QString::fromStdString(arguments).split(' ', Qt::SkipEmptyParts));
    if (!process.waitForFinished(patienceMs) || process.exitCode() != 0)
        throw std::runtime_error("openssl " + arguments + ": " + process.readAllStandardError().toStdString());
}

void Certificates::makeAuthority(const std::string& name) const
{
    openssl(fmt::format("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {0}.key -out {0}.pem -subj /CN={0} -days 2",
                        name));
}

void Certificates::sign(const std::string& name, const std::string& authority, int days) const
{
    openssl(fmt::format("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {0}.key -out {0}.csr -subj /CN={0}", name));
    openssl(fmt::format("x509 -req -in {0}.csr -CA {1}.pem -CAkey {1}.key -CAcreateserial -days {2} -out {0}.pem -extfile names", name,
                        authority, days));
}

Nginx::Nginx(const Certificates& certificates, const std::string& certificate, const std::string& backend, const std::string& more)
{
    // On another port where that one was taken meanwhile, or is in use on 127.0.0.2.
    for (int tries = 5; tries > 0; --tries) {
        m_port = freePorts();
        start(certificates, certificate, backend, more);
        const bool isSettled = QTest::qWaitFor([this] { return hasEnded() || answers(); }, patienceMs);
        if (isSettled && !hasEnded())
            return;
        m_process.kill();
        m_process.waitForFinished(patienceMs);
    }
    throw std::runtime_error("nginx does not answer: " + m_process.readAllStandardError().toStdString());
}

void Nginx::start(const Certificates& certificates, const std::string& certificate, const std::string& backend, const std::string& more)
{
    const std::string configuration = certificates.file("nginx.conf");
    const std::string base = configuration.substr(0, configuration.rfind('/'));
    std::ofstream(configuration) << fmt::format(
        "daemon off; master_process off; pid {0}/nginx.pid; error_log {0}/error.log; events {{}}\n"
        "http {{ access_log off; client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;\n"
        "uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;\n"
        "server {{ listen 127.0.0.1:{1} ssl; listen 127.0.0.2:{1} ssl; ssl_certificate {0}/{2}.pem; ssl_certificate_key {0}/{2}.key;\n"
        "{3}\nlocation / {{ proxy_pass {4}; }} }} }}\n",
        base, m_port, certificate, more, backend);
    m_process.start("/usr/sbin/nginx",
                    {"-c", QString::fromStdString(configuration), "-e", QString::fromStdString(certificates.file("start.log"))});
}

Nginx::~Nginx()
{
    m_process.terminate();
    m_process.waitForFinished(patienceMs);
}

std::string Nginx::url() const
{
    return fmt::format("https://127.0.0.1:{}", m_port);
}

bool Nginx::hasEnded()
{
    m_process.waitForFinished(0);
    return m_process.state() == QProcess::NotRunning;
}

bool Nginx::answers() const
{
    try {
        Poco::Net::StreamSocket socket;
        socket.connect(Poco::Net::SocketAddress("127.0.0.1", m_port));
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

} // namespace hpcbill::support

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_server.h"

#include <Poco/Exception.h>

#include <QFile>

#include <chrono>
#include <stdexcept>

#include <poll.h>

namespace hpcbill::support
{
namespace
{

constexpr int patienceMs = 120'000;

QProcessEnvironment environmentOf(const Environment& settings)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const auto& [name, value] : settings)
        environment.insert(QString::fromStdString(name), QString::fromStdString(value));
    return environment;
}

/// The rest of the line that follows `start`, or nothing.
std::string after(const std::string& text, const std::string& start)
{
    const std::size_t at = text.find(start);
    if (at == std::string::npos)
        return {};
    const std::size_t from = at + start.size();
    const std::size_t end = text.find_first_not_of("0123456789", from);
    return end == std::string::npos ? std::string() : text.substr(from, end - from);
}

void pause()
{
    poll(nullptr, 0, 20);
}

} // namespace

Outcome runHpcbill(const Environment& settings, const std::vector<std::string>& arguments, const std::string& input)
{
    QProcess process;
    process.setProcessEnvironment(environmentOf(settings));
    QStringList words;
    for (const std::string& argument : arguments)
        words << QString::fromStdString(argument);
    process.start(HPCBILL_BINARY_DIR "/bin/hpcbill", words);
    process.write(input.data(), static_cast<qint64>(input.size()));
    process.closeWriteChannel();
    if (!process.waitForFinished(patienceMs))
        process.kill();
    process.waitForFinished();
    return {.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            .output = process.readAllStandardOutput().toStdString(),
            .errors = process.readAllStandardError().toStdString()};
}

TestServer::TestServer(Environment settings)
    : m_settings(std::move(settings))
{
    if (!m_settings.contains("DATABASE_URL")) {
        m_database = std::make_unique<TestDatabase>(Schema::empty);
        m_settings["DATABASE_URL"] = m_database->appUrl();
        m_settings["DATABASE_OWNER_URL"] = m_database->ownerUrl();
    }
    m_settings.try_emplace("APP_ENV", "test");
    m_settings.try_emplace("HTTP_PORT", "0");
    m_settings.try_emplace("ADMIN_PASSWORD", adminPassword);
    // A checkpoint is an event, which endpoints are told of: no second one while a test counts events.
    m_settings.try_emplace("AUDIT_CHECKPOINT_INTERVAL_SEC", "604800");
    start();
}

TestServer::~TestServer()
{
    if (m_process->state() != QProcess::NotRunning)
        stop();
}

void TestServer::start()
{
    const QString logFile = QString::fromStdString((m_directory.path() / "hpcbilld.log").string());
    m_logStart = QFile(logFile).size();
    m_process = std::make_unique<QProcess>();
    m_process->setProcessEnvironment(environmentOf(m_settings));
    m_process->setProcessChannelMode(QProcess::MergedChannels);
    m_process->setStandardOutputFile(logFile, QIODevice::Append);
    m_process->start(HPCBILL_BINARY_DIR "/bin/hpcbilld", QStringList());
    m_process->waitForStarted();

    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(patienceMs);
    std::string port;
    while (std::chrono::steady_clock::now() < deadline) {
        m_process->waitForFinished(0);
        if (m_process->state() == QProcess::NotRunning)
            break;
        if (port.empty())
            port = after(log().substr(static_cast<std::size_t>(m_logStart)), "serving on http://127.0.0.1:");
        if (!port.empty()) {
            m_baseUrl = "http://127.0.0.1:" + port;
            try {
                if (nobody().get("/readyz").status == 200 && hasSigned())
                    return;
            } catch (const Poco::Exception&) {
                // not yet
            }
        }
        pause();
    }
    throw std::runtime_error("hpcbilld does not come up:\n" + log());
}

/// Whether its first checkpoint is behind it, which it signs by itself after it began to serve. True where /metrics are for others.
bool TestServer::hasSigned() const
{
    const Answer metrics = nobody().get("/metrics");
    const std::string size = after(metrics.body, "\naudit_checkpoint_size ");
    return metrics.status != 200 || (!size.empty() && size != "0");
}

void TestServer::kill()
{
    m_process->kill();
    m_process->waitForFinished(patienceMs);
}

int TestServer::stop()
{
    m_process->terminate();
    if (!m_process->waitForFinished(patienceMs)) {
        kill();
        return -1;
    }
    return m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
}

std::string TestServer::log() const
{
    QFile file(QString::fromStdString((m_directory.path() / "hpcbilld.log").string()));
    file.open(QIODevice::ReadOnly);
    return file.readAll().toStdString();
}

bool TestServer::hasLogged(const Answer& answer) const
{
    return log().find("\"" + answer.headers.at("x-request-id") + "\"") != std::string::npos;
}

HttpClient TestServer::signedIn(const std::string& username, const std::string& role) const
{
    const std::string password = "password of " + username;
    const Answer added = admin().post("/api/v1/users", {{"username", username}, {"password", password}, {"role", role}});
    if (added.status != 201 && added.status != 409)
        throw std::runtime_error("cannot make the user " + username + ": " + added.body);
    return logIn(m_baseUrl, username, password);
}

} // namespace hpcbill::support

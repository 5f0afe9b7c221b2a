// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http_client.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/test_database.h"

#include <QProcess>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hpcbill::support
{

/// Settings as environment variables.
using Environment = std::map<std::string, std::string>;

/// What a program said when it had ended.
struct Outcome {
    int exitCode = -1; ///< -1 when it was killed
    std::string output;
    std::string errors;
};

/// Runs `hpcbill` to its end with `input` on its standard input.
Outcome runHpcbill(const Environment& settings, const std::vector<std::string>& arguments, const std::string& input = {});

/// The real `hpcbilld` as a process of its own on a free port, ready when the constructor is done; its event audit.checkpoint
/// comes before that, and once. Suites that use it need add_dependencies(SUITE hpcbilld hpcbill).
class TestServer final
{
public:
    static constexpr const char* adminPassword = "correct horse battery staple";

    /// On a new database of its own, unless the settings name one by DATABASE_URL. Throws std::runtime_error with the log.
    explicit TestServer(Environment settings = {});
    /// Ends it in order.
    ~TestServer();
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    [[nodiscard]] const std::string& baseUrl() const { return m_baseUrl; }
    /// Its settings: those of the command line that works on the same database.
    [[nodiscard]] const Environment& settings() const { return m_settings; }
    /// Only where no DATABASE_URL was given.
    [[nodiscard]] TestDatabase& database() { return *m_database; }
    [[nodiscard]] std::string log() const;
    /// Whether the line of that request is in the log: it is written after the answer was sent.
    [[nodiscard]] bool hasLogged(const Answer& answer) const;
    [[nodiscard]] qint64 processId() const { return m_process->processId(); }

    /// Nobody.
    [[nodiscard]] HttpClient nobody() const { return HttpClient(m_baseUrl); }
    /// The user `admin`.
    [[nodiscard]] HttpClient admin() const { return logIn(m_baseUrl, "admin", adminPassword); }
    /// A user of that role (user, auditor, operator) and name, made where there is none yet.
    [[nodiscard]] HttpClient signedIn(const std::string& username, const std::string& role) const;

    /// `hpcbill` on the same database.
    [[nodiscard]] Outcome hpcbill(const std::vector<std::string>& arguments, const std::string& input = {}) const
    {
        return runHpcbill(m_settings, arguments, input);
    }

    /// SIGKILL.
    void kill();
    /// SIGTERM, and waits; its exit code.
    int stop();
    /// Again after kill() or stop(), on another port.
    void start();

private:
    [[nodiscard]] bool hasSigned() const;

    Environment m_settings;
    std::unique_ptr<TestDatabase> m_database;
    ScratchDirectory m_directory;
    std::unique_ptr<QProcess> m_process;
    std::string m_baseUrl;
    qint64 m_logStart = 0;
};

} // namespace hpcbill::support

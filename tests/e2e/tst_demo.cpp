// SPDX-License-Identifier: GPL-3.0-or-later
// scripts/demo as a stranger starts it: what it tells is true, what it started ends with it, and its folder can be used again.
#include "server/postgres/connection.h"
#include "tests/support/http_client.h"
#include "tests/support/ports.h"
#include "tests/support/scratch_directory.h"

#include <Poco/Exception.h>

#include <QElapsedTimer>
#include <QProcess>
#include <QtTest>

#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <set>

using namespace hpcbill;

namespace
{

constexpr int patienceMs = 180'000;
constexpr int madeUp = 300;

/// The script while it runs.
class Demo final
{
public:
    explicit Demo(std::string directory) : m_directory(std::move(directory)), m_port(QString::number(support::freePorts()))
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("HPCBILL_BUILD_DIR", HPCBILL_BINARY_DIR);
        environment.insert("DATABASE_URL", "postgresql://nobody@nowhere/nothing"); // somebody's own settings must not matter
        m_process.setProcessEnvironment(environment);
        m_process.setWorkingDirectory("/");
        m_process.setProcessChannelMode(QProcess::MergedChannels);
    }
    ~Demo()
    {
        if (m_process.state() != QProcess::NotRunning) end(SIGTERM);
    }
    Demo(const Demo&) = delete;
    Demo& operator=(const Demo&) = delete;

    /// True when it said that it is ready.
    bool start()
    {
        m_process.start(HPCBILL_SOURCE_DIR "/scripts/demo", {"--no-gui", "--port", m_port, "--dir", QString::fromStdString(m_directory),
                                                             "--jobs", QString::number(madeUp)}, QIODevice::ReadOnly);
        QElapsedTimer since;
        since.start();
        while (!since.hasExpired(patienceMs) && m_process.state() != QProcess::NotRunning) {
            m_process.waitForReadyRead(1000);
            m_said += m_process.readAll();
            if (m_said.contains("\nready http://127.0.0.1:" + m_port.toUtf8() + "\n")) return true;
        }
        return false;
    }

    int end(int signal)
    {
        ::kill(static_cast<pid_t>(m_process.processId()), signal);
        m_process.waitForFinished(patienceMs);
        m_said += m_process.readAll();
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }

    [[nodiscard]] nlohmann::json told() const
    {
        std::ifstream file(m_directory + "/demo.json");
        return nlohmann::json::parse(file);
    }
    [[nodiscard]] const QByteArray& said() const { return m_said; }
    [[nodiscard]] QString port() const { return m_port; }

private:
    std::string m_directory;
    QString m_port;
    QProcess m_process;
    QByteArray m_said;
};

/// Processes that have the folder in their command line.
QByteArrayList processesOf(const std::string& directory)
{
    QByteArrayList found;
    for (const QString& entry : QDir("/proc").entryList(QDir::Dirs)) {
        QFile file("/proc/" + entry + "/cmdline");
        if (entry.toInt() <= 0 || !file.open(QIODevice::ReadOnly)) continue;
        const QByteArray words = file.readAll().replace('\0', ' ');
        if (words.contains(directory.c_str())) found << words;
    }
    return found;
}

} // namespace

class TestDemo final : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_demo = std::make_unique<Demo>(folder()); }
    void cleanup() { m_demo.reset(); }

    void whatItTellsIsTrue()
    {
        QVERIFY2(m_demo->start(), m_demo->said().constData());
        const nlohmann::json told = m_demo->told();
        const std::string url = told.at("url").get<std::string>();
        std::map<std::string, int> roles;
        for (const nlohmann::json& user : told.at("users")) {
            const auto client = support::logIn(url, user.at("username").get<std::string>(), user.at("password").get<std::string>());
            QCOMPARE(client.get("/api/v1/me").json().at("role").get<std::string>(), user.at("role").get<std::string>());
            ++roles[user.at("role").get<std::string>()];
        }
        QCOMPARE(roles, (std::map<std::string, int>{{"user", 2}, {"auditor", 2}, {"operator", 2}, {"admin", 2}}));
        const support::HttpClient provider(told.at("provider_url").get<std::string>());
        const auto conduct = provider.get("/control").json();
        QCOMPARE(conduct.at("stripe").at("webhook_url").get<std::string>(), url + "/payments/webhook/stripe");
        QCOMPARE(conduct.at("stripe").at("webhook_secrets").at(0).get<std::string>(), told.at("stripe_webhook_secret").get<std::string>());
        m_users = told.at("users");
    }

    void everySampleJobCanBePagedThrough()
    {
        QVERIFY2(m_demo->start(), m_demo->said().constData());
        const nlohmann::json told = m_demo->told();
        const auto admin = client(told, "admin");
        std::size_t jobs = 0;
        std::string query = "?limit=70";
        for (nlohmann::ordered_json page; !page.contains("next_cursor") || !page.at("next_cursor").is_null();) {
            page = admin.get("/api/v1/jobs" + query).json();
            jobs += page.at("items").size();
            if (!page.at("next_cursor").is_null()) query = "?limit=70&cursor=" + page.at("next_cursor").get<std::string>();
        }
        postgres::Connection superuser(told.at("database_url").get<std::string>(), {});
        QCOMPARE(static_cast<std::int64_t>(jobs), superuser.script("select count(*) from jobs")[0].as<std::int64_t>(0));
        QVERIFY(jobs > madeUp);
        QVERIFY(superuser.script("select rolsuper from pg_roles where rolname = current_user")[0].as<bool>(0));
    }

    void paymentsAreStuckEachInItsOwnWay()
    {
        QVERIFY2(m_demo->start(), m_demo->said().constData());
        const auto queue = client(m_demo->told(), "operator").get("/api/v1/reconciliation").json();
        std::multiset<std::string> diagnoses;
        for (const auto& item : queue.at("items")) diagnoses.insert(item.at("diagnosis").get<std::string>());
        QCOMPARE(diagnoses, (std::multiset<std::string>{"amount_differs", "checkout_abandoned", "currency_differs", "no_event", "receipt_void",
                                                        "signature_failed"}));
        const auto settled = client(m_demo->told(), "operator").get("/api/v1/payments?status=succeeded").json();
        QVERIFY(!settled.at("items").empty());
    }

    void theCommandLineWorksOnIt()
    {
        QVERIFY2(m_demo->start(), m_demo->said().constData());
        QProcess command; // a prefix for the shell
        command.start("sh", {"-c", QString::fromStdString(m_demo->told().at("hpcbill").get<std::string>()) + " audit verify"});
        QVERIFY(command.waitForFinished(patienceMs));
        QVERIFY2(command.exitCode() == 0, command.readAllStandardError().constData());
    }

    void runningItAgainGoesOn()
    {
        QVERIFY2(m_demo->start(), m_demo->said().constData());
        QCOMPARE(m_demo->told().at("users"), m_users);
    }

    void aSecondOneInTheSameFolderIsRefused()
    {
        QVERIFY2(m_demo->start(), m_demo->said().constData());
        Demo second(folder());
        QVERIFY(!second.start());
        QVERIFY2(second.said().contains("another demo runs in"), second.said().constData());
        QCOMPARE(client(m_demo->told(), "user").get("/api/v1/me").status, 200); // the first goes on
    }

    void nothingRunsOnAfterItWasEnded_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGKILL") << SIGKILL;
    }

    void nothingRunsOnAfterItWasEnded()
    {
        QFETCH(const int, signal);
        QVERIFY2(m_demo->start(), m_demo->said().constData());
        QVERIFY(!processesOf(folder()).isEmpty());
        const int exitCode = m_demo->end(signal);
        QCOMPARE(exitCode, signal == SIGKILL ? -1 : 0);
        // The database's own processes end a moment after who told them to.
        QTRY_VERIFY2_WITH_TIMEOUT(processesOf(folder()).isEmpty(), processesOf(folder()).join('\n').constData(), 120'000);
    }

    void secretsAreReadByTheirOwnerOnly()
    {
        for (const char* name : {"users", "demo.json", "hpcbill", "hpcbilld.properties", "hpcbilld.log", "payment-secrets", "payment-provider.json"}) {
            const QFileInfo file(QString::fromStdString(folder() + "/" + name));
            QVERIFY2(file.exists(), name);
            QVERIFY2(!(file.permissions() & (QFile::ReadGroup | QFile::ReadOther)), name);
        }
    }

private:
    [[nodiscard]] std::string folder() const { return (m_directory.path() / "a demo").string(); }
    [[nodiscard]] static support::HttpClient client(const nlohmann::json& told, const std::string& role)
    {
        for (const nlohmann::json& user : told.at("users"))
            if (user.at("role") == role)
                return support::logIn(told.at("url").get<std::string>(), user.at("username").get<std::string>(), user.at("password").get<std::string>());
        throw std::runtime_error("the demo has no " + role);
    }

    support::ScratchDirectory m_directory;
    nlohmann::json m_users;
    std::unique_ptr<Demo> m_demo;
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"

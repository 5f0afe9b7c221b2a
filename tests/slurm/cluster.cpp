// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/slurm/cluster.h"

#include "tests/support/ports.h"
#include "tests/support/processes.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>

#include <csignal>
#include <stdexcept>

#include <poll.h>
#include <unistd.h>

namespace hpcbill::slurmtest
{
namespace
{

constexpr int patienceMs = 900'000; // for all jobs, whose own limits add up to less
constexpr int ports = 5;
constexpr char separator = '\x1f';

std::string run(const QString& program, const QStringList& arguments, const support::Environment& settings)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove("SLURM_JWT"); // with a token in the environment Slurm's commands use it instead of munge
    for (const auto& [name, value] : settings) environment.insert(QString::fromStdString(name), QString::fromStdString(value));
    process.setProcessEnvironment(environment);
    process.start(program, arguments, QIODevice::ReadOnly);
    if (!process.waitForFinished(patienceMs)) {
        process.kill();
        process.waitForFinished();
    }
    const std::string output = process.readAllStandardOutput().toStdString();
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        throw std::runtime_error((program + " " + arguments.join(' ') + " failed:\n" + process.readAllStandardError()).toStdString() + output);
    return output;
}

} // namespace

std::string Cluster::obstacle()
{
    if (geteuid() != 0) return "a Slurm cluster needs root, because its daemons and jobs run as different users";
    return {};
}

Cluster::Cluster() : m_place((m_directory.path() / "slurm").string()), m_portBase(support::freePorts(ports))
{
    start();
}

Cluster::~Cluster()
{
    try {
        control("down", {});
    } catch (const std::runtime_error& error) {
        qWarning("%s", error.what());
    }
}

void Cluster::start()
{
    control("up", {{"SLURM_PORT_BASE", std::to_string(m_portBase)}, {"SLURM_CLUSTER_NAME", "testbed"}, {"TZ", "Asia/Bangkok"}});
    static const QRegularExpression line("export (\\w+)=(\\S+)");
    const QString text = QString::fromStdString(control("env", {}));
    for (auto found = line.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        m_settings[match.captured(1).toStdString()] = match.captured(2).toStdString();
    }
    QFile token(QString::fromStdString((m_directory.path() / "token").string()));
    if (!token.open(QIODevice::WriteOnly) || token.write(QByteArray::fromStdString(m_settings.at("SLURM_JWT"))) < 0)
        throw std::runtime_error("the token could not be written");
}

void Cluster::runJobs()
{
    const std::string output = control("jobs", {{"SLURM_WITH_SUSPENDED", "1"}});
    const QString text = QString::fromStdString(output);
    for (const QString& line : text.split('\n', Qt::SkipEmptyParts))
        m_jobs[line.section(' ', 0, 0).toStdString()] = line.section(' ', 1, 1).toStdString();
}

support::Environment Cluster::settings() const
{
    return {{"CLUSTER_NAME", "testbed"},
            {"SLURMRESTD_URL", m_settings.at("SLURMRESTD_URL")},
            {"SLURMRESTD_CLUSTER", "testbed"},
            {"SLURMRESTD_USER", m_settings.at("SLURMRESTD_USER")},
            {"SLURMRESTD_TOKEN_FILE", (m_directory.path() / "token").string()},
            {"SACCT_ENABLED", "true"},
            {"SLURM_CONF", m_settings.at("SLURM_CONF")}};
}

std::vector<std::vector<std::string>> Cluster::sacct(const std::string& fields, const std::vector<std::string>& more) const
{
    std::vector<std::string> arguments{"--noheader", "--delimiter=" + std::string(1, separator), "--format=" + fields};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<std::vector<std::string>> rows;
    const QByteArray text = QByteArray::fromStdString(runSacct(arguments));
    for (const QByteArray& line : text.split('\n')) {
        if (line.isEmpty()) continue;
        std::vector<std::string>& row = rows.emplace_back();
        for (const QByteArray& column : line.split(separator)) row.push_back(column.toStdString());
    }
    return rows;
}

std::string Cluster::sacctText(const std::string& fields) const
{
    return runSacct({"--format=" + fields});
}

std::string Cluster::runSacct(const std::vector<std::string>& arguments) const
{
    // Of ended states, so that what was never eligible is there too.
    QStringList words{"--allusers", "--parsable2", "--duplicates", "--allocations", "--starttime=uts1700000000", "--endtime=now",
                      "--state=CD,F,TO,CA,NF,PR,DL,OOM,BF,RQ"};
    for (const std::string& argument : arguments) words << QString::fromStdString(argument);
    return run("sacct", words, {{"SLURM_CONF", m_settings.at("SLURM_CONF")}, {"SLURM_TIME_FORMAT", "%s"}});
}

void Cluster::endDaemon(const std::string& name) const
{
    QFile file(QString::fromStdString(m_place + "/run/" + name + ".pid"));
    if (!file.open(QIODevice::ReadOnly)) throw std::runtime_error(name + " does not run");
    const pid_t pid = file.readAll().trimmed().toInt();
    if (pid <= 1) throw std::runtime_error(name + " has no pid");
    ::kill(pid, SIGKILL);
    while (support::isRunning(pid)) poll(nullptr, 0, 20); // as a zombie it may stay, where PID 1 waits for nobody
}

std::string Cluster::control(const std::string& verb, const support::Environment& settings) const
{
    return run(HPCBILL_SOURCE_DIR "/tests/slurm/slurm-cluster", {QString::fromStdString(verb), QString::fromStdString(m_place)}, settings);
}

} // namespace hpcbill::slurmtest

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/app/secret_service.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDir>
#include <QFile>
#include <QTest>

namespace hpcbill::support
{
namespace
{

constexpr int patienceMs = 30'000;

} // namespace

SecretService::SecretService()
{
    qputenv("HOME", home().toUtf8());
    for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}) {
        const QString folder = home() + '/' + name;
        QDir().mkpath(folder);
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv(name, folder.toUtf8());
    }
    startBus();
    startKeyring();
}

SecretService::~SecretService()
{
    stop();
    m_bus.kill();
    m_bus.waitForFinished();
}

QString SecretService::home() const
{
    return QString::fromStdString(m_home.path().string());
}

void SecretService::startBus()
{
    QFile config(home() + "/bus.conf");
    // No folder of services: nothing is started by itself when it is asked for.
    if (!config.open(QIODevice::WriteOnly) ||
        config.write(QString(R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%1/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)")
                         .arg(home())
                         .toUtf8()) < 0)
        qFatal("cannot write the bus' configuration");
    config.close();
    m_bus.start("dbus-daemon", {"--nofork", "--print-address", "--config-file=" + config.fileName()});
    if (!m_bus.waitForReadyRead(patienceMs))
        qFatal("dbus-daemon does not come up: %s", m_bus.readAllStandardError().constData());
    qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
}

void SecretService::startKeyring()
{
    m_keyring.start("gnome-keyring-daemon", {"--foreground", "--components=secrets", "--unlock"});
    m_keyring.write("the keyring's own password");
    m_keyring.closeWriteChannel();
    const QDBusConnection bus =
        QDBusConnection::connectToBus(qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS"), "secret-service");
    const auto isThere = [&bus] { return bus.interface()->isServiceRegistered("org.freedesktop.secrets").value(); };
    if (!bus.isConnected() || !QTest::qWaitFor(isThere, patienceMs))
        qFatal("gnome-keyring-daemon does not come up: %s", m_keyring.readAllStandardError().constData());
}

QByteArray SecretService::kept(const QString& server) const
{
    QProcess tool;
    tool.start("secret-tool", {"lookup", "server", "hpcbill-desktop", "user", server});
    if (!tool.waitForFinished(patienceMs))
        qFatal("secret-tool does not answer");
    return QByteArray::fromBase64(tool.readAllStandardOutput());
}

void SecretService::forget(const QString& server) const
{
    QProcess tool;
    tool.start("secret-tool", {"clear", "server", "hpcbill-desktop", "user", server});
    if (!tool.waitForFinished(patienceMs))
        qFatal("secret-tool does not answer");
}

void SecretService::stop()
{
    m_keyring.kill();
    m_keyring.waitForFinished();
}

} // namespace hpcbill::support

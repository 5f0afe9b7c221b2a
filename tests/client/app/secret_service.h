// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/scratch_directory.h"

#include <QProcess>
#include <QString>

namespace hpcbill::support
{

/// A keychain as a desktop has it: gnome-keyring's Secret Service on a D-Bus session of its own, its home an empty
/// folder, its keyring unlocked by a password. This process, and what it starts, use it from then on.
class SecretService final
{
public:
    SecretService();
    ~SecretService();
    SecretService(const SecretService&) = delete;
    SecretService& operator=(const SecretService&) = delete;

    /// What is kept for the server, as another program reads it; empty for nothing.
    [[nodiscard]] QByteArray kept(const QString& server) const;
    /// Nothing is kept for the server any more.
    void forget(const QString& server) const;
    /// Everything that is written to disk.
    [[nodiscard]] QString home() const;
    /// The keychain goes away; the bus stays, as on a computer that has none.
    void stop();

private:
    void startBus();
    void startKeyring();

    ScratchDirectory m_home;
    QProcess m_bus;
    QProcess m_keyring;
};

} // namespace hpcbill::support

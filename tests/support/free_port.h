// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRandomGenerator>
#include <QTcpServer>

#include <cstdint>
#include <stdexcept>

namespace hpcbill::support
{

/// A port of this computer that nobody listened on a moment ago. It lies below those that Linux gives to whoever asks for any (from 32768
/// on), and those of tests/slurm: else a suite that runs beside this one is given it before it is used. Throws where none is found.
inline std::uint16_t freePort()
{
    for (int tries = 0; tries < 100; ++tries) {
        QTcpServer probe;
        if (probe.listen(QHostAddress::LocalHost, static_cast<quint16>(QRandomGenerator::system()->bounded(20'000, 26'900))))
            return probe.serverPort();
    }
    throw std::runtime_error("no port from 20000 to 26899 is free");
}

} // namespace hpcbill::support

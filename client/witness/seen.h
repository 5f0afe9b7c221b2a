// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace hpcbill::client
{

/// What a server said of its audit log at one moment, as this computer keeps it.
struct SeenCheckpoint {
    qint64 id = 0; ///< here
    qint64 size = 0;
    QString root;     ///< 64 hexadecimal digits
    QByteArray note;  ///< the signed note, every byte of it
    QString key;      ///< the public key that verifies it, as NAME+ID+BASE64
    QString address;  ///< of the server that said it
    QDateTime seenAt; ///< first
    QDateTime lastSeenAt;

    bool operator==(const SeenCheckpoint&) const = default;
};

/// A key of the log, since when it is trusted here, and why.
struct TrustedKey {
    QString key;
    QDateTime since;
    QByteArray rotation; ///< the statement by which a key trusted before vouched for it; empty for the first one

    bool operator==(const TrustedKey&) const = default;
};

/// What is wrong with what a server says now.
enum class AlarmKind {
    cutOff,         ///< fewer records than before
    rewritten,      ///< what was there before is not how the log begins now
    noProof,        ///< the server will not prove that it is
    keyChanged,     ///< signed by a key that no trusted one vouches for
    signatureWrong, ///< not signed by the key that it names, or not a checkpoint at all
    admitted,       ///< the server itself says that its log is not what it signed, and signs nothing new
};

/// History was changed: both sides of the contradiction.
struct Alarm {
    qint64 id = 0;
    AlarmKind kind = AlarmKind::rewritten;
    QString address;
    QDateTime foundAt;
    std::optional<SeenCheckpoint> before; ///< what had been seen; none where only a signature is wrong
    QByteArray presented;                 ///< what the server says now: the signed note as it came
    QStringList presentedKeys;
    qint64 presentedSize = 0; ///< 0 where the note says nothing that can be read
    QString presentedRoot;
    QString admission;     ///< the server's own sentence about what is wrong; empty where it sees nothing
    QByteArray proof;      ///< the server's answer about how one follows from the other; empty where it was not asked
    qint64 agreedSize = 0; ///< the largest checkpoint seen that what the server says now does follow from; 0 for none
    QDateTime acceptedAt;  ///< when somebody here took the present history for the one to go on with; invalid before
    QString acceptedReason;

    bool operator==(const Alarm&) const = default;
};

/// What is known here of the log behind a server's address.
struct KnownLog {
    qint64 log = 0; ///< 0 for none
    QString origin;
    QList<TrustedKey> keys;
    std::optional<SeenCheckpoint> latest;
    std::optional<Alarm> alarm; ///< the one that nobody has accepted
};

} // namespace hpcbill::client

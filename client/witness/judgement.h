// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/witness/seen.h"
#include "common/audit/checkpoint.h"

#include <variant>

namespace hpcbill::client
{

/// What a server answers about its newest checkpoint. Nothing of it is to be believed by itself.
struct Presented {
    struct Key {
        QString key;
        QByteArray introduction; ///< a checkpoint that the key before it signed as well; empty for the first key
    };
    QByteArray note;
    QList<Key> keys;
    QString fault; ///< the server's own: what it has is not what it signed

    [[nodiscard]] QStringList keyTexts() const;
};

/// A checkpoint whose signature is good by a key that is trusted here.
struct Opened {
    audit::Checkpoint checkpoint;
    QString key;
    /// Keys that are trusted only now, in the order in which one vouches for the next.
    QList<TrustedKey> newKeys;
};

/// Opens the note by the keys of the known log, or by those that they vouch for; of a log that is not known yet, by the
/// server's own word. Otherwise what is wrong: keyChanged or signatureWrong.
std::variant<Opened, AlarmKind> open(const Presented& presented, const KnownLog& known, const QDateTime& now);

/// A consistency proof as the server answers it; none where the answer is no such thing.
struct ProofAnswer {
    qint64 from = 0;
    qint64 to = 0;
    std::vector<audit::Hash> hashes;
};
std::optional<ProofAnswer> readProof(const QByteArray& answer);

/// Whether the proof shows that the log of the later checkpoint began as that of the earlier one.
bool follows(const audit::Checkpoint& later, qint64 earlierSize, const QString& earlierRoot, const ProofAnswer& proof);

} // namespace hpcbill::client

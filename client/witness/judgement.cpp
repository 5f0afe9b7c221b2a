// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/witness/judgement.h"

#include "common/audit/merkle.h"
#include "common/audit/record.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <span>

namespace hpcbill::client
{

namespace
{

std::optional<audit::NoteKey> parseKey(const QString& text)
{
    const auto key = audit::NoteKey::parse(text.toStdString());
    return key ? std::optional(*key) : std::nullopt;
}

/// Whether this one key signed the checkpoint in the note.
std::optional<audit::Checkpoint> openBy(const audit::NoteKey& key, const QByteArray& note)
{
    const auto opened = audit::openCheckpoint(std::string_view(note.constData(), static_cast<std::size_t>(note.size())),
                                              std::span<const audit::NoteKey>(&key, 1));
    return opened ? std::optional(*opened) : std::nullopt;
}

/// Keys, oldest first, each vouched for by one before it: it signed the same checkpoint as the new one.
void extend(QList<TrustedKey>& trusted, const Presented& presented, const QDateTime& now)
{
    for (bool isGrowing = true; isGrowing;) {
        isGrowing = false;
        for (const Presented::Key& candidate : presented.keys) {
            const auto isCandidate = [&](const TrustedKey& key) { return key.key == candidate.key; };
            const std::optional<audit::NoteKey> key = parseKey(candidate.key);
            if (!key || std::any_of(trusted.begin(), trusted.end(), isCandidate))
                continue;
            // At the moment of a rotation, the newest checkpoint is itself what both signed.
            for (const QByteArray& note : {candidate.introduction, presented.note}) {
                const bool isVouched =
                    openBy(*key, note) && std::any_of(trusted.begin(), trusted.end(), [&](const TrustedKey& older) {
                        const std::optional<audit::NoteKey> before = parseKey(older.key);
                        return before && openBy(*before, note);
                    });
                if (!isVouched)
                    continue;
                trusted.append({candidate.key, now, note});
                isGrowing = true;
                break;
            }
        }
    }
}

} // namespace

QStringList Presented::keyTexts() const
{
    QStringList texts;
    for (const Key& key : keys)
        texts << key.key;
    return texts;
}

std::variant<Opened, AlarmKind> open(const Presented& presented, const KnownLog& known, const QDateTime& now)
{
    QList<TrustedKey> trusted = known.keys;
    if (trusted.isEmpty()) {
        // A log that was not seen before: its word is taken, for the key that signs; the others prove themselves by it.
        for (const Presented::Key& own : presented.keys) {
            const std::optional<audit::NoteKey> key = parseKey(own.key);
            if (key && openBy(*key, presented.note)) {
                trusted.append({own.key, now, {}});
                break;
            }
        }
    } else {
        extend(trusted, presented, now);
    }
    for (qsizetype i = 0; i < trusted.size(); ++i) {
        const std::optional<audit::NoteKey> key = parseKey(trusted.at(i).key);
        const std::optional<audit::Checkpoint> checkpoint = key ? openBy(*key, presented.note) : std::nullopt;
        if (!checkpoint)
            continue;
        Opened opened{*checkpoint, trusted.at(i).key, trusted.mid(known.keys.size())};
        return opened;
    }
    const auto isGoodByItsOwnWord = [&](const Presented::Key& own) {
        const std::optional<audit::NoteKey> key = parseKey(own.key);
        return key && openBy(*key, presented.note);
    };
    return std::any_of(presented.keys.begin(), presented.keys.end(), isGoodByItsOwnWord) ? AlarmKind::keyChanged
                                                                                         : AlarmKind::signatureWrong;
}

std::optional<ProofAnswer> readProof(const QByteArray& answer)
{
    const QJsonObject object = QJsonDocument::fromJson(answer).object();
    if (!object["from"].isDouble() || !object["to"].isDouble() || !object["proof"].isArray())
        return std::nullopt;
    ProofAnswer proof{object["from"].toInteger(), object["to"].toInteger(), {}};
    const QJsonArray hashes = object["proof"].toArray();
    for (const QJsonValue& text : hashes) {
        const auto hash = audit::parseHash(text.toString().toStdString());
        if (!hash)
            return std::nullopt;
        proof.hashes.push_back(*hash);
    }
    return proof;
}

bool follows(const audit::Checkpoint& later, qint64 earlierSize, const QString& earlierRoot, const ProofAnswer& proof)
{
    const auto root = audit::parseHash(earlierRoot.toStdString());
    return root && proof.from == earlierSize && proof.to == later.size &&
           audit::extends(earlierSize, *root, later.size, later.root, proof.hashes);
}

} // namespace hpcbill::client

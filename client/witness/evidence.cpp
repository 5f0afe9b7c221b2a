// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/witness/evidence.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace hpcbill::client
{

namespace
{

QJsonValue timeOf(const QDateTime& moment)
{
    return moment.isValid() ? QJsonValue(moment.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue();
}

QJsonObject toJson(const SeenCheckpoint& seen)
{
    return {{"size", seen.size},
            {"root", seen.root},
            {"note", QString::fromUtf8(seen.note)},
            {"key", seen.key},
            {"server", seen.address},
            {"first_seen_at", timeOf(seen.seenAt)},
            {"last_seen_at", timeOf(seen.lastSeenAt)}};
}

/// For auditors, who read this in no program of ours; the language is that of the format's description.
QString summaryOf(const Alarm& alarm)
{
    switch (alarm.kind) {
    case AlarmKind::cutOff:
        return "The log was cut off: the server says that it has fewer records than it had.";
    case AlarmKind::rewritten:
        return "The log was rewritten: what the server says now does not follow from what it said before.";
    case AlarmKind::noProof:
        return "The server does not prove that what it says now follows from what it said before.";
    case AlarmKind::keyChanged:
        return "The log is signed by a key that none of the keys trusted before vouches for.";
    case AlarmKind::signatureWrong:
        return "What the server says of its log is not signed by the key that it names.";
    case AlarmKind::admitted:
        return "The server itself found that its log is not what it signed.";
    }
    return {};
}

} // namespace

QString codeOf(AlarmKind kind)
{
    switch (kind) {
    case AlarmKind::cutOff:
        return "cut_off";
    case AlarmKind::rewritten:
        return "rewritten";
    case AlarmKind::noProof:
        return "no_proof";
    case AlarmKind::keyChanged:
        return "key_changed";
    case AlarmKind::signatureWrong:
        return "signature_wrong";
    case AlarmKind::admitted:
        return "admitted";
    }
    return {};
}

QByteArray evidenceOf(const Alarm& alarm, const QList<TrustedKey>& keys, const QList<SeenCheckpoint>& seen)
{
    QJsonArray trusted;
    for (const TrustedKey& key : keys)
        trusted.append(QJsonObject{{"key", key.key},
                                   {"trusted_since", timeOf(key.since)},
                                   {"signed_beside_a_trusted_key", key.rotation.isEmpty()
                                                                       ? QJsonValue()
                                                                       : QJsonValue(QString::fromUtf8(key.rotation))}});
    QJsonArray all;
    for (const SeenCheckpoint& checkpoint : seen)
        all.append(toJson(checkpoint));
    const QJsonObject presented{{"received_at", timeOf(alarm.foundAt)},
                                {"size", alarm.presentedSize},
                                {"root", alarm.presentedRoot},
                                {"note", QString::fromUtf8(alarm.presented)},
                                {"fault", alarm.admission.isEmpty() ? QJsonValue() : QJsonValue(alarm.admission)},
                                {"keys", QJsonArray::fromStringList(alarm.presentedKeys)}};
    const QJsonObject evidence{
        {"format", "hpcbill-audit-evidence/1"},
        {"kind", codeOf(alarm.kind)},
        {"summary", summaryOf(alarm)},
        {"how_to_check",
         "Each note is a C2SP signed note (https://c2sp.org/signed-note) whose text is a C2SP checkpoint "
         "(https://c2sp.org/tlog-checkpoint): the log's name, its number of records, the root of their RFC 6962 tree. Verify "
         "the signatures of seen_before.note and presented.note by the keys. Both are statements of the same signer about the "
         "same log. A longer log must contain the shorter one as its beginning; consistency_proof, if the server gave one, "
         "must show that by RFC 9162, section 2.1.4.2, from the root of seen_before to the root of presented. A smaller size, "
         "the same size with another root, or a proof that does not fit, cannot come about by adding records."},
        {"server", alarm.address},
        {"found_at", timeOf(alarm.foundAt)},
        {"seen_before", alarm.before ? QJsonValue(toJson(*alarm.before)) : QJsonValue()},
        {"presented", presented},
        {"consistency_proof", QJsonDocument::fromJson(alarm.proof).isObject()
                                  ? QJsonValue(QJsonDocument::fromJson(alarm.proof).object())
                                  : QJsonValue()},
        {"unchanged_up_to", alarm.agreedSize > 0 ? QJsonValue(alarm.agreedSize) : QJsonValue()},
        {"accepted_at", timeOf(alarm.acceptedAt)},
        {"accepted_reason", alarm.acceptedReason.isEmpty() ? QJsonValue() : QJsonValue(alarm.acceptedReason)},
        {"trusted_keys", trusted},
        {"all_seen", all},
    };
    return QJsonDocument(evidence).toJson(QJsonDocument::Indented);
}

} // namespace hpcbill::client

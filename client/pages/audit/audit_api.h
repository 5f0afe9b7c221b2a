// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"
#include "client/models/column.h"

#include <QJsonObject>

#include <vector>

namespace hpcbill::client
{

/// A record of the audit log as it is shown. Verification does not use this: it reads the answer's bytes
/// itself.
struct AuditRecord {
    qint64 seq = 0;
    QDateTime at;
    QString actor;
    QString actorRole;
    QString action;
    QString targetType;
    QString targetId;
    QString outcome;
    QString requestId;
    QString address;
    QJsonObject details;
    QString leafHash;
    QString prevHash;
    QString hash;
};

/// A page of records, newest first.
void fetchAudit(RestClient& api, const std::optional<QString>& cursor, int limit, QObject* context,
                const Answer<ListPage<AuditRecord>>& done);
/// The bytes of a page in the order of the chain, to be verified.
void fetchChain(RestClient& api, const std::optional<QString>& cursor, int limit, QObject* context,
                const Answer<RawAnswer>& done);

/// The signed note of the newest checkpoint.
void fetchCheckpointNote(RestClient& api, QObject* context, const Answer<QString>& done);

std::vector<Column<AuditRecord>> auditColumns();

} // namespace hpcbill::client

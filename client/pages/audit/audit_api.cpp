// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/audit_api.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

namespace hpcbill::client
{

namespace
{

AuditRecord readRecord(const JsonFields& fields)
{
    return {fields.integer("seq"),
            fields.time("ts"),
            fields.textOrEmpty("actor"),
            fields.textOrEmpty("actor_role"),
            fields.text("action"),
            fields.textOrEmpty("target_type"),
            fields.textOrEmpty("target_id"),
            fields.text("outcome"),
            fields.textOrEmpty("request_id"),
            fields.textOrEmpty("address"),
            fields.object("details").raw(),
            fields.text("leaf_hash"),
            fields.text("prev_hash"),
            fields.text("hash")};
}

Call auditCall(const QString& order, const std::optional<QString>& cursor, int limit)
{
    Call call{.path = apiPath({"audit"})};
    addParameter(call.query, "order", order);
    addParameter(call.query, "limit", QString::number(limit));
    if (cursor)
        addParameter(call.query, "cursor", *cursor);
    return call;
}

Column<AuditRecord> textColumn(const char* id, const char* title, QString AuditRecord::* field)
{
    return {id, title, false, [field](const AuditRecord& record, const QLocale&) { return record.*field; },
            [field](const AuditRecord& record) { return record.*field; }};
}

} // namespace

void fetchAudit(RestClient& api, const std::optional<QString>& cursor, int limit, QObject* context,
                const Answer<ListPage<AuditRecord>>& done)
{
    const auto read = [](const RawAnswer& answer) { return readList<AuditRecord>(answer.body, readRecord); };
    api.fetch<ListPage<AuditRecord>>(auditCall("desc", cursor, limit), context, read, done);
}

void fetchChain(RestClient& api, const std::optional<QString>& cursor, int limit, QObject* context,
                const Answer<RawAnswer>& done)
{
    api.send(auditCall("asc", cursor, limit), context, done);
}

void fetchCheckpointNote(RestClient& api, QObject* context, const Answer<QString>& done)
{
    const auto read = [](const RawAnswer& answer) { return readObject(answer.body).text("note"); };
    api.fetch<QString>(Call{.path = apiPath({"audit", "checkpoint"})}, context, read, done);
}

std::vector<Column<AuditRecord>> auditColumns()
{
    return {
        {"seq", QT_TRANSLATE_NOOP("columns", "No."), true,
         [](const AuditRecord& record, const QLocale& locale) {
             return localized(QString::number(record.seq), locale);
         },
         [](const AuditRecord& record) { return QString::number(record.seq); }},
        {"ts", QT_TRANSLATE_NOOP("columns", "Time"), false,
         [](const AuditRecord& record, const QLocale& locale) { return shownTime(record.at, locale); },
         [](const AuditRecord& record) { return rawTime(record.at); }},
        textColumn("actor", QT_TRANSLATE_NOOP("columns", "Who"), &AuditRecord::actor),
        textColumn("role", QT_TRANSLATE_NOOP("columns", "Role"), &AuditRecord::actorRole),
        textColumn("action", QT_TRANSLATE_NOOP("columns", "Action"), &AuditRecord::action),
        {"target", QT_TRANSLATE_NOOP("columns", "Of what"), false,
         [](const AuditRecord& record, const QLocale&) {
             return QString("%1 %2").arg(record.targetType, record.targetId).trimmed();
         },
         [](const AuditRecord& record) {
             return QString("%1 %2").arg(record.targetType, record.targetId).trimmed();
         }},
        textColumn("outcome", QT_TRANSLATE_NOOP("columns", "Outcome"), &AuditRecord::outcome),
        textColumn("address", QT_TRANSLATE_NOOP("columns", "From"), &AuditRecord::address),
    };
}

} // namespace hpcbill::client

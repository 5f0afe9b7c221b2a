// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/statement_api.h"

#include <QJsonDocument>

namespace hpcbill::client
{

namespace
{

Money moneyOrNone(const JsonFields& fields, const QString& name)
{
    return fields.has(name) ? fields.money(name) : Money();
}

StatementRow readRow(const JsonFields& fields)
{
    return {fields.integer("line"),
            fields.textOrEmpty("booked_on"),
            fields.textOrEmpty("reference"),
            moneyOrNone(fields, "amount"),
            fields.text("verdict"),
            fields.textOrEmpty("receipt_number"),
            fields.textOrEmpty("username"),
            moneyOrNone(fields, "expected"),
            fields.textOrEmpty("detail")};
}

/// The members of an array, each read by `readItem(JsonFields)`.
template <typename T, typename ReadItem>
QList<T> readAll(const JsonFields& fields, const QString& name, ReadItem readItem)
{
    QList<T> all;
    const QJsonArray items = fields.array(name);
    for (qsizetype i = 0; i < items.size(); ++i)
        all.append(readItem(JsonFields(items.at(i).toObject(), QString("%1[%2]").arg(name).arg(i))));
    return all;
}

StatementPreview readPreview(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    return {fields.text("name"), fields.text("digest"), readAll<StatementRow>(fields, "rows", readRow),
            readAll<StatementTotal>(fields, "totals", [](const JsonFields& total) {
                return StatementTotal{total.text("verdict"), total.integer("rows"), total.money("amount")};
            })};
}

QList<SettledRow> readSettled(const RawAnswer& answer)
{
    return readAll<SettledRow>(readObject(answer.body), "settled", [](const JsonFields& row) {
        return SettledRow{row.text("receipt_number"), row.money("amount")};
    });
}

Call postCall(const QString& step, const QJsonObject& body)
{
    return {.method = "POST",
            .path = apiPath({"reconciliation", "statements", step}),
            .body = QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

} // namespace

void previewStatement(RestClient& api, const QString& name, const QString& csv, QObject* context,
                      const Answer<StatementPreview>& done)
{
    api.fetch<StatementPreview>(postCall("preview", {{"name", name}, {"csv", csv}}), context, readPreview, done);
}

void settleStatement(RestClient& api, const StatementOrder& order, QObject* context,
                     const Answer<QList<SettledRow>>& done)
{
    QJsonArray lines;
    for (const qint64 line : order.lines)
        lines.append(line);
    const QJsonObject body{{"name", order.name},
                           {"csv", order.csv},
                           {"digest", order.digest},
                           {"lines", lines},
                           {"reason", order.reason}};
    api.fetch<QList<SettledRow>>(postCall("settle", body), context, readSettled, done);
}

} // namespace hpcbill::client

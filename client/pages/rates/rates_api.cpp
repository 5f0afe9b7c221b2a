// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/rates_api.h"

#include <QJsonDocument>

namespace hpcbill::client
{

namespace
{

RateVersion readVersion(const JsonFields& fields)
{
    return {fields.text("tier"),
            {fields.text("cpu"), fields.text("gpu"), fields.text("mem")},
            fields.text("currency"),
            fields.time("effective_from"),
            fields.textOrEmpty("author"),
            fields.textOrEmpty("reason"),
            fields.textOrEmpty("etag").toUtf8()};
}

TierRates readTier(const JsonFields& fields)
{
    TierRates tier{readVersion(fields), std::nullopt};
    if (fields.has("scheduled"))
        tier.scheduled = readVersion(fields.object("scheduled"));
    return tier;
}

} // namespace

void fetchRates(RestClient& api, QObject* context, const Answer<QList<TierRates>>& done)
{
    const auto read = [](const RawAnswer& answer) {
        return readList<TierRates>(answer.body, readTier).items;
    };
    api.fetch<QList<TierRates>>({.path = apiPath({"rates"})}, context, read, done);
}

void fetchRateHistory(RestClient& api, const QString& tier, const std::optional<QString>& cursor, int limit,
                      QObject* context, const Answer<ListPage<RateVersion>>& done)
{
    Call call{.path = apiPath({"rates", tier, "history"})};
    addParameter(call.query, "limit", QString::number(limit));
    if (cursor)
        addParameter(call.query, "cursor", *cursor);
    const auto read = [](const RawAnswer& answer) { return readList<RateVersion>(answer.body, readVersion); };
    api.fetch<ListPage<RateVersion>>(call, context, read, done);
}

void saveRates(RestClient& api, const RateChange& change, QObject* context, const Answer<RateVersion>& done)
{
    QJsonObject body{{"reason", change.reason}};
    for (const RateField& field : rateFields)
        body.insert(QLatin1String(field.name), change.figures.*field.figure);
    if (change.effectiveFrom.isValid()) {
        body.insert("effective_from", change.effectiveFrom.toUTC().toString(Qt::ISODate));
    }
    const Call call{.method = "PUT",
                    .path = apiPath({"rates", change.tier}),
                    .body = QJsonDocument(body).toJson(QJsonDocument::Compact),
                    .ifMatch = change.etag};
    api.fetch<RateVersion>(
        call, context, [](const RawAnswer& answer) { return readVersion(readObject(answer.body)); }, done);
}

} // namespace hpcbill::client

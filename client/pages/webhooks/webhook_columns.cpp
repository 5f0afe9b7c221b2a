// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/webhooks/webhooks_api.h"

namespace hpcbill::client
{

namespace
{

QString said(const char* text)
{
    return QCoreApplication::translate("webhooks", text);
}

template <typename Row>
Column<Row> textColumn(const char* id, const char* title, std::function<QString(const Row&)> text)
{
    return {id, title, false, [text](const Row& row, const QLocale&) { return text(row); }, text};
}

template <typename Row>
Column<Row> timeColumn(const char* id, const char* title, QDateTime Row::* time)
{
    return {id, title, false, [time](const Row& row, const QLocale& locale) { return shownTime(row.*time, locale); },
            [time](const Row& row) { return rawTime(row.*time); }};
}

template <typename Row>
Column<Row> countColumn(const char* id, const char* title, qint64 Row::* count)
{
    return {id, title, true,
            [count](const Row& row, const QLocale& locale) { return localized(QString::number(row.*count), locale); },
            [count](const Row& row) { return QString::number(row.*count); }};
}

QString endpointIcon(const Endpoint& endpoint)
{
    if (endpoint.status == "paused")
        return "still:quiet";
    if (endpoint.failures > 0)
        return "attention:attention";
    return endpoint.lastSuccessAt.isValid() ? "good:good" : "clock:quiet";
}

QString deliveryIcon(const Delivery& delivery)
{
    if (delivery.status == "delivered")
        return "good:good";
    if (delivery.status == "dead")
        return "bad:bad";
    return delivery.attempts > 0 ? "attention:attention" : "clock:quiet";
}

QString lastAnswer(const Delivery& delivery)
{
    return delivery.lastStatus.isEmpty() ? delivery.lastError : "HTTP " + delivery.lastStatus;
}

} // namespace

QStringList webhookEvents()
{
    return {"receipt.created", "receipt.paid",     "receipt.voided", "payment.succeeded",
            "payment.failed",  "payment.stuck",    "rates.changed",  "ingest.stalled",
            "audit.checkpoint", "backup.finished", "backup.failed"};
}

QString endpointStateText(const Endpoint& endpoint)
{
    if (endpoint.status == "paused") {
        if (endpoint.pausedReason == "gone")
            return said(QT_TRANSLATE_NOOP("webhooks", "paused: address is gone"));
        return endpoint.pausedReason == "failing" ? said(QT_TRANSLATE_NOOP("webhooks", "paused: it kept failing"))
                                                  : said(QT_TRANSLATE_NOOP("webhooks", "paused"));
    }
    if (endpoint.failures > 0)
        return said(QT_TRANSLATE_NOOP("webhooks", "failing"));
    return endpoint.lastSuccessAt.isValid() ? said(QT_TRANSLATE_NOOP("webhooks", "working"))
                                            : said(QT_TRANSLATE_NOOP("webhooks", "nothing sent yet"));
}

QString deliveryStatusText(const QString& code)
{
    if (code == "pending")
        return said(QT_TRANSLATE_NOOP("webhooks", "waiting"));
    if (code == "delivered")
        return said(QT_TRANSLATE_NOOP("webhooks", "delivered"));
    return code == "dead" ? said(QT_TRANSLATE_NOOP("webhooks", "given up")) : code;
}

std::vector<Column<Endpoint>> endpointColumns()
{
    return {
        {"status", QT_TRANSLATE_NOOP("columns", "State"), false,
         [](const Endpoint& endpoint, const QLocale&) { return endpointStateText(endpoint); },
         [](const Endpoint& endpoint) { return endpoint.status; }, endpointIcon},
        textColumn<Endpoint>("url", QT_TRANSLATE_NOOP("columns", "Address"),
                             [](const Endpoint& endpoint) { return endpoint.url; }),
        countColumn("failures", QT_TRANSLATE_NOOP("columns", "Failed in a row"), &Endpoint::failures),
        countColumn("pending", QT_TRANSLATE_NOOP("columns", "Waiting"), &Endpoint::pending),
        countColumn("dead", QT_TRANSLATE_NOOP("columns", "Given up"), &Endpoint::dead),
        timeColumn("success", QT_TRANSLATE_NOOP("columns", "Last success"), &Endpoint::lastSuccessAt),
        textColumn<Endpoint>("description", QT_TRANSLATE_NOOP("columns", "Description"),
                             [](const Endpoint& endpoint) { return endpoint.description; }),
    };
}

std::vector<Column<Delivery>> deliveryColumns()
{
    return {
        {"status", QT_TRANSLATE_NOOP("columns", "State"), false,
         [](const Delivery& delivery, const QLocale&) { return deliveryStatusText(delivery.status); },
         [](const Delivery& delivery) { return delivery.status; }, deliveryIcon},
        textColumn<Delivery>("event", QT_TRANSLATE_NOOP("columns", "Event"),
                             [](const Delivery& delivery) { return delivery.eventType; }),
        timeColumn("created", QT_TRANSLATE_NOOP("columns", "Time"), &Delivery::createdAt),
        countColumn("attempts", QT_TRANSLATE_NOOP("columns", "Tries"), &Delivery::attempts),
        textColumn<Delivery>("answer", QT_TRANSLATE_NOOP("columns", "Last answer"), lastAnswer),
        textColumn<Delivery>("endpoint", QT_TRANSLATE_NOOP("columns", "Address"),
                             [](const Delivery& delivery) { return delivery.endpointUrl; }),
    };
}

} // namespace hpcbill::client

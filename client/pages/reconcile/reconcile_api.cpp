// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/reconcile_api.h"

#include <QJsonDocument>

namespace hpcbill::client
{

namespace
{

QString idOrEmpty(const JsonFields& fields, const QString& name)
{
    return fields.has(name) ? fields.decimal(name) : QString();
}

Money moneyOrNone(const JsonFields& fields, const QString& name)
{
    return fields.has(name) ? fields.money(name) : Money();
}

Payment readPayment(const JsonFields& fields)
{
    return {fields.decimal("id"),
            fields.decimal("receipt_id"),
            fields.text("receipt_number"),
            fields.text("username"),
            fields.text("provider"),
            fields.textOrEmpty("external_payment_id"),
            fields.text("status"),
            fields.money("amount"),
            fields.time("created_at"),
            fields.textOrEmpty("created_by"),
            fields.time("updated_at"),
            fields.textOrEmpty("attention")};
}

StuckFacts readFacts(const JsonFields& fields)
{
    StuckFacts facts;
    facts.signatureFailures = fields.integer("signature_failures");
    facts.firstSignatureFailureAt = fields.timeOrNone("first_signature_failure_at");
    facts.lastSignatureFailureAt = fields.timeOrNone("last_signature_failure_at");
    facts.secretsChangedAt = fields.timeOrNone("secrets_changed_at");
    facts.expected = fields.money("expected");
    facts.reported = {fields.textOrEmpty("reported_amount"), fields.textOrEmpty("reported_currency")};
    facts.askedAt = fields.timeOrNone("asked_at");
    facts.askedStanding = fields.textOrEmpty("asked_standing");
    facts.askedError = fields.textOrEmpty("asked_error");
    facts.asks = fields.integer("asks");
    facts.lastEventAt = fields.timeOrNone("last_event_at");
    facts.receiptStatus = fields.text("receipt_status");
    facts.receiptPaidHow = fields.textOrEmpty("receipt_paid_how");
    facts.receiptPaidReference = fields.textOrEmpty("receipt_paid_reference");
    const QJsonArray replayable = fields.array("replayable_event_ids");
    for (const QJsonValue& id : replayable)
        facts.replayableEvents << QString::number(id.toInteger());
    return facts;
}

StuckCase readCase(const JsonFields& fields)
{
    StuckCase stuck{readPayment(fields), fields.integer("age_seconds"), fields.textOrEmpty("diagnosis"), {},
                    fields.textOrEmpty("next_step"), readFacts(fields.object("facts"))};
    const QJsonArray evidence = fields.array("evidence");
    for (const QJsonValue& sentence : evidence)
        stuck.evidence << sentence.toString();
    return stuck;
}

PaymentMoment readMoment(const JsonFields& fields)
{
    return {fields.time("at"),
            fields.text("kind"),
            fields.textOrEmpty("actor"),
            fields.integer("count"),
            fields.textOrEmpty("text"),
            idOrEmpty(fields, "event_id"),
            fields.textOrEmpty("event_type"),
            !fields.has("signature_ok") || fields.flag("signature_ok"),
            fields.textOrEmpty("outcome"),
            fields.textOrEmpty("standing"),
            moneyOrNone(fields, "amount"),
            fields.textOrEmpty("reason")};
}

PaymentDetails readDetails(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    PaymentDetails details{readCase(fields), {}};
    const QJsonArray moments = fields.array("timeline");
    for (qsizetype i = 0; i < moments.size(); ++i)
        details.timeline << readMoment(JsonFields(moments.at(i).toObject(), QString("timeline[%1]").arg(i)));
    return details;
}

PaymentEvent readEvent(const JsonFields& fields)
{
    return {fields.decimal("id"),
            fields.text("provider"),
            fields.textOrEmpty("external_event_id"),
            idOrEmpty(fields, "payment_id"),
            fields.textOrEmpty("event_type"),
            fields.flag("signature_ok"),
            fields.text("outcome"),
            fields.time("received_at"),
            fields.time("last_received_at"),
            fields.integer("deliveries"),
            fields.textOrEmpty("detail")};
}

EventContent readContent(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    EventContent content{readEvent(fields), fields.textOrEmpty("body"), {}};
    const QJsonObject headers = fields.object("headers").raw();
    for (auto header = headers.begin(); header != headers.end(); ++header)
        content.headers.append({header.key(), header->toString()});
    return content;
}

Call listCall(const QStringList& path, const ListPlace& place)
{
    Call call{.path = apiPath(path)};
    addParameter(call.query, "limit", QString::number(place.limit));
    if (place.cursor)
        addParameter(call.query, "cursor", *place.cursor);
    return call;
}

Call postCall(const QStringList& path, const QJsonObject& body)
{
    return {.method = "POST", .path = apiPath(path), .body = QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

} // namespace

void fetchQueue(RestClient& api, const ListPlace& place, QObject* context, const Answer<ListPage<StuckCase>>& done)
{
    const auto read = [](const RawAnswer& answer) { return readList<StuckCase>(answer.body, readCase); };
    api.fetch<ListPage<StuckCase>>(listCall({"reconciliation"}, place), context, read, done);
}

void fetchPayments(RestClient& api, const QString& status, const ListPlace& place, QObject* context,
                   const Answer<ListPage<Payment>>& done)
{
    Call call = listCall({"payments"}, place);
    if (!status.isEmpty())
        addParameter(call.query, "status", status);
    const auto read = [](const RawAnswer& answer) { return readList<Payment>(answer.body, readPayment); };
    api.fetch<ListPage<Payment>>(call, context, read, done);
}

void fetchPayment(RestClient& api, const QString& id, QObject* context, const Answer<PaymentDetails>& done)
{
    api.fetch<PaymentDetails>({.path = apiPath({"payments", id})}, context, readDetails, done);
}

void fetchEvents(RestClient& api, const QString& outcome, const ListPlace& place, QObject* context,
                 const Answer<ListPage<PaymentEvent>>& done)
{
    Call call = listCall({"payment-events"}, place);
    if (!outcome.isEmpty())
        addParameter(call.query, "outcome", outcome);
    const auto read = [](const RawAnswer& answer) { return readList<PaymentEvent>(answer.body, readEvent); };
    api.fetch<ListPage<PaymentEvent>>(call, context, read, done);
}

void fetchEvent(RestClient& api, const QString& id, QObject* context, const Answer<EventContent>& done)
{
    api.fetch<EventContent>({.path = apiPath({"payment-events", id})}, context, readContent, done);
}

void actOnPayment(RestClient& api, const QString& id, const QString& action, const QString& reason, QObject* context,
                  const Answer<PaymentDetails>& done)
{
    api.fetch<PaymentDetails>(postCall({"payments", id, action}, {{"reason", reason}}), context, readDetails, done);
}

void replayEvent(RestClient& api, const QString& id, const QString& reason, QObject* context,
                 const Answer<PaymentEvent>& done)
{
    const auto read = [](const RawAnswer& answer) { return readEvent(readObject(answer.body)); };
    api.fetch<PaymentEvent>(postCall({"payment-events", id, "replay"}, {{"reason", reason}}), context, read, done);
}

void markReceiptPaid(RestClient& api, const ManualPayment& payment, QObject* context, const Answer<RawAnswer>& done)
{
    api.send(postCall({"receipts", payment.receiptId, "mark-paid"},
                      {{"method", payment.method},
                       {"external_reference", payment.externalReference},
                       {"reason", payment.reason}}),
             context, done);
}

void addPaymentSecret(RestClient& api, const PaymentSecret& secret, QObject* context, const Answer<RawAnswer>& done)
{
    api.send(postCall({"payment-secrets"},
                      {{"provider", secret.provider}, {"name", secret.name}, {"secret", secret.secret}}),
             context, done);
}

void revertReceipt(RestClient& api, const QString& receiptId, const QString& reason, QObject* context,
                   const Answer<RawAnswer>& done)
{
    api.send(postCall({"receipts", receiptId, "revert"}, {{"reason", reason}}), context, done);
}

} // namespace hpcbill::client

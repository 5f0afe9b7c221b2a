// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"
#include "client/models/column.h"

#include <vector>

namespace hpcbill::client
{

/// A program elsewhere that is told of what happens here.
struct Endpoint {
    struct Secret {
        QDateTime createdAt;
        QDateTime expiresAt; ///< invalid for the one in force
    };

    QString id;
    QString url;
    QString description;
    QStringList eventTypes; ///< empty: all
    QString status;         ///< active, paused
    QString pausedReason;
    QDateTime createdAt;
    QString createdBy;
    qint64 failures = 0; ///< in a row
    QDateTime lastSuccessAt;
    QDateTime lastFailureAt;
    QString lastError;
    qint64 pending = 0;
    qint64 dead = 0;
    QList<Secret> secrets;
    QByteArray etag; ///< only of one that was asked for alone
};

/// What an endpoint is to be.
struct EndpointOrder {
    QString url;
    QString description;
    QStringList eventTypes;
};

/// An endpoint and its new secret, which is told this once.
struct EndpointWithSecret {
    Endpoint endpoint;
    QString secret;
};

/// One event on its way to one endpoint.
struct Delivery {
    QString id;
    QString endpointId;
    QString endpointUrl;
    QString messageId;
    QString eventType;
    QString status; ///< pending, delivered, dead
    qint64 attempts = 0;
    QDateTime createdAt;
    QDateTime nextAttemptAt;
    QDateTime lastAttemptAt;
    QString lastStatus; ///< of HTTP; empty where there was no answer
    QString lastError;
    QDateTime deliveredAt;
};

struct DeliveryTry {
    QDateTime at;
    QString status;
    QString error;
    QString durationMs;
};

struct DeliveryDetails {
    Delivery delivery;
    QString payload;
    QList<DeliveryTry> tries;
};

struct DeliveryFilter {
    QString endpointId;
    QString status;
};

void fetchEndpoints(RestClient& api, QObject* context, const Answer<QList<Endpoint>>& done);
void fetchEndpoint(RestClient& api, const QString& id, QObject* context, const Answer<Endpoint>& done);
void addEndpoint(RestClient& api, const EndpointOrder& order, QObject* context,
                 const Answer<EndpointWithSecret>& done);
/// `changes` are members of the contract; refused as stale where the endpoint is no longer that of the etag.
void changeEndpoint(RestClient& api, const Endpoint& endpoint, const QJsonObject& changes, QObject* context,
                    const Answer<RawAnswer>& done);
void deleteEndpoint(RestClient& api, const Endpoint& endpoint, QObject* context, const Answer<RawAnswer>& done);
/// A new secret; the old one signs on for the overlap.
void rotateSecret(RestClient& api, const QString& id, int overlapHours, QObject* context,
                  const Answer<EndpointWithSecret>& done);

void fetchDeliveries(RestClient& api, const DeliveryFilter& filter, const std::optional<QString>& cursor, int limit,
                     QObject* context, const Answer<ListPage<Delivery>>& done);
void fetchDelivery(RestClient& api, const QString& id, QObject* context, const Answer<DeliveryDetails>& done);
void redeliver(RestClient& api, const QString& id, const QString& reason, QObject* context,
               const Answer<RawAnswer>& done);

std::vector<Column<Endpoint>> endpointColumns();
std::vector<Column<Delivery>> deliveryColumns();

/// The kinds of events that can be told of.
QStringList webhookEvents();
QString endpointStateText(const Endpoint& endpoint);
QString deliveryStatusText(const QString& code);

} // namespace hpcbill::client

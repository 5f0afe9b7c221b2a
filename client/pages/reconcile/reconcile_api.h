// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"

namespace hpcbill::client
{

/// A receipt on its way to being paid through a provider.
struct Payment {
    QString id;
    QString receiptId;
    QString receiptNumber;
    QString username;
    QString provider;
    QString externalId; ///< the provider's; empty until it answered
    QString status;     ///< pending, succeeded, failed, cancelled
    Money amount;
    QDateTime createdAt;
    QString createdBy;
    QDateTime updatedAt;
    QString attention; ///< why a person has to look at it; empty where none has to
};

/// What is known of a stuck payment: what its diagnosis was made of.
struct StuckFacts {
    qint64 signatureFailures = 0;
    QDateTime firstSignatureFailureAt;
    QDateTime lastSignatureFailureAt;
    QDateTime secretsChangedAt;
    Money expected;
    Money reported; ///< without an amount where nobody reported one
    QDateTime askedAt;
    QString askedStanding;
    QString askedError;
    qint64 asks = 0;
    QDateTime lastEventAt;
    QString receiptStatus;
    QString receiptPaidHow; ///< empty while it is not paid
    QString receiptPaidReference;
    QStringList replayableEvents; ///< ids of stored messages that a replay could apply
};

/// A payment with what is wrong with it; nothing is where the diagnosis is empty.
struct StuckCase {
    Payment payment;
    qint64 ageSeconds = 0;
    QString diagnosis; ///< a code
    QStringList evidence; ///< the server's own sentences, in English
    QString nextStep; ///< a code
    StuckFacts facts;
};

/// Something that happened to a payment.
struct PaymentMoment {
    QDateTime at;
    QString kind; ///< checkout_opened, event, asked, …
    QString actor;
    qint64 count = 1;
    QString text; ///< the server's own sentence, in English
    QString eventId; ///< empty where no stored message belongs to it
    QString eventType;
    bool isGenuine = true;
    QString outcome;
    QString standing;
    Money amount;
    QString reason;
};

struct PaymentDetails {
    StuckCase about;
    QList<PaymentMoment> timeline; ///< oldest first
};

/// A message of a provider as it was stored.
struct PaymentEvent {
    QString id;
    QString provider;
    QString externalId;
    QString paymentId; ///< empty where it belongs to none that is known
    QString type;
    bool isGenuine = true;
    QString outcome;
    QDateTime receivedAt;
    QDateTime lastReceivedAt;
    qint64 deliveries = 1;
    QString detail;
};

struct EventContent {
    PaymentEvent event;
    QString body;
    QList<std::pair<QString, QString>> headers;
};

/// What to mark a receipt paid by.
struct ManualPayment {
    QString receiptId;
    QString method;
    QString externalReference;
    QString reason;
};

/// A page of a list: where it begins and how long it is.
struct ListPlace {
    std::optional<QString> cursor;
    int limit = 200;
};

void fetchQueue(RestClient& api, const ListPlace& place, QObject* context, const Answer<ListPage<StuckCase>>& done);
/// Newest first; an empty status takes all.
void fetchPayments(RestClient& api, const QString& status, const ListPlace& place, QObject* context,
                   const Answer<ListPage<Payment>>& done);
void fetchPayment(RestClient& api, const QString& id, QObject* context, const Answer<PaymentDetails>& done);
/// Newest first; an empty outcome takes all.
void fetchEvents(RestClient& api, const QString& outcome, const ListPlace& place, QObject* context,
                 const Answer<ListPage<PaymentEvent>>& done);
void fetchEvent(RestClient& api, const QString& id, QObject* context, const Answer<EventContent>& done);

/// `action` is refresh, cancel or resolve.
void actOnPayment(RestClient& api, const QString& id, const QString& action, const QString& reason, QObject* context,
                  const Answer<PaymentDetails>& done);
void replayEvent(RestClient& api, const QString& id, const QString& reason, QObject* context,
                 const Answer<PaymentEvent>& done);
void markReceiptPaid(RestClient& api, const ManualPayment& payment, QObject* context, const Answer<RawAnswer>& done);
/// A secret by which the provider signs: joins those in force. Never told again.
struct PaymentSecret {
    QString provider;
    QString name;
    QString secret;
};
void addPaymentSecret(RestClient& api, const PaymentSecret& secret, QObject* context, const Answer<RawAnswer>& done);
/// Takes back what was marked paid by hand.
void revertReceipt(RestClient& api, const QString& receiptId, const QString& reason, QObject* context,
                   const Answer<RawAnswer>& done);

} // namespace hpcbill::client

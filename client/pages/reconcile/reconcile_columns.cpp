// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/reconcile_columns.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/reconcile/diagnosis_text.h"

namespace hpcbill::client
{

namespace
{

template <typename Row>
Column<Row> textColumn(const char* id, const char* title, std::function<QString(const Row&)> text)
{
    return {id, title, false, [text](const Row& row, const QLocale&) { return text(row); }, text};
}

template <typename Row>
Column<Row> codeColumn(const char* id, const char* title, QString Row::* code, QString (*shown)(const QString&))
{
    return {id, title, false, [code, shown](const Row& row, const QLocale&) { return shown(row.*code); },
            [code](const Row& row) { return row.*code; }};
}

template <typename Row>
Column<Row> timeColumn(const char* id, const char* title, QDateTime Row::* time)
{
    return {id, title, false, [time](const Row& row, const QLocale& locale) { return shownTime(row.*time, locale); },
            [time](const Row& row) { return rawTime(row.*time); }};
}

QString outcomeIcon(const PaymentEvent& event)
{
    if (!event.isGenuine)
        return "unverified:bad";
    if (event.outcome == "applied")
        return "good:good";
    if (event.outcome == "no_change" || event.outcome == "not_about_payments")
        return "silent:quiet";
    return event.outcome == "waiting" ? "clock:quiet" : "attention:attention";
}

QString statusIcon(const Payment& payment)
{
    if (!payment.attention.isEmpty())
        return diagnosisIcon(payment.attention) + ':' + diagnosisToken(payment.attention);
    if (payment.status == "succeeded")
        return "good:good";
    if (payment.status == "pending")
        return "clock:quiet";
    return payment.status == "failed" ? "bad:bad" : "close:quiet";
}

} // namespace

std::vector<Column<StuckCase>> queueColumns()
{
    return {
        {"diagnosis", QT_TRANSLATE_NOOP("columns", "What is wrong"), false,
         [](const StuckCase& stuck, const QLocale&) { return diagnosisTitle(stuck.diagnosis); },
         [](const StuckCase& stuck) { return stuck.diagnosis; },
         [](const StuckCase& stuck) {
             return diagnosisIcon(stuck.diagnosis) + ':' + diagnosisToken(stuck.diagnosis);
         }},
        textColumn<StuckCase>("receipt", QT_TRANSLATE_NOOP("columns", "Receipt"),
                              [](const StuckCase& stuck) { return stuck.payment.receiptNumber; }),
        textColumn<StuckCase>("user", QT_TRANSLATE_NOOP("columns", "User"),
                              [](const StuckCase& stuck) { return stuck.payment.username; }),
        {"amount", QT_TRANSLATE_NOOP("columns", "Amount"), true,
         [](const StuckCase& stuck, const QLocale& locale) { return shownMoney(stuck.payment.amount, locale); },
         [](const StuckCase& stuck) { return stuck.payment.amount.amount; }},
        {"age", QT_TRANSLATE_NOOP("columns", "Age"), true,
         [](const StuckCase& stuck, const QLocale&) { return shownAge(stuck.ageSeconds); },
         [](const StuckCase& stuck) { return QString::number(stuck.ageSeconds); }},
        textColumn<StuckCase>("provider", QT_TRANSLATE_NOOP("columns", "Provider"),
                              [](const StuckCase& stuck) { return stuck.payment.provider; }),
    };
}

std::vector<Column<Payment>> paymentColumns()
{
    return {
        {"status", QT_TRANSLATE_NOOP("columns", "State"), false,
         [](const Payment& payment, const QLocale&) {
             return payment.attention.isEmpty() ? statusText(payment.status) : diagnosisTitle(payment.attention);
         },
         [](const Payment& payment) { return payment.status; }, statusIcon},
        textColumn<Payment>("receipt", QT_TRANSLATE_NOOP("columns", "Receipt"),
                            [](const Payment& payment) { return payment.receiptNumber; }),
        textColumn<Payment>("user", QT_TRANSLATE_NOOP("columns", "User"),
                            [](const Payment& payment) { return payment.username; }),
        {"amount", QT_TRANSLATE_NOOP("columns", "Amount"), true,
         [](const Payment& payment, const QLocale& locale) { return shownMoney(payment.amount, locale); },
         [](const Payment& payment) { return payment.amount.amount; }},
        timeColumn<Payment>("begun", QT_TRANSLATE_NOOP("columns", "Begun"), &Payment::createdAt),
        textColumn<Payment>("provider", QT_TRANSLATE_NOOP("columns", "Provider"),
                            [](const Payment& payment) { return payment.provider; }),
        textColumn<Payment>("external", QT_TRANSLATE_NOOP("columns", "Provider's number"),
                            [](const Payment& payment) { return payment.externalId; }),
    };
}

std::vector<Column<PaymentEvent>> eventColumns()
{
    Column<PaymentEvent> outcome =
        codeColumn("outcome", QT_TRANSLATE_NOOP("columns", "Outcome"), &PaymentEvent::outcome, outcomeText);
    outcome.icon = outcomeIcon;
    return {
        outcome,
        timeColumn<PaymentEvent>("received", QT_TRANSLATE_NOOP("columns", "Came"), &PaymentEvent::receivedAt),
        textColumn<PaymentEvent>("provider", QT_TRANSLATE_NOOP("columns", "Provider"),
                                 [](const PaymentEvent& event) { return event.provider; }),
        textColumn<PaymentEvent>("type", QT_TRANSLATE_NOOP("columns", "Event"),
                                 [](const PaymentEvent& event) { return event.type; }),
        textColumn<PaymentEvent>("payment", QT_TRANSLATE_NOOP("columns", "Payment"),
                                 [](const PaymentEvent& event) { return event.paymentId; }),
        {"deliveries", QT_TRANSLATE_NOOP("columns", "Times"), true,
         [](const PaymentEvent& event, const QLocale& locale) {
             return localized(QString::number(event.deliveries), locale);
         },
         [](const PaymentEvent& event) { return QString::number(event.deliveries); }},
        textColumn<PaymentEvent>("external", QT_TRANSLATE_NOOP("columns", "Provider's number"),
                                 [](const PaymentEvent& event) { return event.externalId; }),
    };
}

} // namespace hpcbill::client

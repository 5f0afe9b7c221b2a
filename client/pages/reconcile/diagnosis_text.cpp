// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/diagnosis_text.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

#include <QCoreApplication>
#include <QHash>

namespace hpcbill::client
{

namespace
{

QString sentence(const char* text, int n = -1)
{
    return QCoreApplication::translate("reconcile", text, nullptr, n);
}

struct Look {
    const char* title;
    const char* icon;
    const char* token;
};

const Look* lookOf(const QString& code)
{
    static const QHash<QString, Look> looks{
        {"no_event", {QT_TRANSLATE_NOOP("reconcile", "no message came"), "silent", "attention"}},
        {"signature_failed", {QT_TRANSLATE_NOOP("reconcile", "message not verified"), "unverified", "bad"}},
        {"amount_differs", {QT_TRANSLATE_NOOP("reconcile", "amount differs"), "differs", "bad"}},
        {"currency_differs", {QT_TRANSLATE_NOOP("reconcile", "currency differs"), "differs", "bad"}},
        {"provider_says_paid", {QT_TRANSLATE_NOOP("reconcile", "paid at the provider"), "good", "attention"}},
        {"receipt_void", {QT_TRANSLATE_NOOP("reconcile", "receipt is void"), "bad", "bad"}},
        {"paid_twice", {QT_TRANSLATE_NOOP("reconcile", "paid twice"), "twice", "bad"}},
        {"late_failure", {QT_TRANSLATE_NOOP("reconcile", "failed after paid"), "bad", "bad"}},
        {"checkout_abandoned", {QT_TRANSLATE_NOOP("reconcile", "not finished by the payer"), "clock", "quiet"}},
        {"provider_unreachable", {QT_TRANSLATE_NOOP("reconcile", "provider cannot be asked"), "away", "attention"}},
    };
    const auto look = looks.find(code);
    return look == looks.end() ? nullptr : &*look;
}

QString word(const QHash<QString, const char*>& words, const QString& code)
{
    const char* text = words.value(code);
    return text ? sentence(text) : code;
}

QString counted(qint64 count)
{
    return localized(QString::number(count), QLocale());
}

} // namespace

QString diagnosisTitle(const QString& code)
{
    const Look* look = lookOf(code);
    return look ? sentence(look->title) : code;
}

QString diagnosisIcon(const QString& code)
{
    const Look* look = lookOf(code);
    return look ? look->icon : "attention";
}

QString diagnosisToken(const QString& code)
{
    const Look* look = lookOf(code);
    return look ? look->token : "attention";
}

QString diagnosisSentence(const StuckCase& stuck, const QLocale& locale)
{
    const StuckFacts& facts = stuck.facts;
    const QString due = shownMoney(facts.expected, locale);
    const QString reported = shownMoney(facts.reported, locale);
    if (stuck.diagnosis == "no_event")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "The provider has sent no message about this payment."));
    if (stuck.diagnosis == "signature_failed")
        return sentence(QT_TRANSLATE_NOOP(
                      "reconcile",
                      "The provider's message could not be verified: %1 tries, the first at %2, the last at %3."))
            .arg(counted(facts.signatureFailures), shownTime(facts.firstSignatureFailureAt, locale),
                 shownTime(facts.lastSignatureFailureAt, locale));
    if (stuck.diagnosis == "amount_differs" || stuck.diagnosis == "currency_differs")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "%1 was paid, %2 is due.")).arg(reported, due);
    if (stuck.diagnosis == "provider_says_paid")
        return sentence(QT_TRANSLATE_NOOP(
            "reconcile", "The provider says that it is paid, but no message of it has settled the receipt."));
    if (stuck.diagnosis == "receipt_void")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "%1 came in for a receipt that is void.")).arg(due);
    if (stuck.diagnosis == "paid_twice")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "%1 came in for a receipt that had been paid already.")).arg(due);
    if (stuck.diagnosis == "late_failure")
        return sentence(QT_TRANSLATE_NOOP("reconcile",
                                    "The provider said that it failed, after it had said that it was paid."));
    if (stuck.diagnosis == "checkout_abandoned")
        return sentence(QT_TRANSLATE_NOOP(
            "reconcile", "The provider still waits for the payer: the checkout was opened and not finished."));
    if (stuck.diagnosis == "provider_unreachable")
        return stuck.payment.externalId.isEmpty()
                   ? sentence(QT_TRANSLATE_NOOP("reconcile",
                                          "The provider did not answer when the payment was begun: nobody can have "
                                          "paid it."))
                   : sentence(QT_TRANSLATE_NOOP("reconcile", "The provider cannot be asked how the payment stands."));
    return stuck.evidence.value(0, stuck.diagnosis);
}

QStringList evidenceLines(const StuckCase& stuck, const QLocale& locale)
{
    if (!lookOf(stuck.diagnosis))
        return stuck.evidence.mid(1);
    const StuckFacts& facts = stuck.facts;
    QStringList lines;
    if (stuck.diagnosis == "signature_failed" && facts.secretsChangedAt.isValid())
        lines << sentence(QT_TRANSLATE_NOOP("reconcile", "The webhook secrets of %1 last changed at %2."))
                     .arg(stuck.payment.provider, shownTime(facts.secretsChangedAt, locale));
    if (stuck.diagnosis == "paid_twice" && !facts.receiptPaidReference.isEmpty())
        lines << sentence(QT_TRANSLATE_NOOP("reconcile", "It had been paid with the reference %1."))
                     .arg(facts.receiptPaidReference);
    if (facts.lastEventAt.isValid())
        lines << sentence(QT_TRANSLATE_NOOP("reconcile", "The last verified message came at %1."))
                     .arg(shownTime(facts.lastEventAt, locale));
    else if (stuck.diagnosis != "no_event")
        lines << sentence(QT_TRANSLATE_NOOP("reconcile", "No verified message has come."));
    if (!facts.askedAt.isValid())
        lines << sentence(QT_TRANSLATE_NOOP("reconcile", "The provider has not been asked yet."));
    else if (!facts.askedError.isEmpty())
        lines << sentence(QT_TRANSLATE_NOOP("reconcile", "Asked %1 times; at %2 the provider could not answer: %3"))
                     .arg(counted(facts.asks), shownTime(facts.askedAt, locale), facts.askedError);
    else
        lines << sentence(QT_TRANSLATE_NOOP("reconcile", "Asked at %1, the provider said: %2."))
                     .arg(shownTime(facts.askedAt, locale), standingText(facts.askedStanding));
    return lines;
}

QString nextStepText(const StuckCase& stuck)
{
    static const QHash<QString, const char*> words{
        {"ask_provider", QT_TRANSLATE_NOOP("reconcile", "Ask the provider how the payment stands.")},
        {"restore_secret_and_replay",
         QT_TRANSLATE_NOOP("reconcile", "The provider still signs with another secret: put that one in force, then "
                                        "replay the messages.")},
        {"check_amount",
         QT_TRANSLATE_NOOP("reconcile", "Compare with the provider's statement; then return or collect the "
                                        "difference, and mark it paid or resolve it.")},
        {"mark_paid", QT_TRANSLATE_NOOP("reconcile", "Check it in the provider's dashboard, then mark the receipt "
                                                     "paid with the provider's reference.")},
        {"refund_and_resolve",
         QT_TRANSLATE_NOOP("reconcile", "Return the money at the provider, then resolve it here.")},
        {"cancel", QT_TRANSLATE_NOOP("reconcile", "Cancel the payment: the payer can begin a new one.")},
        {"wait", QT_TRANSLATE_NOOP("reconcile", "Wait: the provider is asked again by itself.")},
    };
    return stuck.nextStep.isEmpty() ? QString() : word(words, stuck.nextStep);
}

QString outcomeText(const QString& code)
{
    static const QHash<QString, const char*> words{
        {"applied", QT_TRANSLATE_NOOP("reconcile", "applied")},
        {"no_change", QT_TRANSLATE_NOOP("reconcile", "nothing new")},
        {"bad_signature", QT_TRANSLATE_NOOP("reconcile", "signature failed")},
        {"unknown_payment", QT_TRANSLATE_NOOP("reconcile", "payment not known")},
        {"amount_unknown", QT_TRANSLATE_NOOP("reconcile", "no amount told")},
        {"amount_differs", QT_TRANSLATE_NOOP("reconcile", "amount differs")},
        {"currency_differs", QT_TRANSLATE_NOOP("reconcile", "currency differs")},
        {"receipt_void", QT_TRANSLATE_NOOP("reconcile", "receipt is void")},
        {"paid_twice", QT_TRANSLATE_NOOP("reconcile", "paid twice")},
        {"late_failure", QT_TRANSLATE_NOOP("reconcile", "failed after paid")},
        {"unreadable", QT_TRANSLATE_NOOP("reconcile", "cannot be read")},
        {"waiting", QT_TRANSLATE_NOOP("reconcile", "waits for the provider to confirm it")},
        {"not_about_payments", QT_TRANSLATE_NOOP("reconcile", "not about payments")},
    };
    return word(words, code);
}

QStringList eventOutcomes()
{
    return {"bad_signature", "unknown_payment", "amount_differs", "currency_differs", "receipt_void", "paid_twice",
            "late_failure",  "unreadable",      "waiting",        "applied",          "no_change",    "not_about_payments"};
}

QString statusText(const QString& code)
{
    static const QHash<QString, const char*> words{
        {"pending", QT_TRANSLATE_NOOP("reconcile", "under way")},
        {"succeeded", QT_TRANSLATE_NOOP("reconcile", "paid")},
        {"failed", QT_TRANSLATE_NOOP("reconcile", "failed")},
        {"cancelled", QT_TRANSLATE_NOOP("reconcile", "cancelled")},
    };
    return word(words, code);
}

QString standingText(const QString& code)
{
    static const QHash<QString, const char*> words{
        {"open", QT_TRANSLATE_NOOP("reconcile", "waiting for the payer")},
        {"paid", QT_TRANSLATE_NOOP("reconcile", "paid")},
        {"failed", QT_TRANSLATE_NOOP("reconcile", "failed")},
        {"expired", QT_TRANSLATE_NOOP("reconcile", "expired")},
    };
    return code.isEmpty() ? sentence(QT_TRANSLATE_NOOP("reconcile", "nothing")) : word(words, code);
}

QList<std::pair<QString, QString>> paymentMethods()
{
    return {{"bank_transfer", sentence(QT_TRANSLATE_NOOP("reconcile", "Bank transfer"))},
            {"provider", sentence(QT_TRANSLATE_NOOP("reconcile", "Through the provider"))},
            {"card", sentence(QT_TRANSLATE_NOOP("reconcile", "Card"))},
            {"cash", sentence(QT_TRANSLATE_NOOP("reconcile", "Cash"))},
            {"cheque", sentence(QT_TRANSLATE_NOOP("reconcile", "Cheque"))},
            {"other", sentence(QT_TRANSLATE_NOOP("reconcile", "Otherwise"))}};
}

QString momentText(const PaymentMoment& moment, const QLocale& locale)
{
    const QString amount = shownMoney(moment.amount, locale);
    const auto byActor = [&moment](const char* text) { return sentence(text).arg(moment.actor); };
    if (moment.kind == "event") {
        const QString type = moment.eventType.isEmpty() ? sentence(QT_TRANSLATE_NOOP("reconcile", "message"))
                                                        : moment.eventType;
        QString text = QString("%1: %2").arg(type, outcomeText(moment.outcome));
        if (!amount.isEmpty())
            text += QString(" · %1").arg(amount);
        return moment.count > 1 ? text + ' ' + sentence(QT_TRANSLATE_NOOP("reconcile", "(%1 times)")).arg(counted(moment.count))
                                : text;
    }
    if (moment.kind == "asked") {
        const QString said = moment.standing.isEmpty() ? moment.outcome : standingText(moment.standing);
        QString text = sentence(QT_TRANSLATE_NOOP("reconcile", "asked the provider: %1")).arg(said);
        if (!amount.isEmpty() && !moment.standing.isEmpty())
            text += ' ' + amount;
        return moment.count > 1 ? text + ' ' + sentence(QT_TRANSLATE_NOOP("reconcile", "(%1 times)")).arg(counted(moment.count))
                                : text;
    }
    if (moment.kind == "checkout_opened")
        return byActor(QT_TRANSLATE_NOOP("reconcile", "checkout opened by %1"));
    if (moment.kind == "marked_paid")
        return byActor(QT_TRANSLATE_NOOP("reconcile", "marked paid by %1"));
    if (moment.kind == "reverted")
        return byActor(QT_TRANSLATE_NOOP("reconcile", "taken back by %1"));
    if (moment.kind == "cancelled")
        return byActor(QT_TRANSLATE_NOOP("reconcile", "cancelled by %1"));
    if (moment.kind == "resolved")
        return byActor(QT_TRANSLATE_NOOP("reconcile", "resolved by %1"));
    if (moment.kind == "replayed")
        return byActor(QT_TRANSLATE_NOOP("reconcile", "messages replayed by %1"));
    if (moment.kind == "receipt_voided")
        return byActor(QT_TRANSLATE_NOOP("reconcile", "receipt voided by %1"));
    if (moment.kind == "settled")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "settled"));
    if (moment.kind == "failed")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "failed"));
    if (moment.kind == "stuck")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "found to be stuck"));
    if (moment.kind == "disputed")
        return sentence(QT_TRANSLATE_NOOP("reconcile", "contradicted by a later message"));
    return moment.text;
}

QString shownAge(qint64 seconds)
{
    const qint64 days = seconds / 86'400;
    const qint64 hours = seconds % 86'400 / 3'600;
    const qint64 minutes = seconds % 3'600 / 60;
    if (days > 0)
        return sentence(QT_TRANSLATE_NOOP("reconcile", "%1 d %2 h")).arg(counted(days)).arg(hours);
    if (hours > 0)
        return sentence(QT_TRANSLATE_NOOP("reconcile", "%1 h %2 min")).arg(hours).arg(minutes);
    return sentence(QT_TRANSLATE_NOOP("reconcile", "%1 min")).arg(minutes);
}

} // namespace hpcbill::client

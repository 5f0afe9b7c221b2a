// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/reconcile/reconcile_api.h"

#include <QLocale>

namespace hpcbill::client
{

/// The server tells codes and facts; the sentences are made here, so that they are in the user's language. A
/// code that this program does not know is told by the server's own English words.

/// `message not verified`: for a table's cell.
QString diagnosisTitle(const QString& code);
/// The icon of resources/icons, and the token of its colour.
QString diagnosisIcon(const QString& code);
QString diagnosisToken(const QString& code);
/// What is wrong, with figures and times.
QString diagnosisSentence(const StuckCase& stuck, const QLocale& locale);
/// What else is known: messages that came, what the provider said when it was asked.
QStringList evidenceLines(const StuckCase& stuck, const QLocale& locale);
/// What to do next, in one sentence.
QString nextStepText(const StuckCase& stuck);

/// What happened at a moment of the timeline.
QString momentText(const PaymentMoment& moment, const QLocale& locale);
/// What became of a provider's message.
QString outcomeText(const QString& code);
QString statusText(const QString& code);
/// What a provider says of a payment: open, paid, failed, expired.
QString standingText(const QString& code);
/// Codes and titles of the ways to pay a receipt outside of the provider.
QList<std::pair<QString, QString>> paymentMethods();
/// Codes of outcomes by which messages are filtered.
QStringList eventOutcomes();

/// `3 h 12 min`, `2 d 5 h`.
QString shownAge(qint64 seconds);

} // namespace hpcbill::client

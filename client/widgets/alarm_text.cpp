// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/alarm_text.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

#include <QCoreApplication>

namespace hpcbill::client
{

namespace
{

QString said(const char* text)
{
    return QCoreApplication::translate("witness", text);
}

QString counted(qint64 number)
{
    return localized(QString::number(number), QLocale());
}

} // namespace

QString alarmText(const Alarm& alarm)
{
    const SeenCheckpoint before = alarm.before.value_or(SeenCheckpoint());
    const QString size = counted(before.size);
    const QString when = shownTime(before.lastSeenAt, QLocale());
    switch (alarm.kind) {
    case AlarmKind::cutOff:
        return said(QT_TRANSLATE_NOOP("witness", "The audit log was cut off. This computer saw %1 records on %2; the server "
                                                 "has only %3 now."))
            .arg(size, when, counted(alarm.presentedSize));
    case AlarmKind::rewritten: {
        const QString text =
            said(QT_TRANSLATE_NOOP("witness", "The audit log was rewritten. It is not the one of which this computer saw %1 "
                                              "records on %2."))
                .arg(size, when);
        return alarm.agreedSize == 0
                   ? text
                   : text + ' ' + said(QT_TRANSLATE_NOOP("witness", "Up to record %1 it is unchanged."))
                                      .arg(counted(alarm.agreedSize));
    }
    case AlarmKind::noProof:
        return said(QT_TRANSLATE_NOOP("witness", "The server does not prove that its audit log is still the one of which this "
                                                 "computer saw %1 records on %2."))
            .arg(size, when);
    case AlarmKind::keyChanged:
        return said(QT_TRANSLATE_NOOP(
            "witness", "The audit log is signed by another key, and no key that this computer trusts vouches for it."));
    case AlarmKind::signatureWrong:
        return said(QT_TRANSLATE_NOOP("witness",
                                      "What the server says of its audit log is not signed by the key that it names."));
    case AlarmKind::admitted:
        return said(QT_TRANSLATE_NOOP("witness", "The server says that its audit log is not what it signed: %1"))
            .arg(alarm.admission);
    }
    return {};
}

} // namespace hpcbill::client

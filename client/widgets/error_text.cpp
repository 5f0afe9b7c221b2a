// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/error_text.h"

#include <QCoreApplication>

namespace hpcbill::client
{

namespace
{

QString sentence(const char* text)
{
    return QCoreApplication::translate("errors", text);
}

/// The server's own words after ours: they name the field, the state, the limit.
QString withDetail(const char* text, const ApiError& error)
{
    QString shown = sentence(text);
    if (!error.detail.isEmpty())
        shown += ' ' + error.detail;
    for (const FieldError& field : error.fields)
        shown += QString("\n%1: %2").arg(field.field, field.detail);
    return shown;
}

} // namespace

QString errorText(const ApiError& error)
{
    // Our server is well: another one, that it asked for us, is not.
    if (error.code == "provider_failed")
        return withDetail(
            QT_TRANSLATE_NOOP("errors", "The payment provider did not answer as it should. Try again later."), error);
    switch (error.kind) {
    case ApiError::Kind::unreachable:
        return withDetail(
            QT_TRANSLATE_NOOP("errors", "The server cannot be reached. It is asked again by itself."), error);
    case ApiError::Kind::timedOut:
        return sentence(
            QT_TRANSLATE_NOOP("errors", "The server did not answer in time. It is asked again by itself."));
    case ApiError::Kind::unauthorized:
        return sentence(QT_TRANSLATE_NOOP("errors", "The session has ended. Log in again to go on."));
    case ApiError::Kind::forbidden:
        return sentence(QT_TRANSLATE_NOOP(
            "errors", "Your role does not allow this. Ask an administrator if you need it for your work."));
    case ApiError::Kind::notFound:
        return withDetail(QT_TRANSLATE_NOOP("errors", "The server does not know this."), error);
    case ApiError::Kind::stale:
        return sentence(QT_TRANSLATE_NOOP("errors", "Somebody else has changed this in the meantime."));
    case ApiError::Kind::conflict:
        return withDetail(QT_TRANSLATE_NOOP("errors", "The present state does not allow this."), error);
    case ApiError::Kind::invalid:
        return withDetail(QT_TRANSLATE_NOOP("errors", "The server did not accept what was sent."), error);
    case ApiError::Kind::throttled:
        return withDetail(QT_TRANSLATE_NOOP("errors", "Too many tries. Wait a little, then try again."),
                          error);
    case ApiError::Kind::server:
        return withDetail(
            QT_TRANSLATE_NOOP("errors",
                              "The server could not do it. Try again; if it stays, tell an operator."),
            error);
    case ApiError::Kind::unexpected:
        break;
    }
    return withDetail(
        QT_TRANSLATE_NOOP("errors",
                          "The answer was not understood. Is this an HPC Billing server of this version?"),
        error);
}

QString requestText(const ApiError& error)
{
    if (error.requestId.isEmpty())
        return {};
    return sentence(QT_TRANSLATE_NOOP("errors", "Request %1")).arg(error.requestId);
}

} // namespace hpcbill::client

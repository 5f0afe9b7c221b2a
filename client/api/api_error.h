// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace hpcbill::client
{

/// One field of the request that the server would not take, and why.
struct FieldError {
    QString field;
    QString detail;
};

/// Why a call came to nothing: facts, in no language. widgets/error_text.h makes sentences of it.
struct ApiError {
    enum class Kind {
        unreachable,  ///< no answer at all: refused, no such host, TLS, connection lost
        timedOut,     ///< no answer in time
        unauthorized, ///< 401: not logged in, or the session has expired
        forbidden,    ///< 403: the role does not admit
        notFound,     ///< 404
        stale,        ///< 412: changed by somebody else since it was read
        conflict,     ///< 409, 422: the state does not allow it
        invalid,      ///< other 4xx: `fields` says what is wrong where that is known
        throttled,    ///< 429: too many tries
        server,       ///< 5xx
        unexpected,   ///< an answer that is not what the contract promises; `detail` says where
    };

    Kind kind = Kind::unexpected;
    int status = 0; ///< HTTP status; 0 without an answer
    QString code = {}; ///< the problem's own, as `provider_failed`; empty where there is none
    QString title;
    QString detail;
    QString requestId; ///< as found in the server's log; empty without an answer
    QList<FieldError> fields;

    /// The server could not be asked: worth trying again by itself.
    [[nodiscard]] bool isAway() const { return kind == Kind::unreachable || kind == Kind::timedOut; }
    /// What is wrong with the field, or empty.
    [[nodiscard]] QString detailOf(const QString& field) const;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"

#include <QJsonArray>

namespace hpcbill::client
{

/// Users whose names match are of this tier, unless an earlier rule matches them.
struct TierRule {
    QString match; ///< code: exact, suffix, glob, regex
    QString pattern;
    QString tier;

    bool operator==(const TierRule&) const = default;
};

/// The classifier as somebody agreed on it.
struct TierRules {
    QList<TierRule> rules;
    QString author;
    QString reason;
    QDateTime createdAt;
    QByteArray etag;
};

/// What saving rules did to users.
struct TierRulesSaved {
    TierRules rules;
    qint64 usersChanged = 0;
    QStringList overridesRemoved; ///< whose
};

/// Which tier a user name has and why.
struct TierVerdict {
    QString user;
    QString tier;
    QString source; ///< code: override, account, rule, default
    QString naturalTier;
    std::optional<qint64> rule; ///< its place, from 1
    QString pattern;
    QList<bool> matches; ///< by rule
    qint64 usersChanged = 0;
    struct Change {
        QString user;
        QString from;
        QString to;
    };
    QList<Change> changes;
};

/// A user with a tier that somebody gave them.
struct TierOverride {
    QString user;
    QString tier;
    QString naturalTier;
    QString author;
    QString reason;
    QDateTime createdAt;
    QByteArray etag;
};

QJsonArray toJson(const QList<TierRule>& rules);
QList<TierRule> readTierRuleArray(const QJsonArray& rules);

/// The names of the tiers, in the order of the site.
void fetchTierNames(RestClient& api, QObject* context, const Answer<QStringList>& done);
void fetchTierRules(RestClient& api, QObject* context, const Answer<TierRules>& done);
/// Answers ApiError::Kind::stale when there is a newer version than `etag` names.
void saveTierRules(RestClient& api, const QList<TierRule>& rules, const QString& reason, const QByteArray& etag, QObject* context,
                   const Answer<TierRulesSaved>& done);
/// By these rules, whether they are saved or not.
void testTierRules(RestClient& api, const QString& user, const QString& account, const QList<TierRule>& rules, QObject* context,
                   const Answer<TierVerdict>& done);

void fetchOverrides(RestClient& api, const std::optional<QString>& cursor, int limit, QObject* context,
                    const Answer<ListPage<TierOverride>>& done);
/// `etag` of the override that is changed; empty for a new one. The answer is empty where the tier is natural for the user, which
/// takes the override away.
void saveOverride(RestClient& api, const TierOverride& wanted, QObject* context, const Answer<std::optional<TierOverride>>& done);
void removeOverride(RestClient& api, const TierOverride& present, const QString& reason, QObject* context,
                    const Answer<RawAnswer>& done);

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/tier_rules_api.h"

#include <QJsonDocument>

namespace hpcbill::client
{

namespace
{

TierRules readRules(const JsonFields& fields)
{
    return {readTierRuleArray(fields.array("rules")), fields.text("author"), fields.text("reason"), fields.time("created_at"),
            fields.text("etag").toUtf8()};
}

TierOverride readOverride(const JsonFields& fields)
{
    return {fields.text("user"),          fields.text("tier"),       fields.text("natural_tier"),         fields.textOrEmpty("author"),
            fields.textOrEmpty("reason"), fields.timeOrNone("created_at"), fields.textOrEmpty("etag").toUtf8()};
}

TierVerdict readVerdict(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    TierVerdict verdict{.user = fields.text("user"),
                        .tier = fields.text("tier"),
                        .source = fields.text("source"),
                        .naturalTier = fields.text("natural_tier"),
                        .rule = {},
                        .pattern = fields.textOrEmpty("pattern"),
                        .matches = {},
                        .usersChanged = fields.integer("users_changed"),
                        .changes = {}};
    if (fields.has("rule"))
        verdict.rule = fields.integer("rule");
    const QJsonArray matches = fields.array("matches");
    for (const QJsonValue& match : matches)
        verdict.matches.append(match.toBool());
    const QJsonArray changes = fields.array("changes");
    for (const QJsonValue& value : changes) {
        const JsonFields change(value.toObject(), "changes");
        verdict.changes.append({change.text("user"), change.text("from"), change.text("to")});
    }
    return verdict;
}

QByteArray bodyOf(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

QJsonArray toJson(const QList<TierRule>& rules)
{
    QJsonArray list;
    for (const TierRule& rule : rules)
        list.append(QJsonObject{{"match", rule.match}, {"pattern", rule.pattern}, {"tier", rule.tier}});
    return list;
}

QList<TierRule> readTierRuleArray(const QJsonArray& rules)
{
    QList<TierRule> list;
    for (qsizetype i = 0; i < rules.size(); ++i) {
        const JsonFields rule(rules.at(i).toObject(), QString("rules[%1]").arg(i));
        list.append({rule.text("match"), rule.text("pattern"), rule.text("tier")});
    }
    return list;
}

void fetchTierNames(RestClient& api, QObject* context, const Answer<QStringList>& done)
{
    const auto read = [](const RawAnswer& answer) {
        return readList<QString>(answer.body, [](const JsonFields& tier) { return tier.text("name"); }).items;
    };
    api.fetch<QStringList>({.path = apiPath({"tiers"})}, context, read, done);
}

void fetchTierRules(RestClient& api, QObject* context, const Answer<TierRules>& done)
{
    const auto read = [](const RawAnswer& answer) { return readRules(readObject(answer.body)); };
    api.fetch<TierRules>({.path = apiPath({"tier-rules"})}, context, read, done);
}

void saveTierRules(RestClient& api, const QList<TierRule>& rules, const QString& reason, const QByteArray& etag, QObject* context,
                   const Answer<TierRulesSaved>& done)
{
    const auto read = [](const RawAnswer& answer) {
        const JsonFields fields = readObject(answer.body);
        TierRulesSaved saved{readRules(fields), fields.integer("users_changed"), {}};
        const QJsonArray removed = fields.array("overrides_removed");
        for (const QJsonValue& one : removed)
            saved.overridesRemoved << one.toObject().value("user").toString();
        return saved;
    };
    api.fetch<TierRulesSaved>({.method = "PUT",
                               .path = apiPath({"tier-rules"}),
                               .body = bodyOf({{"rules", toJson(rules)}, {"reason", reason}}),
                               .ifMatch = etag},
                              context, read, done);
}

void testTierRules(RestClient& api, const QString& user, const QString& account, const QList<TierRule>& rules, QObject* context,
                   const Answer<TierVerdict>& done)
{
    QJsonObject body{{"user", user}, {"rules", toJson(rules)}};
    if (!account.isEmpty())
        body.insert("account", account);
    api.fetch<TierVerdict>({.method = "POST", .path = apiPath({"tier-rules", "test"}), .body = bodyOf(body)}, context, readVerdict, done);
}

void fetchOverrides(RestClient& api, const std::optional<QString>& cursor, int limit, QObject* context,
                    const Answer<ListPage<TierOverride>>& done)
{
    Call call{.path = apiPath({"tier-overrides"})};
    addParameter(call.query, "limit", QString::number(limit));
    if (cursor)
        addParameter(call.query, "cursor", *cursor);
    api.fetch<ListPage<TierOverride>>(
        call, context, [](const RawAnswer& answer) { return readList<TierOverride>(answer.body, readOverride); }, done);
}

void saveOverride(RestClient& api, const TierOverride& wanted, QObject* context, const Answer<std::optional<TierOverride>>& done)
{
    const auto read = [](const RawAnswer& answer) -> std::optional<TierOverride> {
        const JsonFields fields = readObject(answer.body);
        if (fields.text("source") != "override")
            return std::nullopt;
        return readOverride(fields);
    };
    api.fetch<std::optional<TierOverride>>({.method = "PUT",
                                            .path = apiPath({"tier-overrides", wanted.user}),
                                            .body = bodyOf({{"tier", wanted.tier}, {"reason", wanted.reason}}),
                                            .ifMatch = wanted.etag},
                                           context, read, done);
}

void removeOverride(RestClient& api, const TierOverride& present, const QString& reason, QObject* context, const Answer<RawAnswer>& done)
{
    Call call{.method = "DELETE", .path = apiPath({"tier-overrides", present.user}), .ifMatch = present.etag};
    addParameter(call.query, "reason", reason);
    api.send(call, context, done);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
// token add, revoke, list: what machines log in with
#include "server/app/application.h"
#include "server/app/features.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <Poco/NumberParser.h>
#include <fmt/format.h>

namespace hpcbill::cli
{
namespace
{

nlohmann::ordered_json toJson(const identity::ApiToken& token)
{
    auto roles = nlohmann::ordered_json::array();
    for (const api::Role role : token.scope.roles)
        roles.push_back(api::codeOf(role));
    return {{"id", static_cast<std::int64_t>(token.id)},
            {"name", token.name},
            {"roles", roles},
            {"routes", token.scope.routes},
            {"expires_at", toRfc3339(token.expiresAt)},
            {"last_used_at", token.lastUsedAt ? nlohmann::ordered_json(toRfc3339(*token.lastUsedAt)) : nullptr}};
}

std::chrono::days readDays(const std::string& text)
{
    constexpr int daysMax = std::chrono::duration_cast<std::chrono::days>(identity::ApiTokens::lifetimeMax).count();
    int days = 0;
    if (!Poco::NumberParser::tryParse(text, days) || days < 1 || days > daysMax)
        throw UsageError(fmt::format("--days is not a number from 1 to {}", daysMax));
    return std::chrono::days(days);
}

int add(Invocation& call)
{
    identity::NewApiToken order;
    order.name = call.positional("NAME");
    while (const auto code = call.option("--role")) {
        const auto role = api::parseRole(*code);
        if (!role)
            throw UsageError(fmt::format("{} is not a role: auditor, operator or admin", *code));
        order.scope.roles.push_back(*role);
    }
    while (const auto route = call.option("--route"))
        order.scope.routes.push_back(*route);
    const std::chrono::days days = readDays(call.requiredOption("--days"));
    call.finish();
    app::Application application(call.config(), app::Amounts::leftAlone); // never started: for its route table
    app::Features& features = application.features();
    {
        postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
        order.expiresAt = tx.now() + days;
    }
    const auto made = features.tokens.add(order, application.routes(), std::nullopt, operatorAtTheShell());
    nlohmann::ordered_json json = toJson(made.token);
    json["token"] = *made.secret;
    call.answer(json, *made.secret);
    return good;
}

int revoke(Invocation& call)
{
    const std::string name = call.positional("NAME");
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    features.tokens.revoke(name, operatorAtTheShell());
    call.answer({{"name", name}}, fmt::format("The API token {} admits nobody any more.", name));
    return good;
}

int list(Invocation& call)
{
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    auto json = nlohmann::ordered_json::array();
    std::string lines;
    std::optional<identity::ApiTokenId> before;
    for (;;) {
        const auto page = features.tokens.list(tx, 1000, before);
        if (page.empty())
            break;
        for (const identity::ApiToken& token : page) {
            json.push_back(toJson(token));
            lines += fmt::format("{}{:<24} until {} {}{}", lines.empty() ? "" : "\n", token.name,
                                 toRfc3339(token.expiresAt),
                                 token.lastUsedAt ? "last used " + toRfc3339(*token.lastUsedAt) : "never used",
                                 token.expiresAt <= tx.now() ? " (expired)" : "");
        }
        before = page.back().id;
    }
    call.answer({{"items", json}}, lines.empty() ? "There are no API tokens." : lines);
    return good;
}

} // namespace

int token(Invocation& call)
{
    const std::string what = call.positional("add, revoke or list");
    if (what == "add")
        return add(call);
    if (what == "revoke")
        return revoke(call);
    if (what == "list")
        return list(call);
    throw UsageError(fmt::format("token {} is not understood: add, revoke or list", what));
}

} // namespace hpcbill::cli

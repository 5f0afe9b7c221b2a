// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/routes.h"

#include "common/error.h"
#include "server/http/etag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/identity/identity.h"
#include "server/identity/json.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::identity
{

namespace
{

using http::Admission;
using http::JsonBody;
using http::JsonObject;
using http::Method;
using http::Query;
using http::Request;
using http::Response;
using http::Surface;
using Json = nlohmann::ordered_json;

constexpr std::string_view usersPath = "/api/v1/users";

api::Role readRole(JsonObject& body)
{
    const std::string code = body.text("role");
    const std::optional<api::Role> role = api::parseRole(code);
    if (!role && !code.empty())
        body.refuse("role", "Must be one of user, auditor, operator, admin.");
    return role.value_or(api::Role::user);
}

Response listUsers(const Request& request, const Users& users, postgres::Pool& pool)
{
    Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("users", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const std::vector<User> page =
        users.list(tx, limit + 1, cursor ? std::optional(cursor->text(0)) : std::nullopt);
    Json items = Json::array();
    for (const User& user : page) {
        if (std::ssize(items) == limit)
            return http::page(
                std::move(items),
                http::Cursor("users", {page[static_cast<std::size_t>(limit) - 1].username}).encode());
        items.push_back(toJson(user));
    }
    return http::page(std::move(items), std::nullopt);
}

Response addUser(const Request& request, Users& users)
{
    JsonBody body(request);
    const std::string username = body->text("username", {1, 128});
    const std::string password = body->text("password", {1, 1024});
    const api::Role role = readRole(body.root());
    const bool mustChange = body->optionalBoolean("must_change_password").value_or(false);
    body.finish();
    const auto key = request.idempotency(fmt::format("{}\n{}\n{}", username, api::codeOf(role), mustChange));
    const User user = users.add({username, password, role, mustChange}, key, request.actor());
    Response response =
        http::created(toJson(user), fmt::format("{}/{}", usersPath, http::encodePercent(username)));
    response.set("ETag", etagOf(user));
    return response;
}

Response showUser(const Request& request, const Users& users, postgres::Pool& pool)
{
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const User user = users.find(tx, request.parameter("name"));
    return http::withEtag(request, http::json(toJson(user)), etagOf(user));
}

Response changeUser(const Request& request, Users& users, postgres::Pool& pool)
{
    JsonBody body(request);
    UserChange change;
    if (body->has("role"))
        change.role = readRole(body.root());
    change.disabled = body->optionalBoolean("disabled");
    body.finish();
    const std::string& name = request.parameter("name");
    std::string expected;
    {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        expected = etagOf(users.find(tx, name));
    }
    http::requireMatch(request, expected);
    const User user =
        users.change(name, change, expected, request.actor()); // Stale if somebody came in between
    Response response = http::json(toJson(user));
    response.set("ETag", etagOf(user));
    return response;
}

Response setPassword(const Request& request, Users& users)
{
    JsonBody body(request);
    const std::string password = body->text("password", {1, 1024});
    const bool isOwn = request.parameter("name") == request.principal()->username;
    const bool mustChange = body->optionalBoolean("must_change_password").value_or(!isOwn);
    body.finish();
    users.setPassword(request.parameter("name"), password, mustChange ? AfterReset::mustChange : AfterReset::mayKeep,
                      request.actor());
    return http::noContent();
}

Response listLocks(const Request& request, const Sessions& sessions, postgres::Pool& pool)
{
    Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("auth-locks", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const auto before = cursor ? std::optional(static_cast<AuthLockId>(cursor->integer(0))) : std::nullopt;
    const std::vector<AuthLock> page = sessions.locks(tx, limit + 1, before);
    Json items = Json::array();
    for (const AuthLock& lock : page) {
        if (std::ssize(items) == limit) {
            const AuthLock& last = page[static_cast<std::size_t>(limit) - 1];
            return http::page(std::move(items),
                              http::Cursor("auth-locks", {static_cast<std::int64_t>(last.id)}).encode());
        }
        items.push_back(toJson(lock));
    }
    return http::page(std::move(items), std::nullopt);
}

/// From the body, or, because not every client sends one with DELETE, from the query.
std::string reasonOf(const Request& request)
{
    Query query(request);
    const std::optional<std::string> asked = query.text("reason");
    if (!request.body().empty()) {
        query.finish();
        JsonBody body(request);
        const std::string reason = body->text("reason");
        body.finish();
        return reason;
    }
    if (!asked || asked->empty() || asked->size() > 1000)
        query.refuse("reason", "Must be 1 to 1000 bytes: why the lock is ended before its time.");
    query.finish();
    return *asked;
}

} // namespace

std::vector<http::Route> routes(Users& users, Sessions& sessions, postgres::Pool& pool)
{
    const std::string userPath = std::string(usersPath) + "/{name}";
    return {
        {Method::get, std::string(usersPath), api::admins,
         [&](const Request& request) { return listUsers(request, users, pool); }},
        {Method::post, std::string(usersPath), api::admins,
         [&](const Request& request) { return addUser(request, users); }, Surface::api, Admission::people},
        {Method::get, userPath, api::admins,
         [&](const Request& request) { return showUser(request, users, pool); }},
        {Method::patch, userPath, api::admins,
         [&](const Request& request) { return changeUser(request, users, pool); }, Surface::api, Admission::people},
        {Method::post, userPath + "/password", api::admins,
         [&](const Request& request) { return setPassword(request, users); }, Surface::api, Admission::people},
        {Method::get, "/api/v1/auth-locks", api::operators,
         [&](const Request& request) { return listLocks(request, sessions, pool); }},
        {Method::delete_, "/api/v1/auth-locks/{id}", api::operators,
         [&sessions](const Request& request) {
             sessions.unlock(request.id<AuthLockId>("id"), reasonOf(request), request.actor());
             return http::noContent();
         }},
    };
}

} // namespace hpcbill::identity

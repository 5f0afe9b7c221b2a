// SPDX-License-Identifier: GPL-3.0-or-later
// One's own login: session, me, me/password, me/sessions; and the sessions of a user, for administrators.
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/identity/identity.h"
#include "server/identity/json.h"
#include "server/identity/routes.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

namespace hpcbill::identity
{

namespace
{

using http::Admission;
using http::Method;
using http::Request;
using http::Response;
using http::Surface;
using Json = nlohmann::ordered_json;

Response logIn(const Request& request, Sessions& sessions)
{
    http::JsonBody body(request);
    const std::string username = body->text("username");
    const std::string password = body->text("password", {1, 1024});
    body.finish();
    return http::json(toJson(sessions.logIn(username, password, SessionKind::api, request.visitor(username))));
}

Response whoAmI(const Request& request)
{
    const http::Principal& principal = *request.principal();
    return http::json({{"username", principal.username},
                       {"role", api::codeOf(principal.role)},
                       {"must_change_password", principal.mustChangePassword}});
}

Response changePassword(const Request& request, Sessions& sessions)
{
    http::JsonBody body(request);
    const PasswordChange change{body->text("old_password", {1, 1024}), body->text("new_password", {1, 1024}),
                                SessionKind::api};
    body.finish();
    return http::json(toJson(sessions.changePassword(change, request.actor())));
}

Response listSessions(const Request& request, const Sessions& sessions, const std::string& username,
                      postgres::Transaction& tx)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("sessions", 1);
    query.finish();
    const auto before = cursor ? std::optional(static_cast<SessionId>(cursor->integer(0))) : std::nullopt;
    std::vector<Session> page = sessions.list(tx, username, request.sessionToken(), limit + 1, before);
    std::optional<std::string> next;
    if (std::ssize(page) > limit) {
        page.pop_back();
        next = http::Cursor("sessions", {static_cast<std::int64_t>(page.back().id)}).encode();
    }
    Json items = Json::array();
    for (const Session& session : page)
        items.push_back(toJson(session));
    return http::page(std::move(items), next);
}

} // namespace

std::vector<http::Route> sessionRoutes(Users& users, Sessions& sessions, postgres::Pool& pool)
{
    return {
        {Method::post, "/api/v1/session", api::anyone,
         [&sessions](const Request& request) { return logIn(request, sessions); }},
        {Method::delete_, "/api/v1/session", api::signedIn,
         [&sessions](const Request& request) {
             sessions.logOut(request.sessionToken(), request.actor());
             return http::noContent();
         },
         Surface::api, Admission::anyPassword},
        {Method::get, "/api/v1/me", api::signedIn, &whoAmI},
        {Method::post, "/api/v1/me/password", api::signedIn,
         [&sessions](const Request& request) { return changePassword(request, sessions); }, Surface::api,
         Admission::anyPassword},
        {Method::get, "/api/v1/me/sessions", api::signedIn,
         [&](const Request& request) {
             postgres::Transaction tx(pool, postgres::Mode::readOnly);
             return listSessions(request, sessions, request.principal()->username, tx);
         },
         Surface::api, Admission::people},
        {Method::delete_, "/api/v1/me/sessions/{id}", api::signedIn,
         [&sessions](const Request& request) {
             sessions.end(request.id<SessionId>("id"), request.principal()->username, request.actor());
             return http::noContent();
         },
         Surface::api, Admission::people},
        {Method::get, "/api/v1/users/{name}/sessions", api::admins,
         [&](const Request& request) {
             postgres::Transaction tx(pool, postgres::Mode::readOnly);
             const User user = users.find(tx, request.parameter("name"));
             return listSessions(request, sessions, user.username, tx);
         }},
        {Method::delete_, "/api/v1/users/{name}/sessions/{id}", api::admins,
         [&sessions](const Request& request) {
             sessions.end(request.id<SessionId>("id"), request.parameter("name"), request.actor());
             return http::noContent();
         }},
    };
}

} // namespace hpcbill::identity

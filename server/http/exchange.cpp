// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/exchange.h"

#include "common/api/problem.h"
#include "server/http/csrf.h"
#include "server/http/deferred_body.h"
#include "server/http/log.h"
#include "server/http/reading.h"
#include "server/http/receiving_socket.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>
#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::http
{

namespace
{

/// Nothing but our own style sheet, pictures and forms; no script at all. Browsers hold form-action also against
/// where the answer to a form redirects to.
std::string pagePolicy(const std::vector<std::string>& formTargets)
{
    return fmt::format("default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                       "form-action 'self'{}{}; base-uri 'none'; frame-ancestors 'none'",
                       formTargets.empty() ? "" : " ", fmt::join(formTargets, " "));
}
constexpr std::string_view dataPolicy = "default-src 'none'; frame-ancestors 'none'";

bool changesSomething(Method method)
{
    return method != Method::get && method != Method::head;
}

bool isBrowser(const TextPairs& headers, std::string_view path)
{
    return !path.starts_with("/api/") &&
           headerOf(headers, "Accept").value_or("").find("text/html") != std::string::npos;
}

/// The most that the token's roles are here. Throws Forbidden.
api::Role roleWithin(const TokenScope& scope, const Route& route)
{
    if (route.admission != Admission::usual)
        throw Forbidden("This is for people who have logged in, not for API tokens.");
    if (!names(scope.routes, route))
        throw Forbidden(fmt::format("{} is not in the scope of this API token.", nameOf(route)));
    const auto role = std::ranges::find_if(scope.roles.rbegin(), scope.roles.rend(),
                                           [&route](api::Role one) { return route.roles.admits(one); });
    return role == scope.roles.rend() ? scope.roles.back() : *role;
}

} // namespace

void Exchange::handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response)
{
    const auto start = std::chrono::steady_clock::now();
    try {
        // Poco limits reading alone: a caller who takes nothing of his answer would hold up a thread for ever.
        static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket().setSendTimeout(
            Poco::Timespan(m_shared.options.requestTimeout.count(), 0));
        readHead(request);
        send(request, response, answer(request));
    } catch (const std::exception& exception) { // the caller went away, or the answer could not be made
        m_failure = exception.what();
        response.setKeepAlive(false);
    }
    if (auto* const socket = dynamic_cast<ReceivingSocket*>(
            static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket().impl()))
        socket->requestEnded();
    const auto duration = std::chrono::steady_clock::now() - start;
    m_shared.metrics.count(m_route, m_status, duration);
    logAccess({m_parts.requestId, request.getMethod(), m_route != nullptr ? m_route->pattern : "", m_status,
               std::chrono::duration_cast<std::chrono::microseconds>(duration),
               m_parts.principal ? m_parts.principal->username : "", m_failure});
}

void Exchange::readHead(Poco::Net::HTTPServerRequest& request)
{
    std::string forwardedFor; // of several lines: they are one list, and the proxy's own may be the last
    for (const auto& [name, value] : request) {
        m_parts.headers.emplace_back(name, value);
        if (Poco::icompare(name, "X-Forwarded-For") == 0)
            forwardedFor += (forwardedFor.empty() ? "" : ",") + value;
    }
    m_parts.requestId = requestIdFrom(request.get("X-Request-Id", ""));
    m_parts.address = callerAddress(request.clientAddress().host(), forwardedFor, m_shared.trusted);
    m_parts.secure = m_shared.options.https;
    m_parts.target = request.getURI();
    m_parts.path = decodePercent(rawPathOf(m_parts.target), false).value_or("");
    m_parts.cookies = parseCookies(request.get("Cookie", ""));

    const auto& languages = m_shared.options.languages;
    m_parts.language = chooseLanguage(request.get("Accept-Language", ""), languages);
    for (const auto& [name, value] : m_parts.cookies) {
        if (name == languageCookieName && std::ranges::find(languages, value) != languages.end())
            m_parts.language = value;
    }
}

Response Exchange::answer(Poco::Net::HTTPServerRequest& request)
{
    try {
        const std::optional<Method> method = parseMethod(request.getMethod());
        RouteMatch match = m_shared.router.find(method, rawPathOf(m_parts.target));
        m_parts.method = method.value_or(Method::get);
        m_route = match.route;
        m_surface = match.route != nullptr                     ? match.route->surface
                    : isBrowser(m_parts.headers, m_parts.path) ? Surface::page
                                                               : Surface::api;
        // Read in any case: what is left of a body would be taken for the next request.
        m_parts.body = readRequestBody(request, m_shared.options.bodyMax);
        if (m_route == nullptr && !match.allow.empty()) {
            Problem problem;
            problem.status = 405;
            problem.code = api::code::methodNotAllowed;
            problem.title = reasonOf(405);
            problem.detail =
                fmt::format("{} is not possible here. Possible: {}.", request.getMethod(), match.allow);
            problem.allow = match.allow;
            return refuse(problem);
        }
        if (m_route == nullptr)
            throw NotFound(m_parts.path.empty() ? "There is nothing here: the address cannot be read."
                                                : fmt::format("There is nothing at {}.", m_parts.path));

        m_parts.parameters = std::move(match.parameters);
        m_parts.query = parseFormEncoded(rawQueryOf(m_parts.target));
        identify();
        authorize();
        const Request asked(m_parts);
        checkForm(asked);
        return m_route->handler(asked);
    } catch (const std::exception& exception) {
        return refuse(problemFor(exception));
    }
}

void Exchange::identify()
{
    if (m_surface == Surface::api) {
        if (m_route->roles.admitsAnonymous())
            return; // nothing depends on who it is: /healthz answers without the database
        const std::string token = bearerToken(headerOf(m_parts.headers, "Authorization").value_or(""));
        m_bearerWasSent = !token.empty();
        if (m_bearerWasSent)
            m_parts.principal = m_shared.parts.authenticate({Credentials::Kind::bearer, token});
        m_parts.sessionToken = m_parts.principal ? token : "";
        return;
    }
    const auto cookie = [this](const std::string& name) {
        const auto found = std::ranges::find(m_parts.cookies, name, &TextPairs::value_type::first);
        return found == m_parts.cookies.end() ? std::string() : found->second;
    };
    const std::string token = cookie(sessionCookieName(m_parts.secure));
    if (!token.empty())
        m_parts.principal = m_shared.parts.authenticate({Credentials::Kind::cookie, token});
    std::string secret = m_parts.principal ? token : cookie(visitCookieName(m_parts.secure));
    if (secret.empty()) {
        m_newVisit = randomToken();
        secret = m_newVisit;
    }
    m_parts.sessionToken = m_parts.principal ? token : "";
    m_parts.csrfToken = csrfTokenFor(secret);
}

void Exchange::authorize()
{
    if (m_parts.principal) {
        Principal& principal = *m_parts.principal;
        if (principal.scope)
            principal.role = roleWithin(*principal.scope, *m_route);
        if (!m_route->roles.admits(principal.role))
            throw Forbidden(fmt::format("The role {} may not do this.", api::codeOf(principal.role)));
        const bool mayWait = m_route->roles.admitsAnonymous() || m_route->admission == Admission::anyPassword;
        if (principal.mustChangePassword && !mayWait)
            throw PasswordChangeRequired();
    } else if (!m_route->roles.admitsAnonymous()) {
        throw Unauthenticated(m_bearerWasSent ? "The token is wrong, has ended or has expired: log in again."
                                              : "Log in first.");
    }
}

void Exchange::checkForm(const Request& request) const
{
    if (m_surface != Surface::page || !changesSomething(request.method()))
        return;
    for (const auto& [name, value] : request.form()) {
        if (name == csrfField && isSameSecret(value, m_parts.csrfToken))
            return;
    }
    throw Forbidden(
        "This form has expired or did not come from our page. Load the page again and send it once more.");
}

Problem Exchange::problemFor(const std::exception& exception)
{
    return problemOf(exception, m_shared.parts.problemMappers);
}

Response Exchange::refuse(const Problem& problem)
{
    m_failure = problem.logText;
    Response response;
    if (m_surface == Surface::page && m_shared.parts.problemPage)
        response = m_shared.parts.problemPage(Request(m_parts), problem);
    else
        response = problemResponse(problem, m_parts.requestId);
    if (problem.status == 401 && m_surface == Surface::api)
        response.set("WWW-Authenticate", m_bearerWasSent ? "Bearer realm=\"hpcbill\", error=\"invalid_token\""
                                                         : "Bearer realm=\"hpcbill\"");
    if (problem.retryAfter)
        response.set("Retry-After", fmt::to_string(problem.retryAfter->count()));
    if (!problem.allow.empty())
        response.set("Allow", problem.allow);
    return response;
}

void Exchange::finishHeaders(Response& response) const
{
    const bool isPage = response.header("Content-Type").value_or("").starts_with("text/html");
    response.set("X-Request-Id", m_parts.requestId);
    response.set("X-Content-Type-Options", "nosniff");
    response.set("X-Frame-Options", "DENY");
    response.set("Referrer-Policy", "same-origin");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    response.set("Content-Security-Policy", isPage ? pagePolicy(m_shared.options.formTargets) : std::string(dataPolicy));
    if (m_shared.options.https)
        response.set("Strict-Transport-Security", "max-age=31536000");
    if (!response.header("Cache-Control"))
        response.set("Cache-Control", response.header("ETag") ? "private, no-cache" : "no-store");
    if (!m_newVisit.empty() && isPage)
        response.add("Set-Cookie",
                     setCookie(Request(m_parts), visitCookieName(m_parts.secure), m_newVisit, std::nullopt));
}

void Exchange::send(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& raw,
                    Response response)
{
    const auto fillHead = [this, &raw](const Response& chosen) {
        m_status = chosen.status();
        raw.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(chosen.status()));
        raw.setReason(reasonOf(chosen.status()));
        for (const auto& [name, value] : chosen.headers())
            raw.add(name, value);
    };
    finishHeaders(response);
    if (response.writer() && request.getMethod() != Poco::Net::HTTPRequest::HTTP_HEAD) {
        fillHead(response);
        stream(request, raw, response);
        return;
    }
    fillHead(response);
    if (response.status() == 204 || response.status() == 304 || response.writer())
        raw.send(); // no body, or the head of one whose length is not known
    else
        raw.sendBuffer(response.body().data(), response.body().size());
}

void Exchange::stream(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& raw,
                      const Response& response)
{
    DeferredBody body([&raw]() -> std::ostream& {
        raw.setChunkedTransferEncoding(true);
        return raw.send();
    });
    std::ostream out(&body);
    out.exceptions(std::ios::badbit); // who writes stops when nobody reads any more
    try {
        response.writer()(out);
    } catch (const std::exception& exception) {
        if (out.bad()) {
            m_failure = "the caller went away or has read nothing for too long";
            static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket().shutdown();
            raw.setKeepAlive(false);
            return;
        }
        const Problem problem = problemFor(exception);
        if (!body.isOpen()) {
            for (const auto& [name, value] : response.headers())
                raw.erase(name);
            send(request, raw, refuse(problem));
            return;
        }
        // Too late for another status: cut the connection, so that the last chunk is missing and the caller
        // knows.
        m_failure = problem.logText.empty() ? problem.detail : problem.logText;
        m_status = problem.status;
        static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket().shutdown();
        raw.setKeepAlive(false);
        return;
    }
    if (body.isOpen())
        body.flushPending();
    else
        raw.sendBuffer(body.pending().data(), body.pending().size());
}

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
// One's own sessions and password.
#include "common/error.h"
#include "server/http/csrf.h"
#include "server/http/query.h"
#include "server/identity/identity.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/web/figures.h"
#include "server/web/pages.h"

#include <fmt/format.h>

namespace hpcbill::web
{

namespace
{

constexpr std::int64_t sessionsPerPage = 50;

http::Response passwordPage(const Frame& frame, const http::Request& request, const std::string& message, int status)
{
    Page page(frame, request, "password.tpl");
    page.setTitle(page.texts().at("password_title"));
    page.setTab(Tab::none);
    page.setGlobal("HERE", "/me/password");
    page.include("PASSWORD_FORM", "password_form.tpl");
    set(page.fields(), "INTRO",
        page.texts().at(request.principal()->mustChangePassword ? "password_forced" : "password_intro"));
    if (!message.empty())
        page.alert(AlertKind::bad, message);
    return page.answer(status);
}

std::string messageOf(const InvalidInput& fault, const Texts& texts)
{
    if (fault.fields().front().field == "old_password")
        return texts.at("password_wrong");
    return texts.at("password_unfit");
}

} // namespace

http::Response showPassword(const Frame& frame, const http::Request& request)
{
    http::Query query(request);
    query.finish();
    return passwordPage(frame, request, "", 200);
}

http::Response changePassword(const Frame& frame, const http::Request& request, identity::Sessions& sessions)
{
    const http::TextPairs form = request.form();
    const Texts& texts = frame.texts(request);
    const std::string wanted = fieldOf(form, "new_password");
    if (wanted != fieldOf(form, "new_password_again"))
        return passwordPage(frame, request, texts.at("password_differ"), 400);
    try {
        const identity::Login login = sessions.changePassword(
            {fieldOf(form, "old_password"), wanted, identity::SessionKind::web}, request.actor());
        http::Response response = http::seeOther("/me/sessions?changed=true");
        response.add("Set-Cookie", http::setCookie(request, http::sessionCookieName(request.secure()), login.token,
                                                   sessions.options().lifetime));
        return response;
    } catch (const InvalidInput& fault) {
        return passwordPage(frame, request, messageOf(fault, texts), 400);
    } catch (const Overloaded& overloaded) {
        http::Response response = passwordPage(frame, request, lockedMessage(overloaded, texts), 429);
        response.set("Retry-After", fmt::to_string(overloaded.retryAfter().count()));
        return response;
    }
}

http::Response showSessions(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    http::Query query(request);
    const bool isChanged = query.boolean("changed").value_or(false);
    const bool isEnded = query.boolean("ended").value_or(false);
    const auto cursor = query.cursor("me-sessions", 1);
    query.finish();
    const auto before = cursor ? std::optional(static_cast<identity::SessionId>(cursor->integer(0))) : std::nullopt;
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    std::vector<identity::Session> all = parts.sessions.list(tx, request.principal()->username, request.sessionToken(),
                                                             sessionsPerPage + 1, before);

    Page page(frame, request, "sessions.tpl");
    const Texts& texts = page.texts();
    page.setTitle(texts.at("sessions_title"));
    page.setTab(Tab::none);
    page.setGlobal("HERE", "/me/sessions");
    page.include("PASSWORD_FORM", "password_form.tpl");
    if (isChanged)
        page.alert(AlertKind::good, texts.at("password_changed"));
    if (isEnded)
        page.alert(AlertKind::good, texts.at("session_ended"));
    if (std::ssize(all) > sessionsPerPage) {
        all.pop_back();
        const std::string next = http::Cursor("me-sessions", {static_cast<std::int64_t>(all.back().id)}).encode();
        set(*page.fields().AddSectionDictionary("NEXT_PAGE"), "ADDRESS", "/me/sessions?cursor=" + next);
    }
    for (const identity::Session& session : all) {
        Fields& row = *page.fields().AddSectionDictionary("SESSION");
        set(row, "KIND", texts.at(session.kind == identity::SessionKind::web ? "session_web" : "session_api"));
        set(row, "FROM", session.address);
        set(row, "CREATED", momentOf(session.createdAt));
        set(row, "SEEN", momentOf(session.lastSeenAt));
        set(row, "EXPIRES", momentOf(session.expiresAt));
        if (session.isCurrent)
            row.ShowSection("CURRENT");
        else
            set(*row.AddSectionDictionary("OTHER"), "ID", fmt::to_string(static_cast<std::int64_t>(session.id)));
    }
    return page.answer();
}

http::Response endSession(const http::Request& request, identity::Sessions& sessions)
{
    sessions.end(request.id<identity::SessionId>("id"), request.principal()->username, request.actor());
    return http::seeOther("/me/sessions?ended=true");
}

} // namespace hpcbill::web

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/pages.h"

#include "common/error.h"
#include "server/http/csrf.h"
#include "server/http/query.h"
#include "server/identity/identity.h"

#include <algorithm>

namespace hpcbill::web
{

namespace
{

constexpr std::chrono::seconds languageKept{365 * 24 * 3600};

http::Response loginPage(const Frame& frame, const http::Request& request, const std::string& next,
                         const std::string& username, const std::string& message, int status)
{
    Page page(frame, request, "login.tpl");
    page.setTitle(page.texts().at("login_title"));
    page.setTab(Tab::none);
    set(page.fields(), "NEXT", next);
    set(page.fields(), "USERNAME", username);
    page.setGlobal("HERE", "/login");
    if (!message.empty())
        page.alert(AlertKind::bad, message);
    return page.answer(status);
}

} // namespace

std::string lockedMessage(const Overloaded& overloaded, const Texts& texts)
{
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(overloaded.retryAfter()).count();
    return texts.format("login_locked", fmt::arg("minutes", minutes));
}

std::string fieldOf(const http::TextPairs& form, std::string_view name)
{
    const auto found = std::ranges::find(form, name, &http::TextPairs::value_type::first);
    return found == form.end() ? std::string() : found->second;
}

std::string localPath(const std::string& target)
{
    const bool hasOddCharacter = std::ranges::any_of(target, [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte <= 0x20 || byte >= 0x7f || character == '\\';
    });
    return target.starts_with('/') && !target.starts_with("//") && !hasOddCharacter && target.size() <= 2000
               ? target
               : "/me";
}

http::Response showLogin(const Frame& frame, const http::Request& request)
{
    http::Query query(request);
    const std::string next = localPath(query.text("next").value_or("/me"));
    query.finish();
    if (request.principal() != nullptr)
        return http::seeOther(next);
    return loginPage(frame, request, next, "", "", 200);
}

http::Response logIn(const Frame& frame, const http::Request& request, identity::Sessions& sessions)
{
    const http::TextPairs form = request.form();
    const std::string username = fieldOf(form, "username");
    const std::string next = localPath(fieldOf(form, "next"));
    const Texts& texts = frame.texts(request);
    try {
        const identity::Login login = sessions.logIn(username, fieldOf(form, "password"),
                                                     identity::SessionKind::web, request.visitor(username));
        if (request.principal() != nullptr)
            sessions.logOut(request.sessionToken(), request.actor());
        http::Response response = http::seeOther(next);
        // The browser keeps it as long as the database does at most; the database decides.
        response.add("Set-Cookie", http::setCookie(request, http::sessionCookieName(request.secure()),
                                                   login.token, sessions.options().lifetime));
        return response;
    } catch (const Unauthenticated&) {
        return loginPage(frame, request, next, username, texts.at("login_wrong"), 401);
    } catch (const Overloaded& overloaded) {
        http::Response response =
            loginPage(frame, request, next, username, lockedMessage(overloaded, texts), 429);
        response.set("Retry-After", fmt::to_string(overloaded.retryAfter().count()));
        return response;
    }
}

http::Response logOut(const http::Request& request, identity::Sessions& sessions)
{
    if (request.principal() != nullptr)
        sessions.logOut(request.sessionToken(), request.actor());
    http::Response response = http::seeOther("/login");
    response.add("Set-Cookie", http::setCookie(request, http::sessionCookieName(request.secure()), "",
                                               std::chrono::seconds(0)));
    return response;
}

http::Response setLanguage(const http::Request& request)
{
    const http::TextPairs form = request.form();
    const std::string language = fieldOf(form, "language");
    if (language != "en" && language != "th")
        throw InvalidInput("language", "Must be en or th.");
    http::Response response = http::seeOther(localPath(fieldOf(form, "next")));
    response.add("Set-Cookie", http::setCookie(request, http::languageCookieName, language, languageKept));
    return response;
}

} // namespace hpcbill::web

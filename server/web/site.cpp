// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/site.h"

#include "common/api/problem.h"
#include "server/http/etag.h"
#include "server/payments/payments.h"
#include "server/web/embedded.h"
#include "server/web/frame.h"
#include "server/web/pages.h"

namespace hpcbill::web
{

namespace
{

using http::Admission;
using http::Method;
using http::Request;
using http::Response;
using http::Surface;

Response file(const Request& request, std::string_view name, const std::string& contentType)
{
    const std::string_view content = embedded(name);
    Response response = http::text(contentType, std::string(content));
    // The page names the style sheet with its version, so that a browser may keep it and still never shows an
    // old one.
    response.set("Cache-Control", "public, max-age=86400");
    return http::withEtag(request, std::move(response), http::etagOfContent(content));
}

/// The general sentence for a status; details of ours are in English and stand beneath it only where the page
/// is.
std::string explanationOf(int status, const Texts& texts)
{
    const std::string key = fmt::format("error_{}", status);
    return texts.has(key) ? texts.at(key) : texts.at("error_other");
}

std::string titleOf(int status, const Texts& texts)
{
    const std::string key = fmt::format("error_title_{}", status);
    return texts.has(key) ? texts.at(key) : texts.at("error_title");
}

void listFaults(Page& page, const http::Problem& problem)
{
    const bool tellsDetail = problem.status == 409 || problem.status == 422 || problem.status == 502;
    if (problem.errors.empty() && !tellsDetail)
        return;
    Fields& faults = *page.fields().AddSectionDictionary("FAULTS");
    for (const FieldError& error : problem.errors) {
        Fields& fault = *faults.AddSectionDictionary("FAULT");
        set(fault, "DETAIL", error.detail);
        if (!error.field.empty())
            set(*fault.AddSectionDictionary("FIELD"), "NAME", error.field);
    }
    if (problem.errors.empty())
        set(*faults.AddSectionDictionary("FAULT"), "DETAIL", problem.detail);
}

} // namespace

Site::Site(const SiteParts& parts)
    : m_parts(parts)
    , m_frame(std::make_unique<Frame>())
{
}

Site::~Site() = default;

std::vector<http::Route> Site::routes() const
{
    const Frame& frame = *m_frame;
    const SiteParts& parts = m_parts;
    identity::Sessions& sessions = m_parts.sessions;
    std::vector<http::Route> table{
        {Method::get, "/", api::anyone, [](const Request&) { return http::seeOther("/me"); }, Surface::page},
        {Method::get, "/static/web.css", api::anyone,
         [](const Request& r) { return file(r, "web.css", "text/css; charset=utf-8"); }},
        {Method::get, "/static/icon.svg", api::anyone,
         [](const Request& r) { return file(r, "hpcbill.svg", "image/svg+xml"); }},
        {Method::get, "/login", api::anyone, [&frame](const Request& r) { return showLogin(frame, r); },
         Surface::page},
        {Method::post, "/login", api::anyone, [&](const Request& r) { return logIn(frame, r, sessions); },
         Surface::page},
        {Method::post, "/logout", api::anyone, [&sessions](const Request& r) { return logOut(r, sessions); },
         Surface::page},
        {Method::post, "/i18n/set", api::anyone, [](const Request& r) { return setLanguage(r); },
         Surface::page},
        {Method::get, "/me/password", api::signedIn, [&frame](const Request& r) { return showPassword(frame, r); },
         Surface::page, Admission::anyPassword},
        {Method::post, "/me/password", api::signedIn,
         [&](const Request& r) { return changePassword(frame, r, sessions); }, Surface::page, Admission::anyPassword},
        {Method::get, "/me/sessions", api::signedIn, [&](const Request& r) { return showSessions(frame, r, parts); },
         Surface::page},
        {Method::post, "/me/sessions/{id}/end", api::signedIn,
         [&sessions](const Request& r) { return endSession(r, sessions); }, Surface::page},
        {Method::get, "/me", api::signedIn, [&](const Request& r) { return showUsage(frame, r, parts); },
         Surface::page},
        {Method::get, "/me.csv", api::signedIn, [&](const Request& r) { return downloadJobs(r, parts); },
         Surface::page},
        {Method::get, "/me/jobs/{cluster}/{job_id}", api::signedIn,
         [&](const Request& r) { return showJob(frame, r, parts); }, Surface::page},
        {Method::post, "/me/receipt", api::signedIn,
         [&](const Request& r) { return makeReceipt(frame, r, parts); }, Surface::page},
        {Method::get, "/me/receipts", api::signedIn,
         [&](const Request& r) { return listReceipts(frame, r, parts); }, Surface::page},
        {Method::get, "/me/receipts/{id}", api::signedIn,
         [&](const Request& r) { return showReceipt(frame, r, parts); }, Surface::page},
        {Method::get, "/me/receipts/{id}.pdf", api::signedIn,
         [&](const Request& r) { return downloadReceipt(r, parts, "en"); }, Surface::page},
        {Method::get, "/me/receipts/{id}.th.pdf", api::signedIn,
         [&](const Request& r) { return downloadReceipt(r, parts, "th"); }, Surface::page},
        {Method::get, "/admin", api::readers, [&](const Request& r) { return showConsole(frame, r, parts); },
         Surface::page},
        {Method::post, "/payments/receipt/{id}/start", api::signedIn,
         [&](const Request& r) { return startPayment(r, parts); }, Surface::page},
        {Method::get, "/payments/thanks", api::signedIn,
         [&](const Request& r) { return showThanks(frame, r, parts); }, Surface::page},
    };
    // In production there is no such address.
    if (parts.payments.settings().mayBeSimulated)
        table.push_back({Method::post, "/payments/simulate", api::signedIn,
                         [&](const Request& r) { return simulatePayment(r, parts); }, Surface::page});
    return table;
}

http::Response Site::problemPage(const http::Request& request, const http::Problem& problem) const
{
    const bool isToLogIn = problem.status == 401;
    if (isToLogIn && request.method() == Method::get)
        return http::seeOther("/login?next=" + http::encodePercent(localPath(request.target())));

    if (problem.code == api::code::passwordChangeRequired)
        return http::seeOther("/me/password");

    Page page(*m_frame, request, "error.tpl");
    const Texts& texts = page.texts();
    page.setTitle(titleOf(problem.status, texts));
    page.setTab(Tab::none);
    Fields& fields = page.fields();
    set(fields, "EXPLANATION", explanationOf(problem.status, texts));
    set(fields, "WAY_ON", isToLogIn ? "/login" : "/me");
    set(fields, "WAY_ON_TEXT", texts.at(isToLogIn ? "go_login" : "go_usage"));
    set(fields, "REQUEST_ID", request.requestId());
    listFaults(page, problem);
    return page.answer(problem.status);
}

} // namespace hpcbill::web

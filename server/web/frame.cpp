// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/frame.h"

#include "common/invariant.h"
#include "server/http/etag.h"
#include "server/web/embedded.h"

namespace hpcbill::web
{

namespace
{

using ctemplate::TemplateString;

TemplateString view(std::string_view text)
{
    return {text.data(), text.size()};
}

std::string otherLanguage(const Texts& texts)
{
    return texts.language() == "th" ? "en" : "th";
}

} // namespace

Frame::Frame()
{
    for (const char* language : {"en", "th"})
        m_texts.emplace(language, Texts(language));
    for (const char* name : {"head.tpl", "foot.tpl", "login.tpl", "error.tpl", "usage.tpl", "job.tpl",
                             "receipts.tpl", "thanks.tpl", "receipt.tpl", "password.tpl", "password_form.tpl",
                             "sessions.tpl", "console.tpl"}) {
        const std::string_view content = embedded(name);
        invariant(!content.empty() &&
                      m_templates.StringToTemplateCache(name, view(content), ctemplate::STRIP_BLANK_LINES),
                  "every template was compiled in and can be read");
    }
    m_templates.Freeze();
    const std::string etag = http::etagOfContent(embedded("web.css"));
    m_styleAddress = fmt::format("/static/web.css?v={}", etag.substr(1, 16));
}

const Texts& Frame::texts(const http::Request& request) const
{
    const auto found = m_texts.find(request.language());
    return found != m_texts.end() ? found->second : m_texts.find("en")->second;
}

std::string Frame::expand(const std::string& templateName, const Fields& fields) const
{
    std::string text;
    invariant(m_templates.ExpandNoLoad(templateName, ctemplate::STRIP_BLANK_LINES, &fields, nullptr, &text),
              "a page's template can be expanded");
    return text;
}

Page::Page(const Frame& frame, const http::Request& request, std::string templateName)
    : m_frame(frame)
    , m_texts(frame.texts(request))
    , m_templateName(std::move(templateName))
    , m_fields(m_templateName)
    , m_head(m_fields.AddIncludeDictionary("HEAD"))
{
    m_head->SetFilename("head.tpl");
    m_fields.AddIncludeDictionary("FOOT")->SetFilename("foot.tpl");
    for (const auto& [key, text] : m_texts.all())
        setGlobal("t_" + key, text);
    setGlobal("LANGUAGE", m_texts.language());
    setGlobal("STYLE", frame.styleAddress());
    setGlobal("CSRF", request.csrfToken());
    setGlobal("OTHER_LANGUAGE", otherLanguage(m_texts));
    setGlobal("OTHER_LANGUAGE_NAME", otherLanguage(m_texts) == "th" ? "ไทย" : "English");
    // Where to come back to after the language was changed: only what was asked for by GET can be asked for
    // again.
    setGlobal("HERE", request.method() == http::Method::get ? request.target() : "/me");
    if (request.principal() != nullptr) {
        setGlobal("USER", request.principal()->username);
        m_head->ShowSection("SIGNED_IN");
        if (api::readers.admits(request.principal()->role))
            m_head->ShowSection("STAFF");
    }
}

void Page::setGlobal(std::string_view name, std::string_view value)
{
    m_fields.SetTemplateGlobalValue(view(name), view(value));
}

void Page::include(std::string_view name, const std::string& templateName)
{
    m_fields.AddIncludeDictionary(view(name))->SetFilename(templateName);
}

void Page::setTitle(const std::string& title)
{
    setGlobal("TITLE", title);
}

void Page::setTab(Tab tab)
{
    setGlobal("ON_USAGE", tab == Tab::usage ? "page" : "false");
    setGlobal("ON_RECEIPTS", tab == Tab::receipts ? "page" : "false");
    setGlobal("ON_CONSOLE", tab == Tab::console ? "page" : "false");
}

void Page::alert(AlertKind kind, const std::string& message)
{
    Fields& alert = *m_head->AddSectionDictionary("ALERT");
    set(alert, "KIND", kind == AlertKind::bad ? "bad" : "good");
    set(alert, "MESSAGE", message);
}

http::Response Page::answer(int status) const
{
    return http::html(m_frame.expand(m_templateName, m_fields), status);
}

void set(Fields& fields, std::string_view name, std::string_view value)
{
    fields.SetValue(view(name), view(value));
}

} // namespace hpcbill::web

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/texts/texts.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <ctemplate/template.h>

namespace hpcbill::web
{

using Fields = ctemplate::TemplateDictionary;
using texts::Texts;

/// What all pages share: templates (they escape by themselves, each value by the place where it stands),
/// texts, head and foot.
class Frame final
{
public:
    Frame();

    const Texts& texts(const http::Request& request) const;
    const std::string& styleAddress() const { return m_styleAddress; }
    std::string expand(const std::string& templateName, const Fields& fields) const;

private:
    mutable ctemplate::TemplateCache m_templates; // frozen: expanding changes nothing but its own locks
    std::map<std::string, Texts, std::less<>> m_texts;
    std::string m_styleAddress;
};

enum class Tab { none, usage, receipts, console };
enum class AlertKind { bad, good };

/// One page under way: its fields, filled by name, then its answer.
class Page final
{
public:
    Page(const Frame& frame, const http::Request& request, std::string templateName);

    const Texts& texts() const { return m_texts; }
    Fields& fields() { return m_fields; }
    void setTitle(const std::string& title);
    void setTab(Tab tab);
    /// A message above the content.
    void alert(AlertKind kind, const std::string& message);
    /// Another template in the place {{>NAME}}.
    void include(std::string_view name, const std::string& templateName);
    /// A field that head and foot see too.
    void setGlobal(std::string_view name, std::string_view value);

    http::Response answer(int status = 200) const;

private:
    const Frame& m_frame;
    const Texts& m_texts;
    std::string m_templateName;
    Fields m_fields;
    Fields* m_head;
};

/// Sets one field.
void set(Fields& fields, std::string_view name, std::string_view value);

} // namespace hpcbill::web

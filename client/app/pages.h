// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Page.h"
#include "common/api/role.h"

#include <span>

namespace hpcbill::client
{

/// One page of the program; a new page is a folder in client/pages and a row in pages.cpp.
struct PageEntry {
    const char* id;    ///< stable: object name, settings, history
    const char* title; ///< English, marked by QT_TRANSLATE_NOOP("pages", …)
    const char* icon;  ///< of resources/icons
    api::RoleSet roles;
    Page* (*make)(const PageContext& context, QWidget* parent);
};

/// All pages in the order of the sidebar.
std::span<const PageEntry> allPages();

} // namespace hpcbill::client

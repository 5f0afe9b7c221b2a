// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/pages.h"

#include "client/pages/audit/AuditPage.h"
#include "client/pages/rates/RatesPage.h"
#include "client/pages/reconcile/ReconcilePage.h"
#include "client/pages/usage/UsagePage.h"
#include "client/pages/users/UsersPage.h"
#include "client/pages/webhooks/WebhooksPage.h"

#include <QtGlobal>

namespace hpcbill::client
{

namespace
{

template <typename PageType>
Page* make(const PageContext& context, QWidget* parent)
{
    return new PageType(context, parent);
}

constexpr PageEntry entries[] = {
    {"usage", QT_TRANSLATE_NOOP("pages", "Usage"), "usage", api::readers, make<UsagePage>},
    {"rates", QT_TRANSLATE_NOOP("pages", "Rates"), "rates", api::readers, make<RatesPage>},
    {"reconcile", QT_TRANSLATE_NOOP("pages", "Reconcile"), "reconcile", api::readers, make<ReconcilePage>},
    {"audit", QT_TRANSLATE_NOOP("pages", "Audit"), "audit", api::readers, make<AuditPage>},
    {"users", QT_TRANSLATE_NOOP("pages", "Users"), "users", api::operators, make<UsersPage>},
    {"webhooks", QT_TRANSLATE_NOOP("pages", "Webhooks"), "webhooks", api::readers, make<WebhooksPage>},
};

} // namespace

std::span<const PageEntry> allPages()
{
    return entries;
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUrl>

namespace hpcbill::client
{

/// One spelling of a server's address, to tell servers apart by: `https://Billing.example.org/` and
/// `https://billing.example.org:443` are the same one.
QString serverAddress(const QUrl& server);

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/server_address.h"

namespace hpcbill::client
{

QString serverAddress(const QUrl& server)
{
    QUrl url = server.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment |
                               QUrl::NormalizePathSegments | QUrl::StripTrailingSlash);
    url.setHost(url.host().toLower());
    url.setPort(url.port(url.scheme() == "https" ? 443 : 80));
    if (url.path() == "/")
        url.setPath({});
    return url.toString(QUrl::FullyEncoded);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/client.h"

#include <string>
#include <vector>

namespace Poco::Net
{
class IPAddress;
}

namespace hpcbill::webhooks
{

/// Whether an address is one that anybody on the Internet may have: not this machine, not this network or
/// another private one, no group of machines, nothing reserved (IANA's registries of special-purpose
/// addresses, RFC 6890), no cloud's metadata service; nor an IPv6 form of such an IPv4 address (mapped,
/// NAT64, 6to4).
bool isPublic(const Poco::Net::IPAddress& address);

/// What is public, and what stands in `allowedNetworks`. Throws InvalidInput{"WEBHOOK_ALLOWED_NETWORKS"}.
http::AddressRule addressRule(const std::vector<std::string>& allowedNetworks);

} // namespace hpcbill::webhooks

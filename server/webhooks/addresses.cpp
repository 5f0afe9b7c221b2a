// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/addresses.h"

#include "server/http/proxies.h"

#include <Poco/Net/IPAddress.h>

#include <memory>

namespace hpcbill::webhooks
{
namespace
{

using Poco::Net::IPAddress;

const http::Networks& notPublicV4()
{
    static const http::Networks networks(
        {
            "0.0.0.0/8",        // this network
            "10.0.0.0/8",       // private
            "100.64.0.0/10",    // shared by customers of a provider; Alibaba's metadata service
            "127.0.0.0/8",      // this machine
            "169.254.0.0/16",   // link-local; most clouds' metadata service
            "172.16.0.0/12",    // private
            "192.0.0.0/24",     // protocol assignments; Oracle's metadata service
            "192.0.2.0/24",     // documentation
            "192.88.99.0/24",   // relays of 6to4
            "192.168.0.0/16",   // private
            "198.18.0.0/15",    // benchmarks
            "198.51.100.0/24",  // documentation
            "203.0.113.0/24",   // documentation
            "224.0.0.0/4",      // groups
            "240.0.0.0/4",      // reserved, broadcast
            "168.63.129.16/32", // Azure's services for its machines
        },
        "IPv4");
    return networks;
}

const http::Networks& globalUnicast()
{
    static const http::Networks networks({"2000::/3"}, "IPv6");
    return networks;
}

const http::Networks& notPublicV6()
{
    static const http::Networks networks(
        {
            "2001::/23",     // protocol assignments; Teredo, which holds an IPv4 address
            "2001:db8::/32", // documentation
            "3fff::/20",     // documentation
        },
        "IPv6");
    return networks;
}

IPAddress v4At(const IPAddress& address, std::size_t offset)
{
    return {static_cast<const std::byte*>(address.addr()) + offset, 4};
}

} // namespace

bool isPublic(const IPAddress& address)
{
    static const http::Networks nat64({"64:ff9b::/96"}, "IPv6");
    static const http::Networks sixToFour({"2002::/16"}, "IPv6");
    if (address.family() == IPAddress::IPv4)
        return !notPublicV4().contain(address);
    if (address.isIPv4Mapped() || nat64.contain(address))
        return isPublic(v4At(address, 12));
    if (sixToFour.contain(address))
        return isPublic(v4At(address, 2));
    return globalUnicast().contain(address) && !notPublicV6().contain(address);
}

http::AddressRule addressRule(const std::vector<std::string>& allowedNetworks)
{
    return [allowed = std::make_shared<const http::Networks>(allowedNetworks, "WEBHOOK_ALLOWED_NETWORKS")](
               const IPAddress& address) { return isPublic(address) || allowed->contain(address); };
}

} // namespace hpcbill::webhooks

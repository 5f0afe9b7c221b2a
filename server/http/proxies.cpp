// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/proxies.h"

#include "common/error.h"

#include <Poco/String.h>
#include <fmt/format.h>

#include <charconv>

#include <arpa/inet.h>

namespace hpcbill::http
{

namespace
{

using Poco::Net::IPAddress;

/// An IPv4 caller on a socket that listens on IPv6 too comes as ::ffff:a.b.c.d.
IPAddress plain(const IPAddress& address)
{
    if (address.family() == IPAddress::IPv6 && address.isIPv4Mapped())
        return IPAddress(address.toString().substr(std::string_view("::ffff:").size()));
    return address;
}

/// As IPAddress::tryParse(), which takes "::" for a failure.
bool parse(const std::string& text, IPAddress& address)
{
    if (IPAddress::tryParse(text, address))
        return true;
    in6_addr bytes{};
    if (inet_pton(AF_INET6, text.c_str(), &bytes) != 1)
        return false;
    address = IPAddress(&bytes, sizeof bytes);
    return true;
}

} // namespace

Networks::Networks(const std::vector<std::string>& blocks, std::string_view setting)
{
    for (const std::string& block : blocks) {
        const std::size_t slash = block.find('/');
        IPAddress network;
        unsigned bits = 0;
        bool isRead = parse(block.substr(0, slash), network);
        const unsigned width = network.family() == IPAddress::IPv6 ? 128 : 32;
        if (slash == std::string::npos) {
            bits = width;
        } else {
            const char* const end = block.data() + block.size();
            const auto [last, error] = std::from_chars(block.data() + slash + 1, end, bits);
            isRead = isRead && error == std::errc{} && last == end && bits <= width;
        }
        if (!isRead)
            throw InvalidInput(std::string(setting),
                               fmt::format("\"{}\" is neither an address nor a CIDR block.", block));
        const IPAddress mask(bits, network.family());
        m_blocks.push_back({network & mask, mask});
    }
}

bool Networks::contain(const IPAddress& address) const
{
    const IPAddress caller = plain(address);
    for (const Block& block : m_blocks) {
        if (block.network.family() == caller.family() && (caller & block.mask) == block.network)
            return true;
    }
    return false;
}

bool Networks::contain(std::string_view address) const
{
    IPAddress parsed;
    return IPAddress::tryParse(std::string(address), parsed) && contain(parsed);
}

bool Networks::containEverybody() const
{
    for (const Block& block : m_blocks) {
        if (block.mask.isWildcard()) // no bit counts
            return true;
    }
    return false;
}

std::optional<Poco::Net::IPAddress> parseAddress(const std::string& text)
{
    IPAddress address;
    return parse(text, address) ? std::optional(plain(address)) : std::nullopt;
}

std::string callerAddress(const IPAddress& peer, std::string_view forwardedFor, const Networks& trusted)
{
    IPAddress caller = plain(peer);
    // From the right: each proxy appends whom it heard, and what stands left of the first untrusted one may
    // be made up.
    while (trusted.contain(caller) && !forwardedFor.empty()) {
        const std::size_t comma = forwardedFor.rfind(',');
        const std::size_t start = comma == std::string_view::npos ? 0 : comma + 1;
        IPAddress next;
        if (!IPAddress::tryParse(Poco::trim(std::string(forwardedFor.substr(start))), next))
            break;
        caller = plain(next);
        forwardedFor = comma == std::string_view::npos ? std::string_view() : forwardedFor.substr(0, comma);
    }
    return caller.toString();
}

} // namespace hpcbill::http

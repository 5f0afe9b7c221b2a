// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Poco/Net/IPAddress.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::http
{

/// A list of addresses and CIDR blocks, IPv4 and IPv6: the proxies whose word is believed, the networks that
/// may read metrics.
class Networks final
{
public:
    /// Throws InvalidInput{`setting`} naming what cannot be read.
    Networks(const std::vector<std::string>& blocks, std::string_view setting);

    bool contain(const Poco::Net::IPAddress& address) const;
    /// False for text that is not an address.
    bool contain(std::string_view address) const;
    /// Whether one of the blocks is 0.0.0.0/0 or ::/0, however it was written.
    bool containEverybody() const;

private:
    struct Block {
        Poco::Net::IPAddress network;
        Poco::Net::IPAddress mask;
    };
    std::vector<Block> m_blocks;
};

/// An address as IPv4 or IPv6 text has it; one of IPv4 that is mapped into IPv6 is that of IPv4. None for other text.
std::optional<Poco::Net::IPAddress> parseAddress(const std::string& text);

/// Who sent the request: the peer, or, behind trusted proxies, the nearest address in X-Forwarded-For that is
/// not one of them.
std::string callerAddress(const Poco::Net::IPAddress& peer, std::string_view forwardedFor,
                          const Networks& trusted);

} // namespace hpcbill::http

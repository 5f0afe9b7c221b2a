// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ports.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <fmt/format.h>

#include <atomic>
#include <stdexcept>

#include <unistd.h>

namespace hpcbill::support
{
namespace
{

constexpr int portMin = 20'000;
constexpr int portMax = 32'767; // Linux gives out those from 32768 on
constexpr int perProcess = 64;  // apart: neighbours in process ids run at the same time

bool isFree(int port)
{
    try {
        const Poco::Net::ServerSocket probe(Poco::Net::SocketAddress("127.0.0.1", static_cast<std::uint16_t>(port)));
        return true;
    } catch (const Poco::Net::NetException&) {
        return false;
    }
}

} // namespace

std::uint16_t freePorts(int count)
{
    static std::atomic<int> given = 0;
    constexpr int places = portMax - portMin + 1;
    const int begin = getpid() % places * perProcess % places;
    for (int tried = 0; tried < places; ++tried) {
        const int first = portMin + (begin + given++) % places; // none is tried twice
        int free = 0;
        while (free < count && first + free <= portMax && isFree(first + free))
            ++free;
        if (free == count)
            return static_cast<std::uint16_t>(first);
    }
    throw std::runtime_error(fmt::format("no {} neighbouring ports are free", count));
}

} // namespace hpcbill::support

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/receiving_socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/SocketAddress.h>

#include <cerrno>

#include <sys/socket.h>

namespace hpcbill::http
{

namespace
{

class AcceptingSocket final : public Poco::Net::ServerSocketImpl
{
public:
    explicit AcceptingSocket(std::chrono::milliseconds perRequest)
        : m_perRequest(perRequest)
    {
    }

    Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress& peer) override
    {
        sockaddr_storage address{};
        socklen_t length = sizeof(address);
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        poco_socket_t accepted = -1;
        do
            accepted = ::accept4(sockfd(), raw, &length, SOCK_CLOEXEC);
        while (accepted < 0 && errno == EINTR);
        if (accepted < 0)
            error(); // throws
        peer = Poco::Net::SocketAddress(raw, length);
        return new ReceivingSocket(accepted, m_perRequest); // Poco takes ownership
    }

private:
    const std::chrono::milliseconds m_perRequest;
};

} // namespace

ReceivingSocket::ReceivingSocket(poco_socket_t socket, std::chrono::milliseconds perRequest)
    : StreamSocketImpl(socket)
    , m_perRequest(perRequest)
{
}

int ReceivingSocket::receiveBytes(void* buffer, int length, int flags)
{
    using std::chrono::steady_clock;
    if (m_isIdle) {
        m_isIdle = false;
        m_deadline = steady_clock::now() + m_perRequest;
    }
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(m_deadline - steady_clock::now());
    if (left.count() <= 0 || !poll(Poco::Timespan(left.count()), SELECT_READ))
        throw Poco::TimeoutException("the request takes too long to arrive");
    return StreamSocketImpl::receiveBytes(buffer, length, flags);
}

ReceivingServerSocket::ReceivingServerSocket(std::chrono::milliseconds perRequest)
    : ServerSocket(new AcceptingSocket(perRequest), true) // Poco takes ownership
{
}

} // namespace hpcbill::http

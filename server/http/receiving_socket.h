// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <chrono>

namespace hpcbill::http
{

/// A connection on which each request, head and body together, has to arrive within a time. Poco's own timeout
/// is for each read: who sends a byte now and then would hold up a thread for ever.
class ReceivingSocket final : public Poco::Net::StreamSocketImpl
{
public:
    ReceivingSocket(poco_socket_t socket, std::chrono::milliseconds perRequest);

    /// The next byte that comes is the first of another request.
    void requestEnded() { m_isIdle = true; }

    using StreamSocketImpl::receiveBytes;
    /// Throws Poco::TimeoutException when the request has taken too long.
    int receiveBytes(void* buffer, int length, int flags) override;

private:
    const std::chrono::milliseconds m_perRequest;
    std::chrono::steady_clock::time_point m_deadline;
    bool m_isIdle = true;
};

/// Accepts such connections.
class ReceivingServerSocket final : public Poco::Net::ServerSocket
{
public:
    explicit ReceivingServerSocket(std::chrono::milliseconds perRequest);
};

} // namespace hpcbill::http

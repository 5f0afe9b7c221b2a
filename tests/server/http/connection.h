// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace hpcbill::wire
{

/// What the server said.
struct Answer {
    int status = 0;
    Poco::Net::HTTPResponse head;
    std::string body;

    std::string header(const std::string& name) const { return head.get(name, ""); }
    nlohmann::json json() const { return nlohmann::json::parse(body); }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// On a connection that may be used before and after.
inline Answer ask(Poco::Net::HTTPClientSession& session, const std::string& method, const std::string& target,
                  const Headers& headers = {}, const std::string& body = "")
{
    Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : headers)
        request.add(name, value);
    if (!body.empty())
        request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    Answer answer;
    std::istream& stream = session.receiveResponse(answer.head);
    Poco::StreamCopier::copyToString(stream, answer.body);
    answer.status = answer.head.getStatus();
    return answer;
}

/// Bytes as they are, for what no client would send.
inline void sendAll(Poco::Net::StreamSocket& socket, const std::string& text)
{
    socket.sendBytes(text.data(), static_cast<int>(text.size()));
}

/// Until the server closes the connection.
inline std::string receiveAll(Poco::Net::StreamSocket& socket)
{
    std::string all;
    std::array<char, 65536> chunk{};
    try {
        while (const int count = socket.receiveBytes(chunk.data(), static_cast<int>(chunk.size())))
            all.append(chunk.data(), static_cast<std::size_t>(count));
    } catch (const Poco::Net::NetException&) {
        // A reset is an end too: what came before it is what the test looks at.
    }
    return all;
}

} // namespace hpcbill::wire

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/event_listener.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <chrono>
#include <istream>

namespace hpcbill::support
{
namespace
{

constexpr std::chrono::seconds patience{120};

} // namespace

EventListener::EventListener(const HttpClient& client, const std::string& lastEventId)
{
    const Poco::URI uri(client.baseUrl());
    m_session = std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
    m_session->setTimeout(Poco::Timespan(patience.count(), 0));
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, "/api/v1/events",
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    request.set("Authorization", "Bearer " + client.token());
    if (!lastEventId.empty())
        request.set("Last-Event-ID", lastEventId);
    m_session->sendRequest(request) << std::flush;
    Poco::Net::HTTPResponse response;
    m_stream = &m_session->receiveResponse(response);
    m_status = static_cast<int>(response.getStatus());
    for (const auto& [name, value] : response)
        m_headers[Poco::toLower(name)] = value;
}

EventListener::~EventListener() = default;

std::string EventListener::header(const std::string& name) const
{
    const auto found = m_headers.find(name);
    return found == m_headers.end() ? std::string() : found->second;
}

bool EventListener::readLine(std::string& line)
{
    if (!std::getline(*m_stream, line))
        return false;
    if (line.starts_with(':'))
        ++m_comments;
    return true;
}

std::optional<StreamedEvent> EventListener::next()
{
    StreamedEvent event;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (std::string line; readLine(line) && std::chrono::steady_clock::now() < deadline;) {
        if (line.starts_with("id: "))
            event.id = std::stoll(line.substr(4));
        else if (line.starts_with("event: "))
            event.name = line.substr(7);
        else if (line.starts_with("data: "))
            event.data = nlohmann::ordered_json::parse(line.substr(6));
        else if (line.empty() && !event.name.empty())
            return event;
    }
    return std::nullopt;
}

bool EventListener::waitForComments(int count)
{
    std::string line;
    while (m_comments < count) {
        if (!readLine(line))
            return false;
    }
    return true;
}

} // namespace hpcbill::support

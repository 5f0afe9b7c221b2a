// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http_client.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace Poco::Net
{
class HTTPClientSession;
}

namespace hpcbill::support
{

/// One Server-Sent Event.
struct StreamedEvent {
    std::int64_t id = 0;
    std::string name;
    nlohmann::ordered_json data;
};

/// A reader of GET /api/v1/events. Leaves when it is destroyed.
class EventListener final
{
public:
    explicit EventListener(const HttpClient& client, const std::string& lastEventId = {});
    ~EventListener();
    EventListener(const EventListener&) = delete;
    EventListener& operator=(const EventListener&) = delete;

    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] std::string header(const std::string& name) const;
    /// The next event; none when the server ended the stream, or told nothing for two minutes.
    std::optional<StreamedEvent> next();
    /// Comment lines that have gone by.
    [[nodiscard]] int comments() const { return m_comments; }
    /// Reads on until so many comments have gone by; false at the end of the stream.
    bool waitForComments(int count);

private:
    bool readLine(std::string& line);

    std::unique_ptr<Poco::Net::HTTPClientSession> m_session;
    std::istream* m_stream = nullptr;
    std::map<std::string, std::string> m_headers;
    int m_status = 0;
    int m_comments = 0;
};

} // namespace hpcbill::support

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace Poco::Net
{
class HTTPServer;
}

namespace hpcbill::support
{

/// What was asked of a server.
struct SeenRequest {
    std::string method;
    std::string path;
    std::map<std::string, std::string> query;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;
};

/// What it is to answer.
struct CannedAnswer {
    int status = 200;
    std::string contentType = "application/json";
    std::string body = {};
    std::map<std::string, std::string> headers = {};
};

/// A recorded answer: a file of status line, headers, an empty line and the body. Throws std::runtime_error.
CannedAnswer readRecordedAnswer(const std::string& path);

/// A server outside of ours, over real HTTP on a free port of 127.0.0.1. `answer` is called on the server's threads.
class AnsweringServer final
{
public:
    using Handler = std::function<CannedAnswer(const SeenRequest&)>;

    explicit AnsweringServer(Handler answer);
    ~AnsweringServer();
    AnsweringServer(const AnsweringServer&) = delete;
    AnsweringServer& operator=(const AnsweringServer&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::vector<SeenRequest> seen() const;
    /// What has been asked until now, called by the server itself.
    CannedAnswer take(const SeenRequest& request);

private:
    Handler m_answer;
    mutable std::mutex m_mutex;
    std::vector<SeenRequest> m_seen; // guarded by m_mutex
    std::unique_ptr<Poco::Net::HTTPServer> m_server;
};

} // namespace hpcbill::support

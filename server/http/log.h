// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Poco/Formatter.h>

#include <chrono>
#include <string>
#include <string_view>

namespace hpcbill::http
{

/// What the log keeps of a request: no query, no body, no header, no address, so that nothing secret or personal
/// but the user's name. Who came from where stands in the audit log.
struct AccessRecord {
    std::string requestId;
    std::string method;
    std::string route; ///< the pattern, never the raw path; empty where no route matched
    int status = 0;
    std::chrono::microseconds duration{};
    std::string user;
    std::string failure; ///< what is not told to the caller
};

/// One line to the logger "http": an error from 500 on, a warning from 400 on, else information. What was refused
/// or failed is written at any LOG_LEVEL.
void logAccess(const AccessRecord& record);

/// Writes a message as one JSON object on one line: ts, level, source, then `message`, or in its place the
/// fields of a message whose text is a JSON object itself.
class JsonFormatter final : public Poco::Formatter
{
public:
    void format(const Poco::Message& message, std::string& text) override;
};

/// Whether `level` is one of debug, information, warning, error.
bool isLogLevel(std::string_view level);

/// Sends all loggers to standard output as JSON lines, from `level` on. Throws InvalidInput{"LOG_LEVEL"}.
void configureLogging(std::string_view level);

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Poco/Formatter.h>

#include <string>

namespace hpcbill::http {

/// Writes a log message as one JSON object on one line: ts, level, source, text and the message's own parameters.
class JsonFormatter final : public Poco::Formatter {
public:
    void format(const Poco::Message& message, std::string& text) override;
};

/// Sends all loggers to standard output as JSON lines, from `level` on ("debug", "information", "warning", "error").
/// Throws InvalidInput{"LOG_LEVEL"}.
void configureLogging(const std::string& level);

}  // namespace hpcbill::http

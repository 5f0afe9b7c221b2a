// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/log.h"

#include "common/error.h"

#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <nlohmann/json.hpp>

#include <iostream>

namespace hpcbill::http
{

namespace
{

using Json = nlohmann::ordered_json;

std::string_view levelName(Poco::Message::Priority priority)
{
    switch (priority) {
    case Poco::Message::PRIO_FATAL:
        return "fatal";
    case Poco::Message::PRIO_CRITICAL:
        return "critical";
    case Poco::Message::PRIO_ERROR:
        return "error";
    case Poco::Message::PRIO_WARNING:
        return "warning";
    case Poco::Message::PRIO_NOTICE:
        return "notice";
    case Poco::Message::PRIO_INFORMATION:
        return "information";
    case Poco::Message::PRIO_DEBUG:
        return "debug";
    case Poco::Message::PRIO_TRACE:
        return "trace";
    }
    return "information";
}

std::string dump(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

void logAccess(const AccessRecord& record)
{
    Poco::Logger& logger = Poco::Logger::get("http");
    const auto priority = record.status >= 500   ? Poco::Message::PRIO_ERROR
                          : record.status >= 400 ? Poco::Message::PRIO_WARNING
                                                 : Poco::Message::PRIO_INFORMATION;
    const bool isAlwaysTold = record.status >= 400;
    if (!isAlwaysTold && logger.getLevel() < priority)
        return;
    const auto orNull = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    Json fields;
    fields["request_id"] = record.requestId;
    fields["method"] = record.method;
    fields["route"] = orNull(record.route);
    fields["status"] = record.status;
    fields["duration_us"] = record.duration.count();
    fields["user"] = orNull(record.user);
    if (!record.failure.empty())
        fields["failure"] = record.failure;
    if (auto channel = logger.getChannel())
        channel->log(Poco::Message("http", dump(fields), priority));
}

void JsonFormatter::format(const Poco::Message& message, std::string& text)
{
    Json line;
    line["ts"] = Poco::DateTimeFormatter::format(message.getTime(), "%Y-%m-%dT%H:%M:%S.%FZ");
    line["level"] = levelName(message.getPriority());
    line["source"] = message.getSource();
    const std::string& content = message.getText();
    Json fields = content.starts_with('{') ? Json::parse(content, nullptr, false) : Json();
    if (fields.is_object())
        line.update(fields);
    else
        line["message"] = content;
    text += dump(line);
}

bool isLogLevel(std::string_view level)
{
    return level == "debug" || level == "information" || level == "warning" || level == "error";
}

void configureLogging(std::string_view level)
{
    if (!isLogLevel(level))
        throw InvalidInput("LOG_LEVEL", "Must be one of debug, information, warning, error.");
    const Poco::AutoPtr<Poco::ConsoleChannel> console(new Poco::ConsoleChannel(std::cout));
    const Poco::AutoPtr<Poco::Formatter> formatter(new JsonFormatter);
    const Poco::AutoPtr<Poco::FormattingChannel> channel(new Poco::FormattingChannel(formatter, console));
    Poco::Logger& root = Poco::Logger::root();
    root.setChannel(channel);
    root.setLevel(std::string(level));
    Poco::Logger::setChannel("", channel);
    Poco::Logger::setLevel("", Poco::Logger::parseLevel(std::string(level)));
}

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/settings.h"

#include "server/http/proxies.h"

#include <Poco/Exception.h>
#include <Poco/NumberParser.h>
#include <Poco/StringTokenizer.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace hpcbill::app
{
namespace
{

std::optional<std::string> inEnvironment(const std::string& name)
{
    const char* const value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
}

} // namespace

Settings::Settings(const std::optional<std::filesystem::path>& file)
{
    if (!file)
        return;
    if (!std::filesystem::is_regular_file(*file)) {
        throw InvalidInput("--config", fmt::format("{} is not a file", file->string()));
    }
    m_file = new Poco::Util::PropertyFileConfiguration(file->string());
}

std::optional<std::string> Settings::inFile(const std::string& name) const
{
    return m_file && m_file->hasProperty(name) ? std::optional(m_file->getString(name)) : std::nullopt;
}

std::optional<std::string> Settings::text(const std::string& name) const
{
    auto value = inEnvironment(name);
    return value ? value : inFile(name);
}

std::string Settings::secret(const std::string& name)
{
    const std::string fileName = name + "_FILE";
    if (auto value = inEnvironment(name))
        return *std::move(value);
    if (const auto path = inEnvironment(fileName); path && !path->empty())
        return contentOf(fileName, *path);
    if (auto value = inFile(name))
        return *std::move(value);
    if (const auto path = inFile(fileName); path && !path->empty())
        return contentOf(fileName, *path);
    return {};
}

bool Settings::standsOverItsFile(const std::string& name) const
{
    const auto value = inEnvironment(name);
    const auto path = inEnvironment(name + "_FILE");
    return value && !value->empty() && (!path || path->empty());
}

std::string Settings::contentOf(const std::string& name, const std::string& path)
{
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        fault(name, fmt::format("{} cannot be read", path));
        return {};
    }
    std::string value{std::istreambuf_iterator<char>(stream), {}};
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r'))
        value.pop_back();
    return value;
}

void Settings::assign(const std::string& name, bool& target)
{
    const auto value = text(name);
    if (value && !Poco::NumberParser::tryParseBool(*value, target))
        fault(name, "neither true nor false");
}

std::optional<int> Settings::wholeNumber(const std::string& name, int least, int most)
{
    const auto value = text(name);
    if (!value)
        return std::nullopt;
    int number = 0;
    if (!Poco::NumberParser::tryParse(*value, number) || number < least || number > most) {
        fault(name, fmt::format("not a whole number from {} to {}", least, most));
        return std::nullopt;
    }
    return number;
}

void Settings::assignSeconds(const std::string& name, std::chrono::seconds& target)
{
    if (const auto seconds = wholeNumber(name, 1, 7 * 24 * 3600))
        target = std::chrono::seconds(*seconds);
}

void Settings::assignUrl(const std::string& name, std::string& target)
{
    const auto value = text(name);
    if (!value)
        return;
    const auto isUrl = [&] {
        try {
            return value->empty() || !Poco::URI(*value).getHost().empty();
        } catch (const Poco::SyntaxException&) {
            return false;
        }
    };
    if (isUrl())
        target = *value;
    else
        fault(name, "not a URL: write it like https://host.example.org:8443");
}

void Settings::assignNetworks(const std::string& name, std::vector<std::string>& target)
{
    std::vector<std::string> blocks = target;
    assignList(name, blocks);
    try {
        const http::Networks networks(blocks, name);
        target = std::move(blocks);
    } catch (const InvalidInput& unreadable) {
        m_faults.insert(m_faults.end(), unreadable.fields().begin(), unreadable.fields().end());
    }
}

void Settings::assignList(const std::string& name, std::vector<std::string>& target, const char* separators)
{
    const auto value = text(name);
    if (!value)
        return;
    const Poco::StringTokenizer words(
        *value, separators, Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    target.assign(words.begin(), words.end());
}

} // namespace hpcbill::app

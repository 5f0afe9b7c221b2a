// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/settings.h"

#include <Poco/NumberParser.h>
#include <Poco/StringTokenizer.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace hpcbill::app
{

Settings::Settings(const std::optional<std::filesystem::path>& file)
{
    if (!file)
        return;
    if (!std::filesystem::is_regular_file(*file)) {
        throw InvalidInput("--config", fmt::format("{} is not a file", file->string()));
    }
    m_file = new Poco::Util::PropertyFileConfiguration(file->string());
}

std::optional<std::string> Settings::text(const std::string& name) const
{
    if (const char* value = std::getenv(name.c_str()))
        return std::string(value);
    if (m_file && m_file->hasProperty(name))
        return m_file->getString(name);
    return std::nullopt;
}

std::string Settings::secret(const std::string& name)
{
    if (auto value = text(name))
        return *value;
    const auto path = text(name + "_FILE");
    if (!path || path->empty())
        return {};
    std::ifstream stream(*path, std::ios::binary);
    if (!stream) {
        fault(name + "_FILE", fmt::format("{} cannot be read", *path));
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

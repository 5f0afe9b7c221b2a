// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/token.h"

#include "server/slurm/program.h"
#include "server/slurm/source.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <sstream>

namespace hpcbill::slurm
{
namespace
{

constexpr std::chrono::seconds renewBefore{60};
constexpr std::chrono::seconds longestCommand{30};

/// The first line, without the words that `scontrol token` puts in front of it.
std::string tokenIn(std::istream& text)
{
    std::string line;
    std::getline(text, line);
    constexpr std::string_view prefix = "SLURM_JWT=";
    if (line.starts_with(prefix))
        line.erase(0, prefix.size());
    const std::size_t last = line.find_last_not_of(" \t\r\n");
    line.erase(last == std::string::npos ? 0 : last + 1);
    return line;
}

} // namespace

std::optional<std::chrono::seconds> lifetimeOf(const std::string& token)
try {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos)
        return std::nullopt;
    std::istringstream encoded(token.substr(first + 1, second - first - 1));
    Poco::Base64Decoder decoder(encoded, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
    const std::string payload{std::istreambuf_iterator<char>(decoder), {}};
    const nlohmann::json claims = nlohmann::json::parse(payload, nullptr, false);
    const auto isMoment = [&claims](const char* name) {
        constexpr std::int64_t year9999 = 253'402'300'799;
        return claims.contains(name) && claims[name].is_number_integer() && claims[name] >= 0 &&
               claims[name] <= year9999;
    };
    if (!claims.is_object() || !isMoment("iat") || !isMoment("exp"))
        return std::nullopt;
    return std::chrono::seconds(claims["exp"].get<std::int64_t>() - claims["iat"].get<std::int64_t>());
} catch (const Poco::DataFormatException&) {
    return std::nullopt;
}

Token::Token(const SlurmrestdSettings& settings)
    : m_fixed(settings.token)
    , m_file(settings.tokenFile)
    , m_command(settings.tokenCommand)
{
}

const std::string& Token::current(const std::stop_token& stop)
{
    m_isFresh = false;
    if (!m_command.empty()) {
        if (m_renewAt && std::chrono::steady_clock::now() < *m_renewAt)
            return m_value;
        const auto madeAt = std::chrono::steady_clock::now();
        runProgram(
            {.path = m_command.front(),
             .arguments = {m_command.begin() + 1, m_command.end()},
             .longestRun = longestCommand},
            [this](std::istream& output) { m_value = tokenIn(output); }, stop);
        if (m_value.empty())
            throw SourceFailure(FailureKind::unauthenticated,
                                fmt::format("{} printed no token", m_command.front()));
        const std::optional<std::chrono::seconds> lifetime = lifetimeOf(m_value);
        m_renewAt = lifetime ? std::optional(madeAt + *lifetime - renewBefore) : std::nullopt;
        m_isFresh = true;
    } else if (!m_file.empty()) {
        std::ifstream file(m_file);
        m_value = tokenIn(file);
        if (m_value.empty())
            throw SourceFailure(
                FailureKind::unauthenticated,
                fmt::format("the token's file {} cannot be read, or is empty", m_file.string()));
    } else {
        m_value = m_fixed;
    }
    return m_value;
}

bool Token::forget()
{
    m_renewAt.reset();
    return !m_command.empty() && !m_isFresh;
}

} // namespace hpcbill::slurm

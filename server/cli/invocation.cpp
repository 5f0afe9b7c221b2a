// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cli/invocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <pwd.h>
#include <termios.h>
#include <unistd.h>

namespace hpcbill::cli
{
namespace
{

/// Typing is not shown while this lives.
class SilentTerminal
{
public:
    SilentTerminal()
    {
        tcgetattr(STDIN_FILENO, &m_before);
        termios silent = m_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before); }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

private:
    termios m_before{};
};

} // namespace

UsageError::~UsageError() = default;

std::optional<std::string> Invocation::option(std::string_view name)
{
    const std::string assigned = fmt::format("{}=", name);
    for (auto word = m_words.begin(); word != m_words.end(); ++word) {
        if (word->starts_with(assigned)) {
            std::string value = word->substr(assigned.size());
            m_words.erase(word);
            return value;
        }
        if (*word == name) {
            if (std::next(word) == m_words.end())
                throw UsageError(fmt::format("{} needs a value", name));
            std::string value = *std::next(word);
            m_words.erase(word, word + 2);
            return value;
        }
    }
    return std::nullopt;
}

std::string Invocation::requiredOption(std::string_view name)
{
    if (auto value = option(name))
        return *value;
    throw UsageError(fmt::format("{} is missing", name));
}

bool Invocation::flag(std::string_view name)
{
    const auto word = std::find(m_words.begin(), m_words.end(), name);
    if (word == m_words.end())
        return false;
    m_words.erase(word);
    return true;
}

std::optional<std::string> Invocation::optionalPositional()
{
    if (m_words.empty() || m_words.front().starts_with("--"))
        return std::nullopt;
    std::string word = m_words.front();
    m_words.erase(m_words.begin());
    return word;
}

std::string Invocation::positional(std::string_view what)
{
    if (auto word = optionalPositional())
        return *word;
    throw UsageError(fmt::format("{} is missing", what));
}

void Invocation::finish() const
{
    if (!m_words.empty())
        throw UsageError(fmt::format("{} is not understood here", m_words.front()));
}

void Invocation::answer(const nlohmann::ordered_json& json, const std::string& sentence) const
{
    if (m_json)
        std::cout << json.dump() << std::endl;
    else
        std::cout << sentence << std::endl;
}

std::string readSecret(const std::string& prompt)
{
    std::string secret;
    if (isatty(STDIN_FILENO) == 1) {
        std::cerr << prompt << ": " << std::flush;
        const SilentTerminal silent;
        std::getline(std::cin, secret);
        std::cerr << '\n';
    } else {
        std::getline(std::cin, secret);
    }
    if (!secret.empty() && secret.back() == '\r')
        secret.pop_back();
    if (secret.empty())
        throw UsageError("no password on standard input");
    return secret;
}

api::Actor operatorAtTheShell()
{
    const passwd* account = getpwuid(geteuid());
    return {.name = fmt::format("cli:{}", account ? account->pw_name : "unknown"),
            .role = {},
            .address = {},
            .requestId = {}};
}

} // namespace hpcbill::cli

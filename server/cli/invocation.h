// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "server/app/config.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::cli
{

/// What every verb ends with.
enum ExitCode : int { good = 0, bad = 1, usageError = 2, failed = 3 };

/// The command was not written as it has to be: exit 2.
class UsageError final : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~UsageError() override;
};

/// The words after the verb. Options are taken by name, then what is left by position; finish() refuses what
/// nobody took.
class Invocation final
{
public:
    Invocation(std::optional<std::filesystem::path> configFile, bool json, std::vector<std::string> words)
        : m_configFile(std::move(configFile))
        , m_json(json)
        , m_words(std::move(words))
    {
    }

    /// The value of `--name VALUE` or `--name=VALUE`.
    std::optional<std::string> option(std::string_view name);
    /// Throws UsageError when it is not there.
    std::string requiredOption(std::string_view name);
    bool flag(std::string_view name);
    /// The next word that no option took; `what` names it in the error.
    std::string positional(std::string_view what);
    std::optional<std::string> optionalPositional();
    void finish() const;

    /// Read from the file of `--config` and the environment; throws InvalidInput.
    [[nodiscard]] app::Config config() const { return app::readConfig(m_configFile); }
    /// The same with all that is wrong with it.
    [[nodiscard]] app::ExaminedConfig examinedConfig() const { return app::examineConfig(m_configFile); }

    /// The verb's result: as JSON on one line where `--json` was given, else as the sentence.
    void answer(const nlohmann::ordered_json& json, const std::string& sentence) const;
    [[nodiscard]] bool json() const { return m_json; }

private:
    std::optional<std::filesystem::path> m_configFile;
    bool m_json;
    std::vector<std::string> m_words;
};

/// A secret from the terminal without echo, else the first line of standard input. Throws UsageError when it
/// is empty.
std::string readSecret(const std::string& prompt);

/// Whoever runs the command line acts for the system; the account's name tells the audit log who it was.
api::Actor operatorAtTheShell();

int migrate(Invocation& call);
int checkConfig(Invocation& call);
int user(Invocation& call);
int importFile(Invocation& call);
int ingest(Invocation& call);
int receipts(Invocation& call);
int audit(Invocation& call);
int doctor(Invocation& call);
int secrets(Invocation& call);
int token(Invocation& call);

} // namespace hpcbill::cli

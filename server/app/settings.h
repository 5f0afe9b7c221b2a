// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/error.h"

#include <Poco/AutoPtr.h>
#include <Poco/Util/PropertyFileConfiguration.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hpcbill::app
{

/// One setting after another, the environment over the file; faults are collected, so that all are told at
/// once. What is at fault leaves its target as it was.
class Settings final
{
public:
    /// Throws InvalidInput when there is no such file.
    explicit Settings(const std::optional<std::filesystem::path>& file);

    std::optional<std::string> text(const std::string& name) const;

    /// NAME, else the content of the file NAME_FILE, without the line feed at its end: of the environment, else of the
    /// configuration's file.
    std::string secret(const std::string& name);
    /// Where NAME is given by another file NAME_FILE whose content is read later: whether the environment's NAME stands over
    /// the configuration's NAME_FILE.
    [[nodiscard]] bool standsOverItsFile(const std::string& name) const;

    template <typename Target>
    void assign(const std::string& name, Target& target)
    {
        if (auto value = text(name))
            target = *value;
    }
    void assign(const std::string& name, bool& target);

    template <typename Integer>
    void assignNumber(const std::string& name, Integer& target, int least, int most)
    {
        if (const auto number = wholeNumber(name, least, most))
            target = static_cast<Integer>(*number);
    }
    /// Up to a week.
    void assignSeconds(const std::string& name, std::chrono::seconds& target);
    /// What is a URL, or empty; which schemes will do is for others to say.
    void assignUrl(const std::string& name, std::string& target);
    /// Addresses and CIDR blocks, as http::Networks reads them.
    void assignNetworks(const std::string& name, std::vector<std::string>& target);
    void assignList(const std::string& name, std::vector<std::string>& target, const char* separators = ", ");

    void fault(std::string name, std::string detail) { m_faults.push_back({std::move(name), std::move(detail)}); }
    [[nodiscard]] const std::vector<FieldError>& faults() const { return m_faults; }

private:
    [[nodiscard]] std::optional<std::string> inFile(const std::string& name) const;
    std::string contentOf(const std::string& name, const std::string& path);
    std::optional<int> wholeNumber(const std::string& name, int least, int most);

    Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> m_file;
    std::vector<FieldError> m_faults;
};

} // namespace hpcbill::app

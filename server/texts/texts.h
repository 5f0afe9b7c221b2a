// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>

namespace hpcbill::texts
{

/// What the server says to people, on pages and on printed receipts, in one language: translations/server_LANGUAGE.json,
/// text by key, with {names} where values go.
class Texts final
{
public:
    explicit Texts(std::string_view language);

    const std::string& language() const { return m_language; }
    const std::map<std::string, std::string, std::less<>>& all() const { return m_texts; }
    /// A key that there is not is a bug.
    const std::string& at(std::string_view key) const;
    bool has(std::string_view key) const { return m_texts.contains(key); }

    /// With values for its names: `format("tile_jobs", fmt::arg("count", 3))`.
    template <typename... Arguments>
    std::string format(std::string_view key, const Arguments&... arguments) const
    {
        return fmt::format(fmt::runtime(at(key)), arguments...);
    }

private:
    std::string m_language;
    std::map<std::string, std::string, std::less<>> m_texts;
};

} // namespace hpcbill::texts

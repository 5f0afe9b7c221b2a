// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/texts/texts.h"

#include "common/invariant.h"
#include "server/texts/embedded.h"

#include <nlohmann/json.hpp>

namespace hpcbill::texts
{

Texts::Texts(std::string_view language)
    : m_language(language)
{
    const nlohmann::json catalogue = nlohmann::json::parse(embedded(fmt::format("server_{}.json", language)));
    for (const auto& [key, text] : catalogue.items())
        m_texts.emplace(key, text.get<std::string>());
}

const std::string& Texts::at(std::string_view key) const
{
    const auto found = m_texts.find(key);
    invariant(found != m_texts.end(), "every text that is used stands in its catalogue");
    return found->second;
}

} // namespace hpcbill::texts

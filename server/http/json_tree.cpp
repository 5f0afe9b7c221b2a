// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/json_tree.h"

#include "common/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace hpcbill::http
{

namespace
{

using Kind = JsonNode::Kind;
constexpr std::size_t maxDepth = 32;
constexpr std::size_t maxMembers = 1000; // members are found by looking at each: this bounds the work

/// Builds the tree from the parser's events; the names are nlohmann's.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit TreeBuilder(std::string_view text)
        : m_text(text)
    {
    }

    std::unique_ptr<JsonNode> root;

    bool null() override { return value(Kind::null, ""); }
    bool boolean(bool flag) override { return value(Kind::boolean, flag ? "true" : "false"); }
    bool number_integer(number_integer_t number) override
    {
        return value(Kind::number, fmt::to_string(number));
    }
    bool number_unsigned(number_unsigned_t number) override
    {
        return value(Kind::number, fmt::to_string(number));
    }
    bool number_float(number_float_t, const string_t& sent) override { return value(Kind::number, sent); }
    bool string(string_t& text) override { return value(Kind::string, text); }
    bool binary(binary_t&) override { return false; } // cannot stand in JSON text
    bool start_object(std::size_t) override { return open(Kind::object); }
    bool key(string_t& name) override
    {
        m_key = name;
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Kind::array); }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override
    {
        const std::string_view before = m_text.substr(0, std::min(position, m_text.size()));
        const auto line = std::ranges::count(before, '\n') + 1;
        const std::size_t lastNewline = before.rfind('\n');
        const std::size_t column =
            lastNewline == std::string_view::npos ? before.size() : before.size() - lastNewline - 1;
        throw InvalidInput("", fmt::format("The body is not JSON: see line {}, column {}.", line,
                                           std::max<std::size_t>(column, 1)));
    }

private:
    bool value(Kind kind, std::string text)
    {
        place(kind).text = std::move(text);
        return true;
    }

    bool open(Kind kind)
    {
        if (m_open.size() == maxDepth)
            throw InvalidInput("", fmt::format("The body nests deeper than {} levels.", maxDepth));
        m_open.push_back(&place(kind));
        return true;
    }

    bool close()
    {
        m_open.pop_back();
        return true;
    }

    JsonNode& place(Kind kind)
    {
        auto node = std::make_unique<JsonNode>();
        node->kind = kind;
        JsonNode& placed = *node;
        if (m_open.empty()) {
            root = std::move(node);
        } else if (m_open.back()->kind == Kind::array) {
            m_open.back()->items.push_back(std::move(node));
        } else {
            if (m_open.back()->members.size() == maxMembers)
                throw InvalidInput("",
                                   fmt::format("An object of the body has more than {} fields.", maxMembers));
            placed.isDuplicate = m_open.back()->member(m_key) != nullptr;
            m_open.back()->members.emplace_back(m_key, std::move(node));
        }
        return placed;
    }

    std::string_view m_text;
    std::vector<JsonNode*> m_open;
    std::string m_key;
};

} // namespace

const JsonNode* JsonNode::member(std::string_view name) const
{
    const auto found =
        std::ranges::find(members, name, [](const auto& pair) -> const std::string& { return pair.first; });
    return found == members.end() ? nullptr : found->second.get();
}

std::unique_ptr<JsonNode> parseJson(std::string_view text)
{
    TreeBuilder builder(text);
    nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    return std::move(builder.root);
}

} // namespace hpcbill::http

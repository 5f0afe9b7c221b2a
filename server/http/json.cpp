// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/json.h"

#include "common/invariant.h"
#include "server/http/json_tree.h"
#include "server/http/problem.h"

#include <Poco/String.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>

namespace hpcbill::http
{

namespace
{

using Kind = JsonNode::Kind;

bool isPlainDecimal(std::string_view text)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
    return !whole.empty() && !fraction.empty() && text.size() <= 40 && std::ranges::all_of(whole, isDigit) &&
           std::ranges::all_of(fraction, isDigit);
}

bool hasControlCharacter(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
    });
}

/// Whatever was doubled, and whatever nobody asked for.
void collectLeftovers(const JsonNode& node, const std::string& path, std::vector<FieldError>& errors)
{
    for (const auto& [name, member] : node.members) {
        const std::string place = path.empty() ? name : path + "." + name;
        if (member->isDuplicate)
            errors.push_back({place, "Is given twice."});
        else if (!member->wasRead)
            errors.push_back({place, "Is not a field of this request."});
        else
            collectLeftovers(*member, place, errors);
    }
    for (std::size_t i = 0; i < node.items.size(); ++i)
        collectLeftovers(*node.items[i], fmt::format("{}[{}]", path, i), errors);
}

} // namespace

std::string JsonObject::pathOf(std::string_view name) const
{
    return m_path.empty() ? std::string(name) : fmt::format("{}.{}", m_path, name);
}

void JsonObject::refuse(std::string_view name, std::string detail)
{
    m_errors->push_back({pathOf(name), std::move(detail)});
}

const JsonNode* JsonObject::find(std::string_view name, bool required) const
{
    if (m_node == nullptr) // an object that was itself missing: told once, not for each of its fields
        return nullptr;
    const JsonNode* member = m_node->member(name);
    if (member != nullptr)
        member->wasRead = true;
    if (member != nullptr && member->kind != Kind::null)
        return member;
    if (required)
        m_errors->push_back({pathOf(name), "Is missing."});
    return nullptr;
}

bool JsonObject::has(std::string_view name) const
{
    return m_node != nullptr && m_node->member(name) != nullptr;
}

std::string JsonObject::text(std::string_view name, TextLimits limits)
{
    return find(name, true) == nullptr ? std::string() : optionalText(name, limits).value_or("");
}

std::optional<std::string> JsonObject::optionalText(std::string_view name, TextLimits limits)
{
    const JsonNode* node = find(name, false);
    if (node == nullptr)
        return std::nullopt;
    if (node->kind != Kind::string)
        refuse(name, "Must be a string.");
    else if (node->text.size() < limits.min)
        refuse(name, limits.min == 1 ? "Must not be empty."
                                     : fmt::format("Must have at least {} bytes.", limits.min));
    else if (node->text.size() > limits.max)
        refuse(name, fmt::format("Must have at most {} bytes.", limits.max));
    else if (hasControlCharacter(node->text))
        refuse(name, "Must not hold control characters.");
    else if (limits.min > 0 && node->text.find_first_not_of(" \t\r\n") == std::string::npos)
        refuse(name, "Must not be blank.");
    else
        return node->text;
    return std::nullopt;
}

std::string JsonObject::decimal(std::string_view name)
{
    return find(name, true) == nullptr ? std::string() : optionalDecimal(name).value_or("");
}

std::optional<std::string> JsonObject::optionalDecimal(std::string_view name)
{
    const JsonNode* node = find(name, false);
    if (node == nullptr)
        return std::nullopt;
    if ((node->kind != Kind::number && node->kind != Kind::string) || !isPlainDecimal(node->text)) {
        refuse(name, "Must be a decimal number such as \"1.50\".");
        return std::nullopt;
    }
    return node->text;
}

std::int64_t JsonObject::integer(std::string_view name)
{
    return find(name, true) == nullptr ? 0 : optionalInteger(name).value_or(0);
}

std::optional<std::int64_t> JsonObject::optionalInteger(std::string_view name)
{
    const JsonNode* node = find(name, false);
    if (node == nullptr)
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(node->text.data(), node->text.data() + node->text.size(), value);
    if (node->kind != Kind::number || error != std::errc{} || end != node->text.data() + node->text.size()) {
        refuse(name, "Must be a whole number.");
        return std::nullopt;
    }
    return value;
}

bool JsonObject::boolean(std::string_view name)
{
    return find(name, true) != nullptr && optionalBoolean(name).value_or(false);
}

std::optional<bool> JsonObject::optionalBoolean(std::string_view name)
{
    const JsonNode* node = find(name, false);
    if (node == nullptr)
        return std::nullopt;
    if (node->kind != Kind::boolean) {
        refuse(name, "Must be true or false.");
        return std::nullopt;
    }
    return node->text == "true";
}

UtcTime JsonObject::time(std::string_view name)
{
    return find(name, true) == nullptr ? UtcTime{} : optionalTime(name).value_or(UtcTime{});
}

std::optional<UtcTime> JsonObject::optionalTime(std::string_view name)
{
    const JsonNode* node = find(name, false);
    if (node == nullptr)
        return std::nullopt;
    if (node->kind != Kind::string) {
        refuse(name, "Must be a string with a time such as \"2026-11-23T13:37:33Z\".");
        return std::nullopt;
    }
    const auto time = parseTimeOrDate(node->text);
    if (time)
        return time.value();
    refuse(name, time.error());
    return std::nullopt;
}

JsonObject JsonObject::object(std::string_view name)
{
    const JsonNode* node = find(name, true);
    if (node != nullptr && node->kind != Kind::object) {
        refuse(name, "Must be an object.");
        node = nullptr;
    }
    return {node, pathOf(name), *m_errors};
}

std::vector<JsonObject> JsonObject::objects(std::string_view name)
{
    std::vector<JsonObject> all;
    const JsonNode* node = find(name, true);
    if (node == nullptr)
        return all;
    if (node->kind != Kind::array ||
        !std::ranges::all_of(node->items, [](const auto& item) { return item->kind == Kind::object; })) {
        refuse(name, "Must be an array of objects.");
        return all;
    }
    for (std::size_t i = 0; i < node->items.size(); ++i)
        all.push_back({node->items[i].get(), fmt::format("{}[{}]", pathOf(name), i), *m_errors});
    return all;
}

std::vector<std::string> JsonObject::texts(std::string_view name)
{
    std::vector<std::string> all;
    const JsonNode* node = find(name, true);
    if (node == nullptr)
        return all;
    const auto isText = [](const auto& item) {
        return item->kind == Kind::string && !hasControlCharacter(item->text);
    };
    if (node->kind != Kind::array || !std::ranges::all_of(node->items, isText)) {
        refuse(name, "Must be an array of strings without control characters.");
        return all;
    }
    for (const auto& item : node->items)
        all.push_back(item->text);
    return all;
}

std::vector<std::int64_t> JsonObject::integers(std::string_view name)
{
    std::vector<std::int64_t> all;
    const JsonNode* node = find(name, true);
    if (node == nullptr)
        return all;
    if (node->kind != Kind::array) {
        refuse(name, "Must be an array of whole numbers.");
        return all;
    }
    for (const auto& item : node->items) {
        std::int64_t number = 0;
        const char* const end = item->text.data() + item->text.size();
        const auto [stop, error] = std::from_chars(item->text.data(), end, number);
        if (item->kind != Kind::number || error != std::errc() || stop != end) {
            refuse(name, "Must be an array of whole numbers.");
            return all;
        }
        all.push_back(number);
    }
    return all;
}

namespace
{

std::unique_ptr<JsonNode> readObject(std::string_view text)
{
    std::unique_ptr<JsonNode> tree = parseJson(text);
    if (tree->kind != Kind::object)
        throw InvalidInput("", "The body must be a JSON object.");
    return tree;
}

std::unique_ptr<JsonNode> readBody(const Request& request)
{
    const std::string type = request.header("Content-Type").value_or("");
    if (Poco::icompare(Poco::trim(type.substr(0, type.find(';'))), "application/json") != 0)
        throw UnsupportedMediaType("Send the body as JSON: Content-Type application/json.");
    return readObject(request.body());
}

} // namespace

JsonBody::JsonBody(const Request& request)
    : m_tree(readBody(request))
    , m_root(m_tree.get(), "", m_errors)
    , m_exceptionsAtStart(std::uncaught_exceptions())
{
}

JsonBody::JsonBody(std::string_view text)
    : m_tree(readObject(text))
    , m_root(m_tree.get(), "", m_errors)
    , m_exceptionsAtStart(std::uncaught_exceptions())
{
}

JsonBody::~JsonBody()
{
    invariant(m_finished || std::uncaught_exceptions() > m_exceptionsAtStart,
              "a body is finished after it was read");
}

void JsonBody::finish()
{
    m_finished = true;
    collectLeftovers(*m_tree, "", m_errors);
    if (!m_errors.empty())
        throw InvalidInput(std::move(m_errors));
}

} // namespace hpcbill::http

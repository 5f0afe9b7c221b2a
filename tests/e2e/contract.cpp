// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/contract.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <regex>
#include <stdexcept>

namespace hpcbill::contract
{
namespace
{

/// YAML's plain scalars are typed by how they look; quoted ones are text.
Json scalar(const YAML::Node& node)
{
    const std::string text = node.Scalar();
    if (node.Tag() == "!") return text;
    if (text == "null" || text == "~" || text.empty()) return nullptr;
    if (text == "true" || text == "false") return text == "true";
    static const std::regex number(R"(-?[0-9]+(\.[0-9]+)?)");
    if (std::regex_match(text, number)) return Json::parse(text);
    return text;
}

Json fromYaml(const YAML::Node& node)
{
    if (node.IsMap()) {
        Json object = Json::object();
        for (const auto& member : node) object[member.first.Scalar()] = fromYaml(member.second);
        return object;
    }
    if (node.IsSequence()) {
        Json list = Json::array();
        for (const auto& item : node) list.push_back(fromYaml(item));
        return list;
    }
    return node.IsScalar() ? scalar(node) : Json(nullptr);
}

bool isOfType(const std::string& type, const Json& value)
{
    if (type == "null") return value.is_null();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
}

bool isOfTypes(const Json& types, const Json& value)
{
    if (types.is_string()) return isOfType(types.get<std::string>(), value);
    return std::any_of(types.begin(), types.end(), [&](const Json& type) { return isOfType(type.get<std::string>(), value); });
}

void append(std::vector<std::string>& all, std::vector<std::string> more) { all.insert(all.end(), more.begin(), more.end()); }

} // namespace

Document::Document(const std::string& file) : m_root(fromYaml(YAML::LoadFile(file)))
{
}

std::vector<Operation> Document::operations() const
{
    static constexpr std::array<std::string_view, 5> methods{"get", "post", "put", "patch", "delete"};
    std::vector<Operation> list;
    for (const auto& [path, item] : m_root.at("paths").items()) {
        for (const auto& [method, description] : item.items()) {
            if (std::find(methods.begin(), methods.end(), method) == methods.end()) continue;
            std::string name = method;
            std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            list.push_back({std::move(name), path, description});
        }
    }
    std::stable_partition(list.begin(), list.end(), [](const Operation& one) { return one.description.at("operationId") != "logOut"; });
    return list;
}

const Json& Document::resolved(const Json& node) const
{
    if (!node.is_object() || !node.contains("$ref")) return node;
    const std::string reference = node.at("$ref").get<std::string>();
    const Json::json_pointer pointer(reference.substr(1)); // "#/components/…"
    if (!m_root.contains(pointer)) throw std::runtime_error(reference + " leads nowhere");
    return resolved(m_root.at(pointer));
}

void Document::findObjectFaults(const Json& schema, const Json& value, const std::string& place, std::vector<std::string>& found) const
{
    for (const Json& name : schema.value("required", Json::array())) {
        if (!value.contains(name.get<std::string>())) found.push_back(place + "/" + name.get<std::string>() + " is missing");
    }
    if (!schema.contains("properties")) return;
    for (const auto& [name, member] : value.items()) {
        if (!schema.at("properties").contains(name)) found.push_back(place + "/" + name + " is not in the schema");
        else append(found, faults(schema.at("properties").at(name), member, place + "/" + name));
    }
}

std::vector<std::string> Document::faults(const Json& unresolved, const Json& value, const std::string& place) const
{
    Json schema = resolved(unresolved);
    if (schema.contains("allOf")) { // objects only: their members are put together
        Json whole{{"type", "object"}, {"required", Json::array()}, {"properties", Json::object()}};
        for (const Json& part : schema.at("allOf")) {
            for (const Json& name : resolved(part).value("required", Json::array())) whole["required"].push_back(name);
            whole["properties"].update(resolved(part).at("properties"));
        }
        schema = whole;
    }
    if (schema.contains("oneOf")) {
        std::vector<std::string> last;
        for (const Json& choice : schema.at("oneOf")) {
            last = faults(choice, value, place);
            if (last.empty()) return {};
        }
        return last;
    }
    std::vector<std::string> found;
    if (schema.contains("type") && !isOfTypes(schema.at("type"), value)) return {place + " is no " + schema.at("type").dump() + ": " + value.dump()};
    if (schema.contains("const") && schema.at("const") != value) found.push_back(place + " is not " + schema.at("const").dump());
    if (schema.contains("enum") && std::find(schema.at("enum").begin(), schema.at("enum").end(), value) == schema.at("enum").end())
        found.push_back(place + " is none of " + schema.at("enum").dump() + ": " + value.dump());
    if (schema.contains("pattern") && value.is_string() &&
        !std::regex_search(value.get<std::string>(), std::regex(schema.at("pattern").get<std::string>())))
        found.push_back(place + " does not look like " + schema.at("pattern").get<std::string>() + ": " + value.dump());
    if (value.is_object()) findObjectFaults(schema, value, place, found);
    if (value.is_array() && schema.contains("items")) {
        for (std::size_t at = 0; at < value.size(); ++at) append(found, faults(schema.at("items"), value[at], place + "/" + std::to_string(at)));
    }
    return found;
}

std::vector<std::string> missing(const Json& example, const Json& value, const std::string& place)
{
    std::vector<std::string> found;
    if (example.is_object() && value.is_object()) {
        for (const auto& [name, member] : example.items()) {
            if (!value.contains(name)) found.push_back(place + "/" + name + " is missing");
            else append(found, missing(member, value.at(name), place + "/" + name));
        }
    } else if (example.is_array() && value.is_array() && !example.empty()) {
        if (value.empty()) found.push_back(place + " is empty");
        else append(found, missing(example.front(), value.front(), place + "/0"));
    } else if (!example.is_null() && example.is_number() != value.is_number()) {
        found.push_back(place + " is another type than in the example: " + value.dump());
    }
    return found;
}

} // namespace hpcbill::contract

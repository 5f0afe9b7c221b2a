// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace hpcbill::contract
{

using Json = nlohmann::ordered_json;

/// One method of one path of resources/openapi.yaml.
struct Operation {
    std::string method; ///< "GET"
    std::string path;   ///< "/api/v1/receipts/{id}"
    Json description;
};

/// The OpenAPI document.
class Document final
{
public:
    /// Throws std::runtime_error when the file is no YAML or a reference leads nowhere.
    explicit Document(const std::string& file);

    /// In the order of the file; the one that ends the session last.
    [[nodiscard]] std::vector<Operation> operations() const;
    /// What a reference leads to; anything else as it is.
    [[nodiscard]] const Json& resolved(const Json& node) const;

    /// Each way in which the value is not what the schema says; a field that the schema does not know is one.
    [[nodiscard]] std::vector<std::string> faults(const Json& schema, const Json& value, const std::string& place = "") const;

private:
    void findObjectFaults(const Json& schema, const Json& value, const std::string& place, std::vector<std::string>& found) const;

    Json m_root;
};

/// Fields that the example shows and the value lacks.
std::vector<std::string> missing(const Json& example, const Json& value, const std::string& place = "");

} // namespace hpcbill::contract

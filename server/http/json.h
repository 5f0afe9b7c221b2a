// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/error.h"
#include "common/time/time.h"
#include "server/http/request.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::http
{

struct JsonNode;

/// An object of a body, read field by field. Wrong and missing fields are noted and read as empty;
/// JsonBody::finish() tells.
class JsonObject final
{
public:
    /// Bytes; control characters other than tab and newline are refused always.
    struct TextLimits {
        std::size_t min = 1;
        std::size_t max = 1000;
    };

    std::string text(std::string_view name) { return text(name, TextLimits{}); }
    std::string text(std::string_view name, TextLimits limits);
    /// Absent and null are the same.
    std::optional<std::string> optionalText(std::string_view name)
    {
        return optionalText(name, TextLimits{});
    }
    std::optional<std::string> optionalText(std::string_view name, TextLimits limits);

    /// A decimal number, written as a JSON string or a JSON number, as the text that was sent: "1.50". Plain
    /// digits only, no exponent.
    std::string decimal(std::string_view name);
    std::optional<std::string> optionalDecimal(std::string_view name);

    std::int64_t integer(std::string_view name);
    std::optional<std::int64_t> optionalInteger(std::string_view name);
    bool boolean(std::string_view name);
    std::optional<bool> optionalBoolean(std::string_view name);

    /// A moment in RFC 3339, or a date for its first moment in UTC.
    UtcTime time(std::string_view name);
    std::optional<UtcTime> optionalTime(std::string_view name);

    JsonObject object(std::string_view name);
    std::vector<JsonObject> objects(std::string_view name);
    std::vector<std::string> texts(std::string_view name);
    std::vector<std::int64_t> integers(std::string_view name);

    bool has(std::string_view name) const;
    /// For rules that the reader does not know: notes that this field is wrong.
    void refuse(std::string_view name, std::string detail);

private:
    friend class JsonBody;
    JsonObject(const JsonNode* node, std::string path, std::vector<FieldError>& errors)
        : m_node(node)
        , m_path(std::move(path))
        , m_errors(&errors)
    {
    }
    /// The member, marked as read; null when absent or null. Notes that it is missing when `required`.
    const JsonNode* find(std::string_view name, bool required) const;
    std::string pathOf(std::string_view name) const;

    const JsonNode* m_node;
    std::string m_path;
    std::vector<FieldError>* m_errors;
};

/// A request's body as one JSON object. `finish()` must be called once all is read: it throws InvalidInput
/// with every field that is missing, wrong, doubled or unknown. Numbers keep the text that was sent, so that
/// money never passes through a double.
class JsonBody final
{
public:
    /// Throws UnsupportedMediaType unless the body says application/json, InvalidInput{""} with the place
    /// where it stops being JSON.
    explicit JsonBody(const Request& request);
    /// Of text that was kept: an object, or InvalidInput{""}.
    explicit JsonBody(std::string_view text);
    ~JsonBody();
    JsonBody(const JsonBody&) = delete;
    JsonBody& operator=(const JsonBody&) = delete;

    JsonObject& root() { return m_root; }
    JsonObject* operator->() { return &m_root; }
    /// Call once all is read.
    void finish();

private:
    std::vector<FieldError> m_errors;
    std::unique_ptr<JsonNode> m_tree;
    JsonObject m_root;
    int m_exceptionsAtStart;
    bool m_finished = false;
};

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/postgres/result.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::postgres
{

/// The values of `$1`, `$2`, … in order, in PostgreSQL's text form; bytea in binary.
class Parameters final
{
public:
    template <typename... Values>
    static Parameters of(const Values&... values)
    {
        Parameters parameters;
        parameters.m_values.reserve(sizeof...(values));
        (parameters.add(values), ...);
        return parameters;
    }

    struct Value {
        std::optional<std::string> content; ///< none for NULL
        bool binary = false;
    };
    [[nodiscard]] const std::vector<Value>& values() const { return m_values; }

private:
    void add(std::nullptr_t) { m_values.push_back({}); }
    /// Throws QueryError 22021, as PostgreSQL does of bytes that are no text: it has no NUL in texts, and libpq would end there.
    void add(std::string_view text);
    void add(const std::string& text) { add(std::string_view(text)); }
    void add(const char* text) { add(std::string_view(text)); }
    void add(bool value) { m_values.push_back({value ? "t" : "f"}); }
    template <std::integral Integer>
    void add(Integer value)
    {
        m_values.push_back({std::to_string(value)});
    }
    void add(UtcTime time) { m_values.push_back({toRfc3339Micros(time)}); }
    void add(std::chrono::sys_days day) { m_values.push_back({toIsoDate(day)}); }
    void add(const Bytes& bytes)
    {
        m_values.push_back({std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), true});
    }
    /// An array of texts (`$1::text[]`).
    void add(const std::vector<std::string>& texts);
    template <typename T>
    void add(const std::optional<T>& value)
    {
        if (value) add(*value);
        else add(nullptr);
    }

    std::vector<Value> m_values;
};

} // namespace hpcbill::postgres

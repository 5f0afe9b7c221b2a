// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/api_error.h"

#include <functional>
#include <optional>
#include <utility>
#include <variant>

namespace hpcbill::client
{

/// What a call came to: its value, or why there is none.
template <typename T>
class [[nodiscard]] ApiResult final
{
public:
    ApiResult(T value)
        : m_content(std::in_place_index<0>, std::move(value))
    {
    } // NOLINT: made to convert
    ApiResult(ApiError error)
        : m_content(std::in_place_index<1>, std::move(error))
    {
    } // NOLINT: made to convert

    explicit operator bool() const { return m_content.index() == 0; }
    /// Only where the result is good.
    [[nodiscard]] const T& value() const { return std::get<0>(m_content); }
    /// Only where it is not.
    [[nodiscard]] const ApiError& error() const { return std::get<1>(m_content); }

private:
    std::variant<T, ApiError> m_content;
};

/// What is called with the result, on the thread of the window.
template <typename T>
using Answer = std::function<void(const ApiResult<T>&)>;

/// One page of a list and the cursor of the next, if there is one.
template <typename T>
struct ListPage {
    QList<T> items;
    std::optional<QString> nextCursor;
};

} // namespace hpcbill::client

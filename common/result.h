// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/invariant.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace hpcbill
{

/// Marks the value as the failure of a Result: `return fail(Reject{…});`.
template <typename E>
struct Failure {
    E error;
};

template <typename E>
[[nodiscard]] Failure<std::decay_t<E>> fail(E&& error)
{
    return {std::forward<E>(error)};
}

/// Either a value or the reason why there is none; for failures about which the caller decides.
/// Asking for the one that is not there is a bug and ends the process.
template <typename T, typename E>
class [[nodiscard]] Result final
{
public:
    Result(T value)
        : m_content(std::in_place_index<0>, std::move(value))
    {
    }
    template <typename F>
    Result(Failure<F> failure)
        : m_content(std::in_place_index<1>, std::move(failure.error))
    {
    }

    /// True when there is a value.
    [[nodiscard]] bool ok() const { return m_content.index() == 0; }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] const T& value() const&
    {
        invariant(ok(), "the value of a failed result was asked for");
        return *std::get_if<0>(&m_content);
    }
    [[nodiscard]] T&& value() &&
    {
        invariant(ok(), "the value of a failed result was asked for");
        return std::move(*std::get_if<0>(&m_content));
    }
    [[nodiscard]] const E& error() const&
    {
        invariant(!ok(), "the error of a good result was asked for");
        return *std::get_if<1>(&m_content);
    }
    [[nodiscard]] E&& error() &&
    {
        invariant(!ok(), "the error of a good result was asked for");
        return std::move(*std::get_if<1>(&m_content));
    }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

private:
    std::variant<T, E> m_content;
};

} // namespace hpcbill

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/time/time.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace hpcbill::postgres
{

/// The content of a bytea.
using Bytes = std::vector<std::byte>;

/// One row of a result, valid as long as the result is.
class Row final
{
public:
    Row(const pg_result* result, int row) : m_result(result), m_row(row) {}

    [[nodiscard]] bool isNull(int column) const;

    /// The value of a column, from 0: bool, int32, int64, std::string, UtcTime (timestamptz), sys_days (date), Bytes (bytea),
    /// or an optional of these where NULL may come. Of numeric ask for text (`cpu::text`). A NULL or a value of another kind is a bug.
    template <typename T>
    [[nodiscard]] T as(int column) const
    {
        return read(column, static_cast<T*>(nullptr));
    }

private:
    template <typename T>
    std::optional<T> read(int column, std::optional<T>*) const
    {
        if (isNull(column)) return std::nullopt;
        return as<T>(column);
    }
    bool read(int column, bool*) const;
    std::int32_t read(int column, std::int32_t*) const;
    std::int64_t read(int column, std::int64_t*) const;
    std::string read(int column, std::string*) const;
    UtcTime read(int column, UtcTime*) const;
    std::chrono::sys_days read(int column, std::chrono::sys_days*) const;
    Bytes read(int column, Bytes*) const;
    std::string_view text(int column) const;

    const pg_result* m_result;
    int m_row;
};

/// All rows of a statement.
class Result final
{
public:
    explicit Result(pg_result* result);
    ~Result();
    Result(Result&& other) noexcept;
    Result& operator=(Result&& other) noexcept;

    [[nodiscard]] int size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] Row operator[](int row) const;
    /// How many rows an insert, update or delete touched.
    [[nodiscard]] std::int64_t affectedRows() const;

    /// The command as the database names it when it is done: "COMMIT", "INSERT 0 1".
    [[nodiscard]] std::string_view commandTag() const;

    class Iterator
    {
    public:
        Iterator(const pg_result* result, int row) : m_result(result), m_row(row) {}
        Row operator*() const { return {m_result, m_row}; }
        Iterator& operator++()
        {
            ++m_row;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const pg_result* m_result;
        int m_row;
    };
    [[nodiscard]] Iterator begin() const { return {m_result.get(), 0}; }
    [[nodiscard]] Iterator end() const { return {m_result.get(), size()}; }

private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> m_result;
};

} // namespace hpcbill::postgres

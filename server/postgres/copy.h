// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/decimal.h"
#include "server/postgres/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::postgres
{

class Connection;

/// Writes rows by `COPY … FROM STDIN (FORMAT binary)` (PostgreSQL manual, COPY, "Binary Format"). The C++ type decides the
/// width, so it has to be that of the column: int32 integer, int64 bigint, UtcTime timestamptz, text text, Bytes bytea, Decimal numeric.
class CopyWriter final
{
public:
    CopyWriter(Connection& connection, const char* copyStatement);
    /// Without finish() the copy is given up, and with it the transaction.
    ~CopyWriter();
    CopyWriter(const CopyWriter&) = delete;
    CopyWriter& operator=(const CopyWriter&) = delete;

    /// Begins a row; as many add() as the statement names columns follow.
    CopyWriter& row();
    CopyWriter& add(std::int32_t value);
    CopyWriter& add(std::int64_t value);
    CopyWriter& add(bool value);
    CopyWriter& add(UtcTime time);
    CopyWriter& add(std::string_view text);
    CopyWriter& add(const std::string& text) { return add(std::string_view(text)); }
    CopyWriter& add(const Bytes& bytes);
    /// Units that are not negative, at most 12 places.
    CopyWriter& add(const Decimal& number);
    CopyWriter& addNull();
    template <typename T>
    CopyWriter& add(const std::optional<T>& value)
    {
        return value ? add(*value) : addNull();
    }

    /// Sends what is left and waits for the database's word.
    void finish();

private:
    template <typename Integer>
    void append(Integer value);
    void appendBytes(const void* bytes, std::size_t size);
    void closeRow();
    void flush();

    Connection& m_connection;
    std::string m_buffer;
    std::size_t m_rowStart = 0;
    std::int16_t m_columns = -1; ///< of the row under way; -1 before the first
    bool m_finished = false;
};

} // namespace hpcbill::postgres

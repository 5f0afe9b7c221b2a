// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/copy.h"

#include "common/invariant.h"
#include "server/postgres/connection.h"

#include <cstring>
#include <exception>
#include <type_traits>

namespace hpcbill::postgres
{
namespace
{

constexpr std::size_t chunkSize = 64 * 1024;
constexpr std::string_view signature("PGCOPY\n\xff\r\n\0", 11);

/// PostgreSQL counts microseconds from 2000-01-01.
constexpr UtcTime epoch = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

} // namespace

CopyWriter::CopyWriter(Connection& connection, const char* copyStatement) : m_connection(connection)
{
    connection.startCopy(copyStatement);
    m_buffer.reserve(chunkSize + 4096);
    m_buffer += signature;
    append(std::int32_t{0}); // flags
    append(std::int32_t{0}); // length of the header's extension
}

CopyWriter::~CopyWriter()
{
    if (!m_finished) m_connection.abandonCopy();
}

template <typename Integer>
void CopyWriter::append(Integer value)
{
    const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
    for (int shift = static_cast<int>(sizeof(Integer) - 1) * 8; shift >= 0; shift -= 8) {
        m_buffer += static_cast<char>((bits >> shift) & 0xFF);
    }
}

void CopyWriter::appendBytes(const void* bytes, std::size_t size)
{
    invariant(size <= INT32_MAX, "a field has less than 2 GB");
    append(static_cast<std::int32_t>(size));
    m_buffer.append(static_cast<const char*>(bytes), size);
    ++m_columns;
}

// The number of fields leads the row, and is known only when the row has ended.
void CopyWriter::closeRow()
{
    if (m_columns < 0) return;
    m_buffer[m_rowStart] = static_cast<char>((m_columns >> 8) & 0xFF);
    m_buffer[m_rowStart + 1] = static_cast<char>(m_columns & 0xFF);
    if (m_buffer.size() >= chunkSize) flush();
}

void CopyWriter::flush()
{
    m_connection.putCopyData(m_buffer);
    m_buffer.clear();
}

CopyWriter& CopyWriter::row()
{
    closeRow();
    m_rowStart = m_buffer.size();
    m_columns = 0;
    m_buffer.append(2, '\0');
    return *this;
}

CopyWriter& CopyWriter::add(std::int32_t value)
{
    append(std::int32_t{4});
    append(value);
    ++m_columns;
    return *this;
}

CopyWriter& CopyWriter::add(std::int64_t value)
{
    append(std::int32_t{8});
    append(value);
    ++m_columns;
    return *this;
}

CopyWriter& CopyWriter::add(bool value)
{
    append(std::int32_t{1});
    m_buffer += value ? '\1' : '\0';
    ++m_columns;
    return *this;
}

CopyWriter& CopyWriter::add(UtcTime time)
{
    return add(std::int64_t{(time - epoch).count()});
}

CopyWriter& CopyWriter::add(std::string_view text)
{
    appendBytes(text.data(), text.size());
    return *this;
}

CopyWriter& CopyWriter::add(const Bytes& bytes)
{
    appendBytes(bytes.data(), bytes.size());
    return *this;
}

CopyWriter& CopyWriter::addNull()
{
    append(std::int32_t{-1});
    ++m_columns;
    return *this;
}

void CopyWriter::finish()
{
    closeRow();
    append(std::int16_t{-1});
    flush();
    m_finished = true;
    m_connection.finishCopy();
}

} // namespace hpcbill::postgres

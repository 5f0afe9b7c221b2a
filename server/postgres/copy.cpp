// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/copy.h"

#include "common/invariant.h"
#include "server/postgres/connection.h"

#include <algorithm>
#include <array>
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

// PostgreSQL's numeric on the wire (src/backend/utils/adt/numeric.c, numeric_send): the number of digits to the base 10000, the
// weight of the first of them, the sign, the decimals to be shown; then the digits.
CopyWriter& CopyWriter::add(const Decimal& number)
{
    constexpr std::int64_t base = 10'000;
    constexpr int decimalsPerDigit = 4;
    invariant(number.units >= 0 && number.places >= 0 && number.places <= 12, "a number to copy is not negative and has at most 12 places");
    std::int64_t unit = 1; // units in one
    for (int place = 0; place < number.places; ++place)
        unit *= 10;
    std::array<std::int16_t, 8> digits{}; // five before the point, three behind
    constexpr std::size_t firstBehind = 5;
    std::int64_t whole = number.units / unit;
    for (std::size_t at = firstBehind; at-- > 0 && whole > 0; whole /= base)
        digits.at(at) = static_cast<std::int16_t>(whole % base);
    std::int64_t rest = number.units % unit;
    for (int place = number.places; place % decimalsPerDigit != 0; ++place)
        rest *= 10;
    const auto behind = static_cast<std::size_t>((number.places + decimalsPerDigit - 1) / decimalsPerDigit);
    for (std::size_t at = firstBehind + behind; at-- > firstBehind; rest /= base)
        digits.at(at) = static_cast<std::int16_t>(rest % base);

    const auto isDigit = [](std::int16_t digit) { return digit != 0; };
    const auto first = std::find_if(digits.begin(), digits.end(), isDigit);
    const auto last = std::find_if(digits.rbegin(), digits.rend(), isDigit).base();
    const auto count = static_cast<std::int16_t>(first == digits.end() ? 0 : last - first);
    append(8 + 2 * count);
    append(count);
    append(static_cast<std::int16_t>(count == 0 ? 0 : std::ptrdiff_t{firstBehind} - 1 - (first - digits.begin())));
    append(std::int16_t{0});
    append(static_cast<std::int16_t>(number.places));
    for (auto at = first; count > 0 && at != last; ++at)
        append(*at);
    ++m_columns;
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

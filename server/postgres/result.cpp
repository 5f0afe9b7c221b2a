// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/result.h"

#include "common/invariant.h"
#include "server/postgres/errors.h"

#include <libpq-fe.h>

#include <charconv>
#include <cstdlib>

namespace hpcbill::postgres
{
namespace
{

constexpr const char* datetimeOverflow = "22008"; // the manual, appendix A

template <typename Integer>
Integer readInteger(std::string_view text)
{
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    invariant(error == std::errc{} && end == text.data() + text.size(), "the column is a whole number");
    return value;
}

} // namespace

bool Row::isNull(int column) const
{
    invariant(column >= 0 && column < PQnfields(m_result), "the statement has this column");
    return PQgetisnull(m_result, m_row, column) != 0;
}

std::string_view Row::text(int column) const
{
    invariant(!isNull(column), "the column is not null, or is read as optional");
    return {PQgetvalue(m_result, m_row, column), static_cast<std::size_t>(PQgetlength(m_result, m_row, column))};
}

bool Row::read(int column, bool*) const
{
    return text(column) == "t";
}

std::int32_t Row::read(int column, std::int32_t*) const
{
    return readInteger<std::int32_t>(text(column));
}

std::int64_t Row::read(int column, std::int64_t*) const
{
    return readInteger<std::int64_t>(text(column));
}

std::string Row::read(int column, std::string*) const
{
    return std::string(text(column));
}

// Connections speak UTC in ISO form: "2026-11-23 13:37:33.5+00".
UtcTime Row::read(int column, UtcTime*) const
{
    std::string iso(text(column));
    iso += ":00";
    if (const auto blank = iso.find(' '); blank != std::string::npos)
        iso[blank] = 'T';
    const auto time = parseRfc3339(iso);
    if (!time)
        throw QueryError("a time that is stored lies outside the years 1 to 9999: " + std::string(text(column)), datetimeOverflow);
    return *time;
}

std::chrono::sys_days Row::read(int column, std::chrono::sys_days*) const
{
    const auto day = parseDate(text(column));
    if (!day)
        throw QueryError("a date that is stored lies outside the years 1 to 9999: " + std::string(text(column)), datetimeOverflow);
    return *day;
}

Bytes Row::read(int column, Bytes*) const
{
    std::size_t size = 0;
    const std::string value(text(column));
    const std::unique_ptr<unsigned char, decltype(&PQfreemem)> bytes(
        PQunescapeBytea(reinterpret_cast<const unsigned char*>(value.c_str()), &size), &PQfreemem);
    invariant(bytes != nullptr, "the column is a bytea");
    const auto* first = reinterpret_cast<const std::byte*>(bytes.get());
    return {first, first + size};
}

Result::Result(pg_result* result) : m_result(result)
{
}
Result::~Result() = default;
Result::Result(Result&& other) noexcept = default;
Result& Result::operator=(Result&& other) noexcept = default;

void Result::Clear::operator()(pg_result* result) const
{
    PQclear(result);
}

int Result::size() const
{
    return PQntuples(m_result.get());
}

Row Result::operator[](int row) const
{
    invariant(row >= 0 && row < size(), "the result has this row");
    return {m_result.get(), row};
}

std::string_view Result::commandTag() const
{
    return PQcmdStatus(m_result.get());
}

std::int64_t Result::affectedRows() const
{
    const std::string_view count = PQcmdTuples(m_result.get());
    return count.empty() ? 0 : readInteger<std::int64_t>(count);
}

} // namespace hpcbill::postgres

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace hpcbill::postgres
{

/// What the database did to us. `what()` is for the log; callers who can do something catch a kind below.
class DatabaseError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~DatabaseError() override;
};

/// There is no connection to be had, or it broke: the transaction's outcome is not known unless commit() had not been reached.
class Unavailable final : public DatabaseError
{
public:
    using DatabaseError::DatabaseError;
    ~Unavailable() override;
};

/// A statement was refused. `sqlstate()` is PostgreSQL's five letters (manual, appendix A).
class QueryError : public DatabaseError
{
public:
    QueryError(const std::string& text, std::string sqlstate) : DatabaseError(text), m_sqlstate(std::move(sqlstate)) {}
    ~QueryError() override;
    [[nodiscard]] const std::string& sqlstate() const { return m_sqlstate; }

private:
    std::string m_sqlstate;
};

/// A constraint forbade it; `constraint()` is its name in the schema.
class ConstraintViolation final : public QueryError
{
public:
    ConstraintViolation(const std::string& text, std::string sqlstate, std::string constraint)
        : QueryError(text, std::move(sqlstate)), m_constraint(std::move(constraint))
    {
    }
    ~ConstraintViolation() override;
    [[nodiscard]] const std::string& constraint() const { return m_constraint; }

private:
    std::string m_constraint;
};

/// Somebody else's transaction came in between (40001, 40P01): the whole transaction may be tried again.
class SerializationFailure final : public QueryError
{
public:
    using QueryError::QueryError;
    ~SerializationFailure() override;
};

/// The statement, or its wait for a lock, took longer than allowed (57014, 55P03).
class Timeout final : public QueryError
{
public:
    using QueryError::QueryError;
    ~Timeout() override;
};

} // namespace hpcbill::postgres

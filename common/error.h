// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill
{

/// What the user or the state forbids: a stable code for programs and a sentence that says what to do next.
/// Answered as problem+json in one place (server/http/problem.cpp), shown in one place by the desktop.
class Error : public std::runtime_error
{
public:
    Error(std::string_view code, const std::string& sentence)
        : std::runtime_error(sentence)
        , m_code(code)
    {
    }
    ~Error() override;

    /// Stable, snake_case; never translated.
    [[nodiscard]] const std::string& code() const { return m_code; }

private:
    std::string m_code;
};

/// One field of the input and what is wrong with it.
struct FieldError {
    std::string field;
    std::string detail;

    bool operator==(const FieldError&) const = default;
};

/// The request cannot be understood or breaks a rule on its values; names every field at fault.
class InvalidInput final : public Error
{
public:
    explicit InvalidInput(std::vector<FieldError> fields);
    InvalidInput(std::string field, std::string detail);
    ~InvalidInput() override;

    [[nodiscard]] const std::vector<FieldError>& fields() const { return m_fields; }

private:
    std::vector<FieldError> m_fields;
};

/// There is no such thing, or not for this user.
class NotFound final : public Error
{
public:
    explicit NotFound(const std::string& sentence)
        : Error("not_found", sentence)
    {
    }
    ~NotFound() override;
};

/// The state forbids it (a paid receipt, no unbilled jobs): each reason has its own code.
class Conflict final : public Error
{
public:
    using Error::Error;
    ~Conflict() override;
};

/// Somebody changed it since it was read: `If-Match` names an older version.
class Stale final : public Error
{
public:
    explicit Stale(const std::string& sentence)
        : Error("stale", sentence)
    {
    }
    ~Stale() override;
};

/// A change without `If-Match`.
class PreconditionRequired final : public Error
{
public:
    explicit PreconditionRequired(const std::string& sentence)
        : Error("precondition_required", sentence)
    {
    }
    ~PreconditionRequired() override;
};

/// Known who it is, and that is not enough.
class Forbidden final : public Error
{
public:
    explicit Forbidden(const std::string& sentence)
        : Error("forbidden", sentence)
    {
    }
    ~Forbidden() override;
};

/// Not known who it is.
class Unauthenticated final : public Error
{
public:
    explicit Unauthenticated(const std::string& sentence)
        : Error("unauthenticated", sentence)
    {
    }
    ~Unauthenticated() override;
};

/// The body is larger than the route takes.
class PayloadTooLarge final : public Error
{
public:
    explicit PayloadTooLarge(const std::string& sentence)
        : Error("payload_too_large", sentence)
    {
    }
    ~PayloadTooLarge() override;
};

/// A calculation left the range of its type; the amount is not to be trusted and was not made.
class AmountTooLarge final : public Error
{
public:
    explicit AmountTooLarge(const std::string& sentence)
        : Error("amount_too_large", sentence)
    {
    }
    ~AmountTooLarge() override;
};

/// Too much to do at present: try again after `retryAfter()`.
class Overloaded final : public Error
{
public:
    Overloaded(const std::string& sentence, std::chrono::seconds retryAfter)
        : Error("overloaded", sentence)
        , m_retryAfter(retryAfter)
    {
    }
    ~Overloaded() override;

    [[nodiscard]] std::chrono::seconds retryAfter() const { return m_retryAfter; }

private:
    std::chrono::seconds m_retryAfter;
};

} // namespace hpcbill

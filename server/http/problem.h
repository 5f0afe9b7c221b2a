// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/problem.h"
#include "common/error.h"
#include "server/http/response.h"

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hpcbill::http
{

/// The body is of a kind that the route does not read: 415.
class UnsupportedMediaType final : public Error
{
public:
    explicit UnsupportedMediaType(const std::string& sentence)
        : Error("unsupported_media_type", sentence)
    {
    }
    ~UnsupportedMediaType() override;
};

/// Nothing else is to be had until the password has been changed: 403.
class PasswordChangeRequired final : public Error
{
public:
    PasswordChangeRequired()
        : Error(api::code::passwordChangeRequired,
                "An administrator has set this password: choose your own first (POST /api/v1/me/password).")
    {
    }
    ~PasswordChangeRequired() override;
};

/// An answer other than what was asked for, as RFC 9457 tells it: for programs a JSON body, for browsers a
/// page.
struct Problem {
    int status = 500;
    std::string code;   ///< stable; `type` is made of it
    std::string title;  ///< the kind, the same for all problems of it
    std::string detail; ///< what happened here and what to do next; nothing of our insides
    std::vector<FieldError> errors;
    std::optional<std::chrono::seconds> retryAfter;
    std::string allow;   ///< of a 405
    std::string logText; ///< for the log alone
};

/// Knows the exceptions of a library that http does not: composition registers one per library (the
/// database's, say).
using ProblemMapper = std::function<std::optional<Problem>(const std::exception&)>;

/// The one place where exceptions become answers. Input that cannot be read or breaks a rule is 400, with one
/// entry of `errors` per field; 422 is for a calculation out of range and for an idempotency key that came
/// with another body. What nobody knows is a 500 that tells nothing but its request id.
Problem problemOf(const std::exception& exception, const std::vector<ProblemMapper>& mappers);

/// As application/problem+json.
Response problemResponse(const Problem& problem, const std::string& requestId);

/// "Not Found" for 404 and so on.
std::string reasonOf(int status);

} // namespace hpcbill::http

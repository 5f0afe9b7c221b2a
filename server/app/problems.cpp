// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/problems.h"

#include "common/api/problem.h"
#include "server/postgres/errors.h"

namespace hpcbill::app
{
namespace
{

http::Problem tryAgain(const std::exception& exception, std::string detail)
{
    http::Problem problem;
    problem.status = 503;
    problem.code = api::code::unavailable;
    problem.title = "Not available at present";
    problem.detail = std::move(detail);
    problem.retryAfter = std::chrono::seconds(2);
    problem.logText = exception.what();
    return problem;
}

} // namespace

std::optional<http::Problem> databaseProblem(const std::exception& exception)
{
    if (dynamic_cast<const postgres::Unavailable*>(&exception)) {
        return tryAgain(exception, "The database cannot be reached at present. Nothing was changed unless you were told so; try again in a moment.");
    }
    if (dynamic_cast<const postgres::SerializationFailure*>(&exception) || dynamic_cast<const postgres::Timeout*>(&exception)) {
        return tryAgain(exception, "Too many others were at work on the same data. Nothing was changed; try again in a moment.");
    }
    return std::nullopt;
}

} // namespace hpcbill::app

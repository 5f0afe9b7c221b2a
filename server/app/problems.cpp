// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/problems.h"

#include "common/api/problem.h"
#include "server/audit/audit.h"
#include "server/payments/payments.h"
#include "server/postgres/errors.h"

#include <algorithm>
#include <array>

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
        return tryAgain(exception, "The database cannot be reached at present. Nothing was changed unless "
                                   "you were told so; try again in a moment.");
    }
    if (dynamic_cast<const postgres::SerializationFailure*>(&exception) ||
        dynamic_cast<const postgres::Timeout*>(&exception)) {
        return tryAgain(
            exception,
            "Too many others were at work on the same data. Nothing was changed; try again in a moment.");
    }
    // A value that passed the readers and is beyond what a column's type holds (manual, appendix A): the year
    // 300000 in a cursor that somebody made up.
    const auto* refused = dynamic_cast<const postgres::QueryError*>(&exception);
    constexpr std::array outOfRange{"22003", "22007", "22008", "22009"};
    if (refused && std::ranges::find(outOfRange, refused->sqlstate()) != outOfRange.end()) {
        http::Problem problem;
        problem.status = 400;
        problem.code = api::code::invalidInput;
        problem.detail =
            "A value of the request, perhaps in its cursor, lies beyond every range. Nothing was changed.";
        problem.logText = exception.what();
        return problem;
    }
    return std::nullopt;
}

std::optional<http::Problem> streamProblem(const std::exception& exception)
{
    if (dynamic_cast<const audit::TooManyStreams*>(&exception) == nullptr)
        return std::nullopt;
    http::Problem problem =
        tryAgain(exception, "As many live views as this server can hold are open. Try again in a moment.");
    problem.retryAfter = std::chrono::seconds(10);
    return problem;
}

std::optional<http::Problem> providerProblem(const std::exception& exception)
{
    const auto* failure = dynamic_cast<const payments::ProviderFailure*>(&exception);
    if (!failure)
        return std::nullopt;
    http::Problem problem;
    problem.status = 502;
    problem.code = "provider_failed";
    problem.detail =
        std::string("The payment provider could not be asked; nothing was changed. ") + failure->what();
    problem.logText = failure->what();
    return problem;
}

} // namespace hpcbill::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/problem.h"

#include <Poco/Net/HTTPResponse.h>

#include <typeinfo>

namespace hpcbill::http
{

UnsupportedMediaType::~UnsupportedMediaType() = default;
PasswordChangeRequired::~PasswordChangeRequired() = default;

namespace
{

Problem refusal(int status, const Error& error)
{
    Problem problem;
    problem.status = status;
    problem.code = error.code();
    problem.title = reasonOf(status);
    problem.detail = error.what();
    return problem;
}

/// The kinds of common/error.h, in no order that matters: each is final.
std::optional<Problem> knownProblem(const std::exception& exception)
{
    if (const auto* error = dynamic_cast<const InvalidInput*>(&exception)) {
        Problem problem = refusal(400, *error);
        problem.errors = error->fields();
        return problem;
    }
    if (const auto* error = dynamic_cast<const Unauthenticated*>(&exception))
        return refusal(401, *error);
    if (const auto* error = dynamic_cast<const Forbidden*>(&exception))
        return refusal(403, *error);
    if (const auto* error = dynamic_cast<const PasswordChangeRequired*>(&exception))
        return refusal(403, *error);
    if (const auto* error = dynamic_cast<const NotFound*>(&exception))
        return refusal(404, *error);
    if (const auto* error = dynamic_cast<const Conflict*>(&exception))
        return refusal(error->code() == "idempotency_key_reused" ? 422 : 409, *error);
    if (const auto* error = dynamic_cast<const Stale*>(&exception))
        return refusal(412, *error);
    if (const auto* error = dynamic_cast<const PayloadTooLarge*>(&exception))
        return refusal(413, *error);
    if (const auto* error = dynamic_cast<const UnsupportedMediaType*>(&exception))
        return refusal(415, *error);
    if (const auto* error = dynamic_cast<const AmountTooLarge*>(&exception))
        return refusal(422, *error);
    if (const auto* error = dynamic_cast<const PreconditionRequired*>(&exception))
        return refusal(428, *error);
    if (const auto* error = dynamic_cast<const Overloaded*>(&exception)) {
        Problem problem = refusal(429, *error);
        problem.retryAfter = error->retryAfter();
        return problem;
    }
    return std::nullopt;
}

} // namespace

Problem problemOf(const std::exception& exception, const std::vector<ProblemMapper>& mappers)
{
    if (std::optional<Problem> known = knownProblem(exception))
        return *std::move(known);
    for (const ProblemMapper& mapper : mappers) {
        if (std::optional<Problem> mapped = mapper(exception)) {
            if (mapped->title.empty())
                mapped->title = reasonOf(mapped->status);
            return *std::move(mapped);
        }
    }
    Problem problem;
    problem.status = 500;
    problem.code = api::code::internal;
    problem.title = reasonOf(500);
    problem.detail =
        "Something went wrong on our side. Try again; if it stays, tell the operator the request id.";
    problem.logText = std::string(typeid(exception).name()) + ": " + exception.what();
    return problem;
}

Response problemResponse(const Problem& problem, const std::string& requestId)
{
    nlohmann::ordered_json body;
    body["type"] = api::problemType(problem.code);
    body["title"] = problem.title;
    body["status"] = problem.status;
    body["detail"] = problem.detail;
    body["request_id"] = requestId;
    if (!problem.errors.empty()) {
        body["errors"] = nlohmann::ordered_json::array();
        for (const FieldError& error : problem.errors)
            body["errors"].push_back({{"field", error.field}, {"detail", error.detail}});
    }
    Response response = json(body, problem.status);
    response.set("Content-Type", "application/problem+json");
    return response;
}

std::string reasonOf(int status)
{
    switch (status) { // those that Poco 1.11 does not know
    case 422:
        return "Unprocessable Content";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    default:
        return Poco::Net::HTTPResponse::getReasonForStatus(
            static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
    }
}

} // namespace hpcbill::http

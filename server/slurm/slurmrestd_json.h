// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"
#include "common/slurm/job_record.h"

#include <optional>
#include <string>
#include <string_view>

namespace simdjson::dom
{
class parser;
}

namespace hpcbill::slurm
{

/// The job of an element of the list, in either spelling of numbers (plain, or {"set", "infinite", "number"}),
/// or what is wrong with it.
Result<JobRecord, RowFault> readJob(simdjson::dom::parser& parser, std::string_view element);

/// Throws SourceFailure when the list of an answer's errors says more than that nothing was found, and when it
/// cannot be read.
void throwErrors(simdjson::dom::parser& parser, std::string_view errors);

/// The errors of an answer as a sentence: none when there are none, or when they say that nothing was found
/// or the body is no JSON.
std::optional<std::string> errorsOf(std::string& body);

/// The highest N of `/slurmdb/v0.0.N/jobs` up to 43 among the paths of `/openapi/v3`; none when there is none.
std::optional<int> newestKnownVersion(std::string& openapi);

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/source.h"

#include <optional>
#include <string>

namespace hpcbill::slurm
{

/// Reads an answer of `/slurmdb/VERSION/jobs` (v0.0.36 to v0.0.43, plain numbers or {"set", "infinite",
/// "number"}). Errors are looked at before jobs, whatever the HTTP status was: of an empty list only "nothing
/// found" proves that there is nothing. Throws SourceFailure for every other error and for what is no JSON.
/// Leaves `body` with spare capacity.
void readJobsAnswer(std::string& body, const RecordSink& sink);

/// The errors of an answer as a sentence: none when there are none, or when they say that nothing was found
/// or the body is no JSON.
std::optional<std::string> errorsOf(std::string& body);

/// The highest version of `/slurmdb/VERSION/jobs` up to v0.0.43 among the paths of `/openapi/v3`; none when
/// there is none.
std::optional<std::string> newestKnownVersion(std::string& openapi);

} // namespace hpcbill::slurm

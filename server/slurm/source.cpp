// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/source.h"

#include "common/invariant.h"

namespace hpcbill::slurm
{

SourceFailure::~SourceFailure() = default;
Source::~Source() = default;

std::string_view codeOf(SourceKind kind)
{
    switch (kind) {
    case SourceKind::slurmrestd:
        return "slurmrestd";
    case SourceKind::sacct:
        return "sacct";
    case SourceKind::csv:
        return "csv";
    }
    violated("a source without a name", std::source_location::current());
}

std::optional<SourceKind> parseSourceKind(std::string_view code)
{
    for (const SourceKind kind : {SourceKind::slurmrestd, SourceKind::sacct, SourceKind::csv}) {
        if (codeOf(kind) == code)
            return kind;
    }
    return std::nullopt;
}

std::string_view codeOf(FailureKind kind)
{
    switch (kind) {
    case FailureKind::refused:
        return "refused";
    case FailureKind::tls:
        return "tls";
    case FailureKind::unauthenticated:
        return "unauthenticated";
    case FailureKind::server:
        return "server";
    case FailureKind::timedOut:
        return "timed_out";
    case FailureKind::truncated:
        return "truncated";
    case FailureKind::notJson:
        return "not_json";
    case FailureKind::tooLarge:
        return "too_large";
    case FailureKind::severalClusters:
        return "several_clusters";
    case FailureKind::program:
        return "program";
    case FailureKind::other:
        return "other";
    }
    violated("a failure without a name", std::source_location::current());
}

bool mayPass(FailureKind kind)
{
    return kind == FailureKind::refused || kind == FailureKind::server || kind == FailureKind::timedOut ||
           kind == FailureKind::truncated;
}

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/source.h"

#include "common/invariant.h"

namespace hpcbill::slurm
{

SourceFailure::~SourceFailure() = default;
AnswerTooLarge::~AnswerTooLarge() = default;
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

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/problem.h"

#include <exception>
#include <optional>

namespace hpcbill::app
{

/// The database's failures as answers: 503 where trying again helps. None for exceptions of another kind.
std::optional<http::Problem> databaseProblem(const std::exception& exception);

/// 502 for a payment provider that cannot be asked.
std::optional<http::Problem> providerProblem(const std::exception& exception);

/// As many streams of events are open as may be.
std::optional<http::Problem> streamProblem(const std::exception& exception);

} // namespace hpcbill::app

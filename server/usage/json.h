// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/pricing/pricing.h"
#include "server/usage/usage.h"

#include <nlohmann/json.hpp>

namespace hpcbill::rates
{
struct RateVersion;
}

namespace hpcbill::usage
{

/// A job as /api/v1/jobs shows it.
nlohmann::ordered_json toJson(const Job& job);

/// How a job's cost comes about: count, seconds, rate and exact amount of each resource, the sum, and the one
/// rounding.
nlohmann::ordered_json explainJson(const Job& job, const Explanation& explanation);

/// As POST /api/v1/rates/simulate answers.
nlohmann::ordered_json toJson(const Simulation& simulation);

/// A sum as /api/v1/usage shows it: the keys grouped by, then the figures.
nlohmann::ordered_json toJson(const UsageRow& row);

} // namespace hpcbill::usage

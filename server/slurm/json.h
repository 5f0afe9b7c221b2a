// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/slurm.h"

#include <nlohmann/json.hpp>

#include <string>

namespace hpcbill::slurm
{

nlohmann::ordered_json toJson(const Cluster& cluster);
nlohmann::ordered_json toJson(const Run& run);
nlohmann::ordered_json toJson(const Replay& replay);
/// Of what a PUT can change of a cluster.
std::string etagOf(const std::string& timeZone);
/// The raw bytes as text, each byte that is not part of UTF-8 written as \xNN.
nlohmann::ordered_json toJson(const KeptReject& reject);

} // namespace hpcbill::slurm

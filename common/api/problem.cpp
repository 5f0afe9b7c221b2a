// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/api/problem.h"

namespace hpcbill::api
{
namespace
{

constexpr std::string_view prefix = "urn:hpcbill:problem:";

} // namespace

std::string problemType(std::string_view code)
{
    return std::string(prefix) + std::string(code);
}

std::optional<std::string> codeOfProblemType(std::string_view type)
{
    if (!type.starts_with(prefix))
        return std::nullopt;
    return std::string(type.substr(prefix.size()));
}

} // namespace hpcbill::api

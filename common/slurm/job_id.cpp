// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/job_id.h"

#include "common/slurm/times.h"

#include <algorithm>

namespace hpcbill::slurm
{
namespace
{

constexpr std::string_view digits = "0123456789";

/// Takes the digits at the front off the text.
std::optional<std::int64_t> takeNumber(std::string_view& text)
{
    const std::size_t length = std::min(text.find_first_not_of(digits), text.size());
    const std::optional<std::int64_t> number = parseCount(text.substr(0, length));
    text.remove_prefix(length);
    return number;
}

bool isStep(std::string_view step)
{
    return !step.empty() && std::all_of(step.begin(), step.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
               c == '_';
    });
}

} // namespace

std::optional<JobIdText> parseJobId(std::string_view text)
{
    JobIdText id;
    const std::optional<std::int64_t> base = takeNumber(text);
    if (!base || *base == 0)
        return std::nullopt;
    id.base = *base;
    if (text.starts_with("_[")) {
        // The list itself ("3-9%2", "1,3,5", "0x3F8", or cut as "1,3,5...") is only shown, never counted.
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos ||
            text.substr(2, end - 2).find_first_not_of("0123456789abcdefABCDEFx,-%:.+") !=
                std::string_view::npos)
            return std::nullopt;
        id.isTaskRange = true;
        text.remove_prefix(end + 1);
    } else if (text.starts_with('_')) {
        text.remove_prefix(1);
        if (!(id.task = takeNumber(text)))
            return std::nullopt;
    }
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (!(id.component = takeNumber(text)))
            return std::nullopt;
    }
    if (text.starts_with('.')) {
        id.step = text.substr(1);
        if (!isStep(id.step))
            return std::nullopt;
        return id;
    }
    return text.empty() ? std::optional(id) : std::nullopt;
}

} // namespace hpcbill::slurm

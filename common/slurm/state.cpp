// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/state.h"

#include <algorithm>
#include <iterator>

namespace hpcbill::slurm
{
namespace
{

struct KnownState {
    std::string_view word;
    bool isFinal;
};

// sacct(1), "JOB STATE CODES", and the states and flags of slurm.h that accounting may record (22.05
// to 25.05).
constexpr KnownState knownStates[] = {
    {"BOOT_FAIL", true},     {"CANCELLED", true},      {"COMPLETED", true},      {"DEADLINE", true},
    {"FAILED", true},        {"LAUNCH_FAILED", true},  {"NODE_FAIL", true},      {"OUT_OF_MEMORY", true},
    {"PREEMPTED", true},     {"RECONFIG_FAIL", true},  {"REQUEUED", true},       {"RESIZING", true},
    {"REVOKED", true},       {"TIMEOUT", true},        {"COMPLETING", false},    {"CONFIGURING", false},
    {"EXPEDITING", false},   {"PENDING", false},       {"POWER_UP_NODE", false}, {"REQUEUE_FED", false},
    {"REQUEUE_HOLD", false}, {"RESV_DEL_HOLD", false}, {"RUNNING", false},       {"SIGNALING", false},
    {"SPECIAL_EXIT", false}, {"STAGE_OUT", false},     {"STOPPED", false},       {"SUSPENDED", false},
    {"UPDATE_DB", false}};

const KnownState* known(std::string_view word)
{
    const auto* const found = std::find_if(std::begin(knownStates), std::end(knownStates),
                                           [word](const KnownState& state) { return state.word == word; });
    return found == std::end(knownStates) ? nullptr : found;
}

/// The one state that begins so; nothing when none or several do.
const KnownState* beginningWith(std::string_view start)
{
    const auto begins = [start](const KnownState& state) { return state.word.starts_with(start); };
    const auto* const first = std::find_if(std::begin(knownStates), std::end(knownStates), begins);
    if (first == std::end(knownStates) || std::any_of(first + 1, std::end(knownStates), begins))
        return nullptr;
    return first;
}

} // namespace

std::optional<State> parseState(std::string_view text)
{
    constexpr std::string_view by = " by ";
    State state;
    const std::size_t at = text.find(by);
    const std::string_view word = text.substr(0, at);
    if (at != std::string_view::npos) {
        state.cancelledBy = std::string(text.substr(at + by.size()));
        if (state.cancelledBy->empty())
            return std::nullopt;
    }
    const KnownState* const base =
        word.ends_with('+') ? beginningWith(word.substr(0, word.size() - 1)) : known(word);
    if (base == nullptr)
        return std::nullopt;
    state.base = base->word;
    return state;
}

bool isFinalState(std::string_view base)
{
    const KnownState* const state = known(base);
    return state != nullptr && state->isFinal;
}

} // namespace hpcbill::slurm

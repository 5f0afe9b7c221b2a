// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::pricing
{

/// What billing rules look at in a job; the text belongs to the caller.
struct JobFacts {
    std::string_view state{}; ///< Slurm's base word: "NODE_FAIL"
    std::string_view partition{};
    std::string_view qos{};
    std::string_view account{};
    std::string_view user{};
    std::string_view gpuTypes{}; ///< "a100,h100"; empty without GPUs, or where Slurm named no type
    std::int64_t exitCode = 0; ///< -1: not known
    std::int64_t elapsedSeconds = 0;
    std::int64_t nodes = 0;
};

/// From `min` to `max`, both inclusive; what is absent does not bound.
struct Range {
    std::optional<std::int64_t> min{};
    std::optional<std::int64_t> max{};

    bool operator==(const Range&) const = default;
};

/// Names, of which one has to match; `*` stands for any text, `?` for any one byte. Empty: matches everything.
using Names = std::vector<std::string>;

/// All that a job must be for a rule to apply.
struct Condition {
    Names state;
    Names partition;
    Names qos;
    Names account;
    Names user;
    Names gpuType; ///< one of the job's types
    Range exitCode;
    Range elapsedSeconds;
    Range nodes;

    bool operator==(const Condition&) const = default;
};

/// What a rule does with the cost that the job has so far.
enum class Action {
    free,     ///< it becomes nothing
    multiply, ///< it is multiplied by the factor
    cap,      ///< it becomes the amount where it is more
    minimum,  ///< it becomes the amount where it is less
};
/// "free", "multiply", "cap", "minimum".
std::string_view codeOf(Action action);
std::optional<Action> parseAction(std::string_view code);

/// The largest factor, in millionths: 1000.
constexpr std::int64_t largestFactorMicro = 1'000'000'000;

struct Rule {
    std::string name;
    bool enabled = true;
    Condition when;
    Action action = Action::free;
    std::int64_t factorMicro = 1'000'000; ///< of multiply, in millionths; 0 to largestFactorMicro
    std::int64_t amountMinor = 0;         ///< of cap and minimum, per job, in minor units of the rules' currency
    bool goesOn = false;                  ///< later rules are looked at too; without, the first match decides

    bool operator==(const Rule&) const = default;
};

/// Which rules applied to a job: bit n stands for the rule at place n, from 0.
using AppliedRules = std::uint64_t;

/// The billing rules of a site, in their order.
class Rules final
{
public:
    /// As many as fit into AppliedRules with its sign bit to spare, because PostgreSQL's bigint has one.
    static constexpr std::size_t most = 63;

    explicit Rules(std::vector<Rule> rules = {}, Currency currency = Currency::thb());

    [[nodiscard]] const std::vector<Rule>& list() const { return m_rules; }
    [[nodiscard]] const Currency& currency() const { return m_currency; }
    /// The amount of a rule that caps or that sets a minimum.
    [[nodiscard]] Money amountOf(const Rule& rule) const { return {rule.amountMinor, m_currency}; }

    /// Which rules apply to this job: in order, until one that does not let later ones be looked at.
    [[nodiscard]] AppliedRules applyingTo(const JobFacts& job) const;

private:
    std::vector<Rule> m_rules;
    Currency m_currency;
};

/// Why a rule does not apply: the condition that the job fails first ("state", "exit_code", "elapsed_seconds", "nodes",
/// "partition", "qos", "account", "user", "gpu_type"), "disabled", or nothing where it matches.
std::string_view obstacleOf(const Rule& rule, const JobFacts& job);

/// The rules that every site starts with: what a dead node killed, and what never booted, is free.
std::vector<Rule> shippedRules();

/// `text` matches `pattern`, in which `*` stands for any text and `?` for any one byte.
bool matchesGlob(std::string_view text, std::string_view pattern);

} // namespace hpcbill::pricing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/rates.h"

#include "common/error.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hpcbill::rates
{

std::string_view codeOf(RateAt rateAt)
{
    return rateAt == RateAt::receipt ? "receipt" : "job_end";
}

std::optional<RateAt> parseRateAt(std::string_view code)
{
    for (const RateAt rateAt : {RateAt::receipt, RateAt::jobEnd}) {
        if (codeOf(rateAt) == code)
            return rateAt;
    }
    return std::nullopt;
}

PriceList::PriceList(Versions versions, RuleVersion rules, RateAt rateAt)
    : m_versions(std::move(versions))
    , m_rules(std::move(rules))
    , m_rateAt(rateAt)
{
}

const RateVersion& PriceList::rateOf(std::string_view tier, const std::optional<UtcTime>& endedAt) const
{
    const auto found = m_versions.find(tier);
    if (found == m_versions.end() || found->second.empty())
        throw NotFound(fmt::format("The tier {} has no rates in force.", tier));
    const std::vector<RateVersion>& versions = found->second;
    if (m_rateAt == RateAt::receipt || !endedAt)
        return versions.back();
    // The first version of a tier holds since the epoch, so that there is one before every end.
    const auto later = std::upper_bound(versions.begin(), versions.end(), *endedAt,
                                        [](UtcTime end, const RateVersion& version) { return end < version.effectiveFrom; });
    return later == versions.begin() ? versions.front() : *std::prev(later);
}

std::map<std::string, std::int64_t> PriceList::marks() const
{
    std::map<std::string, std::int64_t> marks;
    // The version in force prices all jobs; or each has one by its end, and then versions that join, by a change or as time goes by,
    // are seen by their number. Of another sign, so that the two ways of pricing are never taken for each other.
    for (const auto& [tier, versions] : m_versions)
        marks[tier] = m_rateAt == RateAt::receipt ? static_cast<std::int64_t>(versions.back().id) : -static_cast<std::int64_t>(versions.size());
    return marks;
}

PriceList PriceList::with(const std::map<std::string, pricing::Rates>& rates, const std::optional<pricing::Rules>& rules) const
{
    PriceList list = *this;
    for (const auto& [tier, proposed] : rates) {
        for (RateVersion& version : list.m_versions.at(tier))
            version.rates = proposed;
    }
    if (rules)
        list.m_rules.rules = *rules;
    return list;
}

PriceList Prices::inForce(postgres::Transaction& tx) const
{
    return {m_rates.versions(tx, tx.now(), m_rateAt == RateAt::receipt), m_rules.inForce(tx), m_rateAt};
}

} // namespace hpcbill::rates

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/pages.h"

#include "common/error.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/usage/usage.h"
#include "server/web/figures.h"

namespace hpcbill::web
{

namespace
{

std::string rateStory(const usage::Job& job, const usage::Explanation& explanation, const Texts& texts)
{
    const std::string since = momentOf(explanation.effectiveFrom);
    if (explanation.rateSource == "receipt")
        return texts.format("rates_of_receipt", fmt::arg("since", since));
    if (!job.booked)
        return texts.at("not_charged");
    // The first rates hold since the epoch, which is no date that anybody remembers.
    return explanation.effectiveFrom == UtcTime{} ? texts.at("rates_from_the_start")
                                                  : texts.format("rates_in_force", fmt::arg("since", since));
}

/// Rules that apply stand in the sum, in their order; the others below it, with what keeps them from it.
void showRules(Fields& fields, const pricing::Charge& charge, const Texts& texts)
{
    Fields* others = nullptr;
    for (const pricing::RuleLine& rule : charge.rules) {
        if (rule.applies) {
            Fields& row = *fields.AddSectionDictionary("RULE");
            set(row, "RULE_TEXT", texts.format("rule_applies", fmt::arg("name", rule.name)));
            set(row, "AFTER", grouped(pricing::toDecimal(rule.after, 6)));
        } else if (!rule.obstacle.empty() && rule.obstacle != "disabled") {
            if (others == nullptr)
                others = fields.AddSectionDictionary("OTHER_RULES");
            set(*others->AddSectionDictionary("OTHER_RULE"), "RULE_TEXT",
                texts.format("rule_does_not_apply", fmt::arg("name", rule.name),
                             fmt::arg("obstacle", texts.at("obstacle_" + rule.obstacle))));
        }
    }
}

void showDerivation(Page& page, const usage::Job& job, const usage::Explanation& explanation)
{
    const Texts& texts = page.texts();
    const std::string currency(job.cost.currency().code());
    Fields& fields = page.fields();
    set(fields, "RATE_HEADING", texts.format("col_rate", fmt::arg("currency", currency)));
    set(fields, "COST_HEADING", texts.format("col_cost", fmt::arg("currency", currency)));
    set(fields, "RATE_STORY", rateStory(job, explanation, texts));
    set(fields, "TIER_STORY",
        texts.format("tier_" + explanation.tierReason, fmt::arg("tier", job.tier), fmt::arg("place", explanation.tierRule.value_or(0)),
                     fmt::arg("pattern", explanation.tierPattern.value_or(""))));
    for (const pricing::ChargeLine& line : explanation.charge.lines) {
        Fields& row = *fields.AddSectionDictionary("LINE");
        set(row, "RESOURCE", texts.at(fmt::format("resource_{}", pricing::codeOf(line.resource))));
        set(row, "SECONDS", grouped(fmt::to_string(line.seconds)));
        set(row, "RATE", toDecimal(line.rate));
        set(row, "EXACT", grouped(pricing::toDecimal(line.exact, 6)));
    }
    set(fields, "SUM", grouped(pricing::toDecimal(explanation.charge.sum, 6)));
    showRules(fields, explanation.charge, texts);
    set(fields, "TOTAL", amountOf(explanation.charge.total));
}

} // namespace

http::Response showJob(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    http::Query query(request);
    const auto submitAt = query.time("submit_at");
    query.finish();
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    const usage::Job job =
        parts.jobs.find(tx, request.parameter("cluster"), request.integerParameter("job_id"), submitAt);
    if (job.user != request.principal()->username)
        throw NotFound("There is no such job of yours.");

    Page page(frame, request, "job.tpl");
    const Texts& texts = page.texts();
    page.setTitle(texts.format("job_title", fmt::arg("id", job.displayId)));
    page.setTab(Tab::usage);
    Fields& fields = page.fields();
    set(fields, "NAME", job.name);
    set(fields, "CLUSTER", job.cluster);
    set(fields, "ACCOUNT", job.account);
    set(fields, "PARTITION", job.partition);
    set(fields, "STATE", stateOf(job.state, texts));
    set(fields, "SUBMITTED", momentOf(job.submitAt));
    set(fields, "STARTED", momentOf(job.startedAt));
    set(fields, "ENDED", momentOf(job.endedAt));
    set(fields, "ELAPSED", elapsedOf(job.elapsedSeconds));
    set(fields, "HELD",
        texts.format("held", fmt::arg("cpus", job.cpus), fmt::arg("gpus", job.gpus),
                     fmt::arg("memory", grouped(fmt::to_string(job.memoryMib))),
                     fmt::arg("nodes", job.nodes)));
    showDerivation(page, job, parts.jobs.explain(tx, job));
    return page.answer();
}

} // namespace hpcbill::web

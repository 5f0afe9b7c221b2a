// SPDX-License-Identifier: GPL-3.0-or-later
// What operators look at first: is it alive, how fresh is it, what is stuck, where are the files.
#include "server/http/query.h"
#include "server/payments/payments.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/slurm/slurm.h"
#include "server/web/figures.h"
#include "server/web/pages.h"

#include <fmt/format.h>

namespace hpcbill::web
{

namespace
{

constexpr std::int64_t stuckShown = 50;
/// New jobs are to be seen within 15 minutes of their end.
constexpr std::chrono::minutes freshWithin{15};

void showClusters(Page& page, const slurm::Ingestion& ingestion, postgres::Transaction& tx)
{
    const Texts& texts = page.texts();
    const std::vector<slurm::Cluster> clusters = ingestion.clusters(tx);
    if (clusters.empty()) {
        page.fields().ShowSection("NO_CLUSTERS");
        return;
    }
    Fields& table = *page.fields().AddSectionDictionary("CLUSTERS");
    for (const slurm::Cluster& cluster : clusters) {
        Fields& row = *table.AddSectionDictionary("CLUSTER");
        const bool isFresh = cluster.readUntil && tx.now() - *cluster.readUntil <= freshWithin;
        set(row, "NAME", cluster.name);
        set(row, "READ_UNTIL", momentOf(cluster.readUntil));
        set(row, "STATE", texts.at(isFresh ? "console_fresh" : "console_stale"));
        set(row, "STATE_CODE", isFresh ? "paid" : "pending"); // green, amber
        const bool hasRun = cluster.lastRun.has_value();
        set(row, "LAST_RUN", hasRun ? momentOf(cluster.lastRun->startedAt) : texts.at("none"));
        set(row, "RUN_STATE", hasRun ? texts.at("run_" + cluster.lastRun->status) : texts.at("none"));
        set(row, "SOURCE", hasRun && cluster.lastRun->source ? std::string(slurm::codeOf(*cluster.lastRun->source)) : texts.at("none"));
    }
}

void showStuck(Page& page, const payments::Payments& payments, postgres::Transaction& tx)
{
    std::vector<payments::Payment> stuck = payments.stuck(tx, stuckShown + 1);
    if (stuck.empty()) {
        page.fields().ShowSection("NOTHING_STUCK");
        return;
    }
    Fields& table = *page.fields().AddSectionDictionary("STUCK");
    if (std::ssize(stuck) > stuckShown) {
        stuck.pop_back();
        table.ShowSection("MORE_STUCK");
    }
    for (const payments::Payment& payment : stuck) {
        Fields& row = *table.AddSectionDictionary("PAYMENT");
        set(row, "ID", fmt::to_string(static_cast<std::int64_t>(payment.id)));
        set(row, "RECEIPT", payment.receiptNumber);
        set(row, "USERNAME", payment.username);
        set(row, "PROVIDER", payment.provider);
        set(row, "SINCE", momentOf(payment.createdAt));
        set(row, "AMOUNT", amountWithCurrency(payment.amount));
    }
}

} // namespace

http::Response showConsole(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    Page page(frame, request, "console.tpl");
    page.setTitle(page.texts().at("console_title"));
    page.setTab(Tab::console);
    set(page.fields(), "NOW", momentOf(tx.now())); // the database's: whoever sees it sees that it answers
    showClusters(page, parts.ingestion, tx);
    showStuck(page, parts.payments, tx);
    if (api::auditors.admits(request.principal()->role))
        page.fields().ShowSection("EXPORTS");
    return page.answer();
}

} // namespace hpcbill::web

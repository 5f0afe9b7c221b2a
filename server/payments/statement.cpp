// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/statement.h"

#include "common/api/json.h"
#include "common/error.h"
#include "common/invariant.h"
#include "server/http/etag.h"
#include "server/payments/insides.h"
#include "server/payments/json.h"
#include "server/payments/manual.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace hpcbill::payments
{
namespace
{

constexpr postgres::Statement receiptsByNumber{"payments.receipts_by_number", R"sql(
    select id, number, username, status, total::text, currency from receipts where number = any ($1::text[])
)sql"};

struct Candidate {
    receipts::ReceiptId id{};
    std::string number;
    std::string username;
    receipts::Status status = receipts::Status::pending;
    Money total;
};

std::map<std::string, Candidate> candidatesOf(postgres::Transaction& tx, const std::vector<StatementLine>& lines)
{
    std::vector<std::string> numbers;
    for (const StatementLine& line : lines)
        numbers.insert(numbers.end(), line.receiptNumbers.begin(), line.receiptNumbers.end());
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::map<std::string, Candidate> candidates;
    for (const auto& row : tx.execute(receiptsByNumber, numbers)) {
        const auto currency = Currency::parse(row.as<std::string>(5));
        const auto status = receipts::parseStatus(row.as<std::string>(3));
        invariant(currency && status, "a receipt's currency and status were checked when it was made");
        const auto total = parseMoney(row.as<std::string>(4), *currency);
        invariant(static_cast<bool>(total), "amounts of a receipt have the decimals of its currency");
        Candidate one{static_cast<receipts::ReceiptId>(row.as<std::int64_t>(0)), row.as<std::string>(1),
                      row.as<std::string>(2), *status, *total};
        candidates.emplace(one.number, std::move(one));
    }
    return candidates;
}

StatementMatch match(StatementLine line, const std::map<std::string, Candidate>& candidates)
{
    StatementMatch result{std::move(line), MatchVerdict::unmatched, {}, {}, {}, {}, {}};
    if (!result.line.fault.empty()) {
        result.verdict = MatchVerdict::unreadable;
        result.detail = result.line.fault;
        return result;
    }
    std::vector<const Candidate*> meant;
    for (const std::string& number : result.line.receiptNumbers) {
        const auto found = candidates.find(number);
        if (found != candidates.end() && std::ranges::find(meant, &found->second) == meant.end())
            meant.push_back(&found->second);
    }
    if (meant.empty()) {
        result.detail = "no receipt of ours is named in it";
        return result;
    }
    if (meant.size() > 1) {
        result.verdict = MatchVerdict::ambiguous;
        result.detail = "several receipts are named in it";
        return result;
    }
    const Candidate& receipt = *meant.front();
    result.receipt = receipt.id;
    result.receiptNumber = receipt.number;
    result.username = receipt.username;
    result.expected = receipt.total;
    if (receipt.status == receipts::Status::paid)
        result.verdict = MatchVerdict::alreadyPaid;
    else if (receipt.status == receipts::Status::void_)
        result.verdict = MatchVerdict::void_;
    else if (result.line.amount != receipt.total) {
        result.verdict = MatchVerdict::differs;
        result.detail = fmt::format("{} {} is due", toDecimal(receipt.total), receipt.total.currency().code());
    } else
        result.verdict = MatchVerdict::matched;
    return result;
}

/// One receipt, two rows: which of them pays it only a person can say.
void markDoubles(std::vector<StatementMatch>& rows)
{
    std::map<receipts::ReceiptId, int> times;
    for (const StatementMatch& row : rows) {
        if (row.verdict == MatchVerdict::matched)
            ++times[*row.receipt];
    }
    for (StatementMatch& row : rows) {
        if (row.verdict == MatchVerdict::matched && times.at(*row.receipt) > 1) {
            row.verdict = MatchVerdict::ambiguous;
            row.detail = "several rows pay this receipt";
        }
    }
}

std::vector<StatementMatch> chosenRows(const StatementPreview& shown, const StatementOrder& order)
{
    if (shown.digest != order.digest)
        throw Conflict("statement_changed", "Something changed since the preview: look at it again.");
    std::vector<StatementMatch> chosen;
    for (const std::int64_t line : order.lines) {
        const auto found =
            std::ranges::find(shown.rows, line, [](const StatementMatch& row) { return row.line.line; });
        if (found == shown.rows.end() || found->verdict != MatchVerdict::matched)
            throw InvalidInput("lines", fmt::format("line {} is not one that matches a receipt", line));
        chosen.push_back(*found);
    }
    // In one order for all, so that two operators at once wait and do not deadlock.
    std::ranges::sort(chosen, {}, [](const StatementMatch& row) { return *row.receipt; });
    const auto twice =
        std::ranges::adjacent_find(chosen, {}, [](const StatementMatch& row) { return *row.receipt; });
    if (twice != chosen.end())
        throw InvalidInput("lines", fmt::format("line {} is chosen twice", twice->line.line));
    return chosen;
}

} // namespace

std::string_view codeOf(MatchVerdict verdict)
{
    switch (verdict) {
    case MatchVerdict::matched:
        return "matched";
    case MatchVerdict::differs:
        return "differs";
    case MatchVerdict::unmatched:
        return "unmatched";
    case MatchVerdict::ambiguous:
        return "ambiguous";
    case MatchVerdict::alreadyPaid:
        return "already_paid";
    case MatchVerdict::void_:
        return "void";
    case MatchVerdict::unreadable:
        return "unreadable";
    }
    return {};
}

StatementPreview preview(postgres::Transaction& tx, const std::string& name, std::vector<StatementLine> lines,
                         const Currency& currency)
{
    const auto candidates = candidatesOf(tx, lines);
    StatementPreview shown{.name = name, .digest = {}, .rows = {}, .currency = currency};
    for (StatementLine& line : lines)
        shown.rows.push_back(match(std::move(line), candidates));
    markDoubles(shown.rows);
    shown.digest = http::etagOfContent(toJson(shown).dump());
    std::erase(shown.digest, '"');
    return shown;
}

std::vector<StatementMatch> settle(Payments::Insides& insides, const StatementOrder& order,
                                   const Currency& currency, const api::Actor& by)
{
    std::vector<StatementLine> lines = readStatement(order.csv, currency);
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    std::vector<StatementMatch> chosen =
        chosenRows(preview(tx, order.name, std::move(lines), currency), order);
    if (chosen.empty())
        throw InvalidInput("lines", "none is chosen");
    std::vector<SettledByHand> settled;
    for (const StatementMatch& row : chosen)
        settled.push_back(settleByHand(
            tx, insides, *row.receipt,
            {receipts::PaidHow::statement, "bank_transfer",
             fmt::format("{} line {}: {}", order.name, row.line.line, row.line.reference)}));
    for (const SettledByHand& one : settled)
        recordSettledByHand(tx, insides, one, order.reason, by);
    tx.commit();
    for (std::size_t at = 0; at < settled.size(); ++at)
        insides.parts.receipts.countPaid(receipts::PaidHow::statement);
    return chosen;
}

} // namespace hpcbill::payments

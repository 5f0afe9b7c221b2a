// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/store.h"

#include "common/invariant.h"
#include "server/postgres/transaction.h"

namespace hpcbill::receipts
{
namespace
{

constexpr postgres::Statement lockUserStatement{"receipts.lock_user", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.receipts.' || $1::text, 0))
)sql"};

constexpr postgres::Statement tierOfUser{"receipts.tier_of_user", R"sql(
    select tier_of($1)
)sql"};

constexpr postgres::Statement addHeader{"receipts.add_header", R"sql(
    insert into receipts (username, period_from, period_to, status, tier, rate_version_id, rate_cpu, rate_gpu, rate_mem,
                          currency, jobs, subtotal, tax, total, tax_label, tax_rate, tax_mode, created_at, created_by, replaces,
                          rule_version_id, issuer_name, issuer_address, issuer_tax_id)
    values ($1, $2, $2, 'pending', $3, $4, $5::text::numeric, $6::text::numeric, $7::text::numeric,
            $8, 0, 0, 0, 0, nullif($9, ''), $10::text::numeric, $11, $12, $13, $14, $15, nullif($16, ''), nullif($17, ''), nullif($18, ''))
    returning id
)sql"};

// The database adds the items up itself, and refuses a receipt that says otherwise.
constexpr postgres::Statement issueReceipt{"receipts.issue", R"sql(
    select issue_receipt($1, $2, $3, $4::text::numeric, $5::text::numeric, $6::text::numeric, $7)
)sql"};

constexpr postgres::Statement receiptById{"receipts.by_id", R"sql(
    select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.rate_cpu::text, r.rate_gpu::text,
           r.rate_mem::text, r.currency, r.jobs, r.subtotal::text, r.tax::text, r.total::text, r.created_at, r.created_by,
           r.paid_at, r.paid_how, r.paid_method, r.external_reference, r.replaces, r.replaced_by,
           coalesce(r.tax_label, ''), r.tax_rate::text, r.tax_mode, c.number, c.total::text, c.created_at, c.created_by, c.reason,
           r.rate_version_id,
           coalesce((select json_agg(json_build_object('tier', v.tier, 'cpu', v.cpu::text, 'gpu', v.gpu::text, 'mem', v.mem::text,
                                                       'from', (extract(epoch from v.effective_from) * 1000000)::bigint,
                                                       'author', v.author, 'jobs', p.jobs, 'amount', p.amount::text)
                                     order by p.jobs desc, v.id)
                     from receipt_prices p join rate_versions v on v.id = p.rate_version_id where p.receipt_id = r.id), '[]')::text,
           coalesce(r.issuer_name, ''), coalesce(r.issuer_address, ''), coalesce(r.issuer_tax_id, '')
    from receipts r left join credit_notes c on c.receipt_id = r.id
    where r.id = $1
)sql"};

constexpr postgres::Statement receiptsPage{"receipts.page", R"sql(
    select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.rate_cpu::text, r.rate_gpu::text,
           r.rate_mem::text, r.currency, r.jobs, r.subtotal::text, r.tax::text, r.total::text, r.created_at, r.created_by,
           r.paid_at, r.paid_how, r.paid_method, r.external_reference, r.replaces, r.replaced_by,
           coalesce(r.tax_label, ''), r.tax_rate::text, r.tax_mode, c.number, c.total::text, c.created_at, c.created_by, c.reason,
           r.rate_version_id,
           coalesce((select json_agg(json_build_object('tier', v.tier, 'cpu', v.cpu::text, 'gpu', v.gpu::text, 'mem', v.mem::text,
                                                       'from', (extract(epoch from v.effective_from) * 1000000)::bigint,
                                                       'author', v.author, 'jobs', p.jobs, 'amount', p.amount::text)
                                     order by p.jobs desc, v.id)
                     from receipt_prices p join rate_versions v on v.id = p.rate_version_id where p.receipt_id = r.id), '[]')::text,
           coalesce(r.issuer_name, ''), coalesce(r.issuer_address, ''), coalesce(r.issuer_tax_id, '')
    from receipts r left join credit_notes c on c.receipt_id = r.id
    where ($1::text is null or r.username = $1) and ($2::text is null or r.status = $2) and ($3::bigint is null or r.id < $3)
    order by r.id desc
    limit $4
)sql"};

constexpr postgres::Statement lockReceiptRow{"receipts.lock", R"sql(
    select 1 from receipts where id = $1 for update
)sql"};

constexpr postgres::Statement setPaid{"receipts.set_paid", R"sql(
    update receipts set status = 'paid', paid_at = $2, paid_how = $3, paid_method = nullif($4, ''), external_reference = nullif($5, '')
    where id = $1
)sql"};

constexpr postgres::Statement setUnpaid{"receipts.set_unpaid", R"sql(
    update receipts set status = 'pending', paid_at = null, paid_how = null, paid_method = null, external_reference = null
    where id = $1
)sql"};

constexpr postgres::Statement setVoid{"receipts.set_void", R"sql(
    update receipts set status = 'void' where id = $1
)sql"};

constexpr postgres::Statement freeItems{"receipts.free_items", R"sql(
    update receipt_items set freed_at = $2 where receipt_id = $1 and freed_at is null
)sql"};

constexpr postgres::Statement addCreditNote{"receipts.add_credit_note", R"sql(
    insert into credit_notes (number, receipt_id, subtotal, tax, total, currency, reason, created_at, created_by)
    select next_number('CN', $2), r.id, r.subtotal, r.tax, r.total, r.currency, $3, $2, $4 from receipts r where r.id = $1
)sql"};

constexpr postgres::Statement setReplacedBy{"receipts.set_replaced_by", R"sql(
    update receipts set replaced_by = $2 where id = $1
)sql"};

std::optional<std::int64_t> raw(std::optional<ReceiptId> id)
{
    if (!id)
        return std::nullopt;
    return static_cast<std::int64_t>(*id);
}

std::optional<ReceiptId> receiptId(std::optional<std::int64_t> id)
{
    if (!id)
        return std::nullopt;
    return static_cast<ReceiptId>(*id);
}

Rate readRate(const postgres::Row& row, int column)
{
    const auto rate = parseRate(row.as<std::string>(column));
    invariant(static_cast<bool>(rate), "numeric(18, 6) is a rate");
    return *rate;
}

Receipt toReceipt(const postgres::Row& row)
{
    const auto currency = Currency::parse(row.as<std::string>(10));
    invariant(static_cast<bool>(currency), "a receipt's currency was checked when it was made");
    const auto status = parseStatus(row.as<std::string>(5));
    invariant(status.has_value(), "receipts_status_known admits no other status");
    Receipt receipt;
    receipt.id = static_cast<ReceiptId>(row.as<std::int64_t>(0));
    receipt.number = row.as<std::string>(1);
    receipt.username = row.as<std::string>(2);
    receipt.from = row.as<UtcTime>(3);
    receipt.to = row.as<UtcTime>(4);
    receipt.status = *status;
    receipt.tier = row.as<std::string>(6);
    receipt.rateVersion = row.as<std::int64_t>(31);
    receipt.rates = {readRate(row, 7), readRate(row, 8), readRate(row, 9)};
    receipt.jobs = row.as<std::int64_t>(11);
    receipt.subtotal = readMoney(row.as<std::string>(12), *currency);
    receipt.tax = readMoney(row.as<std::string>(13), *currency);
    receipt.total = readMoney(row.as<std::string>(14), *currency);
    receipt.createdAt = row.as<UtcTime>(15);
    receipt.createdBy = row.as<std::string>(16);
    receipt.paidAt = row.as<std::optional<UtcTime>>(17);
    if (const auto how = row.as<std::optional<std::string>>(18))
        receipt.paidHow = parsePaidHow(*how);
    receipt.paidMethod = row.as<std::optional<std::string>>(19);
    receipt.externalReference = row.as<std::optional<std::string>>(20);
    receipt.replaces = receiptId(row.as<std::optional<std::int64_t>>(21));
    receipt.replacedBy = receiptId(row.as<std::optional<std::int64_t>>(22));
    const auto taxRate = pricing::parseTaxRate(row.as<std::string>(24));
    const auto taxMode = pricing::parseTaxMode(row.as<std::string>(25));
    invariant(taxRate && taxMode, "receipts_tax_rate_range and receipts_tax_mode_known admit no other tax");
    receipt.taxRule = {.label = row.as<std::string>(23), .rate = *taxRate, .mode = *taxMode};
    if (const auto number = row.as<std::optional<std::string>>(26))
        receipt.creditNote = CreditNote{.number = *number,
                                        .total = readMoney(row.as<std::string>(27), *currency),
                                        .createdAt = row.as<UtcTime>(28),
                                        .createdBy = row.as<std::string>(29),
                                        .reason = row.as<std::string>(30)};
    for (const nlohmann::json& price : nlohmann::json::parse(row.as<std::string>(32))) {
        receipt.prices.push_back({.tier = price.at("tier"),
                                  .cpu = price.at("cpu"),
                                  .gpu = price.at("gpu"),
                                  .mem = price.at("mem"),
                                  .effectiveFrom = UtcTime(std::chrono::microseconds(price.at("from").get<std::int64_t>())),
                                  .author = price.at("author"),
                                  .jobs = price.at("jobs"),
                                  .amount = price.at("amount")});
    }
    receipt.issuer = {.name = row.as<std::string>(33), .address = row.as<std::string>(34), .taxId = row.as<std::string>(35)};
    return receipt;
}

} // namespace

Money readMoney(const std::string& text, const Currency& currency)
{
    const auto money = parseMoney(text, currency);
    invariant(static_cast<bool>(money), "amounts of a receipt have the decimals of its currency");
    return *money;
}

void lockUser(postgres::Transaction& tx, const std::string& username)
{
    tx.execute(lockUserStatement, username);
}

std::string tierOf(postgres::Transaction& tx, const std::string& username)
{
    return tx.execute(tierOfUser, username)[0].as<std::string>(0);
}

ReceiptId writeHeader(postgres::Transaction& tx, const Terms& terms, const std::string& createdBy)
{
    const auto added =
        tx.execute(addHeader, terms.username, terms.cutOff, terms.rate.tier, static_cast<std::int64_t>(terms.rate.id),
                   toDecimal(terms.rate.rates.cpu), toDecimal(terms.rate.rates.gpu), toDecimal(terms.rate.rates.mem),
                   terms.currency.code(), terms.tax.label, toDecimal(terms.tax.rate),
                   std::string(codeOf(terms.tax.mode)), tx.now(), createdBy, raw(terms.replaces),
                   static_cast<std::int64_t>(terms.prices.rules().id), terms.issuer.name, terms.issuer.address, terms.issuer.taxId);
    return static_cast<ReceiptId>(added[0].as<std::int64_t>(0));
}

void issue(postgres::Transaction& tx, ReceiptId id, const Totals& totals, const pricing::Tax& tax)
{
    invariant(totals.jobs > 0 && totals.firstEnd.has_value(), "a receipt has items");
    const pricing::Taxed amounts = pricing::taxed(totals.sum, tax.rate, tax.mode);
    tx.execute(issueReceipt, static_cast<std::int64_t>(id), totals.jobs, *totals.firstEnd, toDecimal(amounts.subtotal),
               toDecimal(amounts.tax), toDecimal(amounts.total), tx.now());
}

void lockReceipt(postgres::Transaction& tx, ReceiptId id)
{
    tx.execute(lockReceiptRow, static_cast<std::int64_t>(id));
}

void writePaid(postgres::Transaction& tx, ReceiptId id, const Settlement& settlement)
{
    tx.execute(setPaid, static_cast<std::int64_t>(id), tx.now(), std::string(codeOf(settlement.how)),
               settlement.method, settlement.externalReference);
}

void writeUnpaid(postgres::Transaction& tx, ReceiptId id)
{
    tx.execute(setUnpaid, static_cast<std::int64_t>(id));
}

void writeVoid(postgres::Transaction& tx, ReceiptId id)
{
    tx.execute(setVoid, static_cast<std::int64_t>(id));
    tx.execute(freeItems, static_cast<std::int64_t>(id), tx.now());
}

void writeCreditNote(postgres::Transaction& tx, ReceiptId id, const std::string& reason, const std::string& createdBy)
{
    tx.execute(addCreditNote, static_cast<std::int64_t>(id), tx.now(), reason, createdBy);
}

void writeReplacedBy(postgres::Transaction& tx, ReceiptId id, ReceiptId successor)
{
    tx.execute(setReplacedBy, static_cast<std::int64_t>(id), static_cast<std::int64_t>(successor));
}

std::optional<Receipt> readReceipt(postgres::Transaction& tx, ReceiptId id)
{
    const auto result = tx.execute(receiptById, static_cast<std::int64_t>(id));
    if (result.empty())
        return std::nullopt;
    return toReceipt(result[0]);
}

std::vector<Receipt> readReceipts(postgres::Transaction& tx, const std::optional<std::string>& username,
                                  const std::optional<Status>& status, std::int64_t limit,
                                  std::optional<ReceiptId> before)
{
    std::optional<std::string> code;
    if (status)
        code = codeOf(*status);
    std::vector<Receipt> receipts;
    for (const auto& row : tx.execute(receiptsPage, username, code, raw(before), limit))
        receipts.push_back(toReceipt(row));
    return receipts;
}

} // namespace hpcbill::receipts

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/store.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/postgres/copy.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <algorithm>

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

constexpr postgres::Statement createStage{"receipts.create_stage", R"sql(
    create temporary table if not exists receipt_item_stage (
        line bigint not null, cluster_id integer not null, job_id bigint not null, submit_at timestamptz not null,
        cpu_seconds bigint not null, gpu_seconds bigint not null, memory_mib_seconds bigint not null, minor_units bigint not null
    ) on commit delete rows
)sql"};

constexpr const char* copyStage = R"sql(
    copy receipt_item_stage (line, cluster_id, job_id, submit_at, cpu_seconds, gpu_seconds, memory_mib_seconds, minor_units)
    from stdin (format binary)
)sql";

constexpr postgres::Statement openUnbilled{"receipts.open_unbilled", R"sql(
    declare unbilled no scroll cursor for
    select j.cluster_id, j.job_id, j.submit_at, j.ended_at, j.cpu_seconds, j.gpu_seconds, j.memory_mib_seconds
    from jobs j
    where j.username = $1 and j.booked_on is not null and j.ended_at < $2
      and not exists (select 1 from receipt_items i
                      where i.cluster_id = j.cluster_id and i.job_id = j.job_id and i.submit_at = j.submit_at
                        and i.freed_at is null)
    order by j.ended_at, j.cluster_id, j.job_id, j.submit_at
)sql"};

constexpr postgres::Statement fetchUnbilled{"receipts.fetch_unbilled", R"sql(
    fetch forward 10000 from unbilled
)sql"};

constexpr postgres::Statement closeUnbilled{"receipts.close_unbilled", R"sql(
    close unbilled
)sql"};

constexpr postgres::Statement sumStage{"receipts.sum_stage", R"sql(
    select count(*), coalesce(sum(minor_units), 0)::bigint from receipt_item_stage
)sql"};

// One row per prefix and year, held until commit: a number that was given out and then rolled back is given
// out again.
constexpr postgres::Statement nextNumber{"receipts.next_number", R"sql(
    insert into receipt_numbers as n (prefix, year, last_number)
    select t.receipt_prefix, $2::int, 1 from tiers t where t.name = $1
    on conflict (prefix, year) do update set last_number = n.last_number + 1
    returning prefix, last_number
)sql"};

constexpr postgres::Statement addReceipt{"receipts.add", R"sql(
    insert into receipts (number, username, period_from, period_to, status, tier, rate_version_id, rate_cpu, rate_gpu, rate_mem,
                          currency, jobs, subtotal, tax, total, created_at, created_by)
    values ($1, $2, $3, $4, 'pending', $5, $6, $7::text::numeric, $8::text::numeric, $9::text::numeric,
            $10, $11, $12::text::numeric, $13::text::numeric, $14::text::numeric, $15, $16)
    returning id
)sql"};

constexpr postgres::Statement addItems{"receipts.add_items", R"sql(
    insert into receipt_items (receipt_id, line, cluster_id, job_id, submit_at, cpu_seconds, gpu_seconds, memory_mib_seconds, amount)
    select $1, s.line, s.cluster_id, s.job_id, s.submit_at, s.cpu_seconds, s.gpu_seconds, s.memory_mib_seconds,
           round(s.minor_units / $2::bigint::numeric, $3::int)
    from receipt_item_stage s
    order by s.line
)sql"};

constexpr postgres::Statement receiptById{"receipts.by_id", R"sql(
    select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.rate_cpu::text, r.rate_gpu::text,
           r.rate_mem::text, r.currency, r.jobs, r.subtotal::text, r.tax::text, r.total::text, r.created_at, r.created_by,
           r.paid_at, r.paid_how, r.paid_method, r.external_reference, r.replaces, r.replaced_by
    from receipts r
    where r.id = $1
)sql"};

constexpr postgres::Statement receiptsPage{"receipts.page", R"sql(
    select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.rate_cpu::text, r.rate_gpu::text,
           r.rate_mem::text, r.currency, r.jobs, r.subtotal::text, r.tax::text, r.total::text, r.created_at, r.created_by,
           r.paid_at, r.paid_how, r.paid_method, r.external_reference, r.replaces, r.replaced_by
    from receipts r
    where ($1::text is null or r.username = $1) and ($2::text is null or r.status = $2) and ($3::bigint is null or r.id < $3)
    order by r.id desc
    limit $4
)sql"};

constexpr postgres::Statement itemsPage{"receipts.items_page", R"sql(
    select i.line, c.name, i.job_id, j.display_id, j.name, i.submit_at, j.ended_at, i.cpu_seconds, i.gpu_seconds,
           i.memory_mib_seconds, i.amount::text
    from receipt_items i
    join clusters c on c.id = i.cluster_id
    join jobs j on j.cluster_id = i.cluster_id and j.job_id = i.job_id and j.submit_at = i.submit_at
    where i.receipt_id = $1 and i.line > $3
    order by i.line
    limit $2
)sql"};

constexpr postgres::Statement lockReceiptRow{"receipts.lock", R"sql(
    select 1 from receipts where id = $1 for update
)sql"};

constexpr postgres::Statement setPaid{"receipts.set_paid", R"sql(
    update receipts set status = 'paid', paid_at = $2, paid_how = $3, paid_method = $4, external_reference = $5
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

constexpr postgres::Statement lockKey{"receipts.lock_key", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.idempotency.' || $1::text || ' ' || $2::text, 0))
)sql"};

constexpr postgres::Statement keyUse{"receipts.key_use", R"sql(
    select resource_id, request_hash from idempotency_keys where actor = $1 and key = $2
)sql"};

constexpr postgres::Statement addKey{"receipts.add_key", R"sql(
    insert into idempotency_keys (actor, key, request_hash, resource_id, created_at) values ($1, $2, $3, $4, $5)
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

Money readMoney(const postgres::Row& row, int column, const Currency& currency)
{
    const auto money = parseMoney(row.as<std::string>(column), currency);
    invariant(static_cast<bool>(money), "amounts of a receipt have the decimals of its currency");
    return *money;
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
    receipt.rates = {readRate(row, 7), readRate(row, 8), readRate(row, 9)};
    receipt.jobs = row.as<std::int64_t>(11);
    receipt.subtotal = readMoney(row, 12, *currency);
    receipt.tax = readMoney(row, 13, *currency);
    receipt.total = readMoney(row, 14, *currency);
    receipt.createdAt = row.as<UtcTime>(15);
    receipt.createdBy = row.as<std::string>(16);
    receipt.paidAt = row.as<std::optional<UtcTime>>(17);
    if (const auto how = row.as<std::optional<std::string>>(18))
        receipt.paidHow = parsePaidHow(*how);
    receipt.paidMethod = row.as<std::optional<std::string>>(19);
    receipt.externalReference = row.as<std::optional<std::string>>(20);
    receipt.replaces = receiptId(row.as<std::optional<std::int64_t>>(21));
    receipt.replacedBy = receiptId(row.as<std::optional<std::int64_t>>(22));
    return receipt;
}

} // namespace

void lockUser(postgres::Transaction& tx, const std::string& username)
{
    tx.execute(lockUserStatement, username);
}

std::string tierOf(postgres::Transaction& tx, const std::string& username)
{
    return tx.execute(tierOfUser, username)[0].as<std::string>(0);
}

StagedTotals stageItems(postgres::Transaction& tx, const Terms& terms)
{
    StagedTotals totals{.jobs = 0, .firstEnd = {}, .sum = Money(0, terms.currency)};
    tx.execute(createStage);
    tx.execute(openUnbilled, terms.username, terms.cutOff);
    for (auto batch = tx.execute(fetchUnbilled); !batch.empty(); batch = tx.execute(fetchUnbilled)) {
        postgres::CopyWriter copy = tx.copyIn(copyStage);
        for (const auto& row : batch) {
            const pricing::Usage usage{row.as<std::int64_t>(4), row.as<std::int64_t>(5),
                                       row.as<std::int64_t>(6)};
            const Money amount = pricing::price(usage, terms.rates, terms.currency);
            if (!totals.firstEnd)
                totals.firstEnd = row.as<UtcTime>(3);
            totals.sum += amount;
            copy.row()
                .add(++totals.jobs)
                .add(row.as<std::int32_t>(0))
                .add(row.as<std::int64_t>(1))
                .add(row.as<UtcTime>(2))
                .add(usage.cpuSeconds)
                .add(usage.gpuSeconds)
                .add(usage.memoryMibSeconds)
                .add(amount.minorUnits());
        }
        copy.finish();
    }
    tx.execute(closeUnbilled);

    const auto staged = tx.execute(sumStage);
    invariant(staged[0].as<std::int64_t>(0) == totals.jobs &&
                  staged[0].as<std::int64_t>(1) == totals.sum.minorUnits(),
              "the receipt's total is the sum of its items as the database adds them up");
    return totals;
}

ReceiptId writeReceipt(postgres::Transaction& tx, const Terms& terms, const StagedTotals& totals,
                       const std::string& createdBy)
{
    invariant(totals.jobs > 0 && totals.firstEnd.has_value(), "a receipt has items");
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(tx.now())};
    const int year = static_cast<int>(today.year());
    const auto number = tx.execute(nextNumber, terms.tier, year);
    const Money tax(0, terms.currency);
    const auto added = tx.execute(
        addReceipt,
        fmt::format("{}-{:04}-{:06}", number[0].as<std::string>(0), year, number[0].as<std::int64_t>(1)),
        terms.username, *totals.firstEnd, terms.cutOff, terms.tier, terms.rateVersionId,
        toDecimal(terms.rates.cpu), toDecimal(terms.rates.gpu), toDecimal(terms.rates.mem),
        terms.currency.code(), totals.jobs, toDecimal(totals.sum), toDecimal(tax),
        toDecimal(totals.sum + tax), tx.now(), createdBy);
    const auto id = added[0].as<std::int64_t>(0);
    try {
        tx.execute(addItems, id, terms.currency.minorPerMajor(), terms.currency.minorDigits());
    } catch (const postgres::ConstraintViolation& violation) {
        if (violation.constraint() != "receipt_items_one_live_receipt")
            throw;
        throw Conflict("already_billed",
                       "One of these jobs was put on another receipt a moment ago: read the receipts again.");
    }
    return static_cast<ReceiptId>(id);
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

std::vector<ReceiptItem> readItems(postgres::Transaction& tx, const Receipt& receipt, std::int64_t limit,
                                   std::int64_t after)
{
    std::vector<ReceiptItem> items;
    for (const auto& row : tx.execute(itemsPage, static_cast<std::int64_t>(receipt.id), limit, after)) {
        ReceiptItem item;
        item.line = row.as<std::int64_t>(0);
        item.cluster = row.as<std::string>(1);
        item.jobId = row.as<std::int64_t>(2);
        item.displayId = row.as<std::string>(3);
        item.jobName = row.as<std::string>(4);
        item.submitAt = row.as<UtcTime>(5);
        item.endedAt = row.as<UtcTime>(6);
        item.usage = {row.as<std::int64_t>(7), row.as<std::int64_t>(8), row.as<std::int64_t>(9)};
        item.amount = readMoney(row, 10, receipt.total.currency());
        items.push_back(std::move(item));
    }
    return items;
}

std::optional<KeyUse> claimKey(postgres::Transaction& tx, const std::string& actor, const IdempotencyKey& key)
{
    tx.execute(lockKey, actor, key.key);
    const auto use = tx.execute(keyUse, actor, key.key);
    if (use.empty())
        return std::nullopt;
    const auto bytes = use[0].as<postgres::Bytes>(1);
    std::string hash(bytes.size(), '\0');
    std::transform(bytes.begin(), bytes.end(), hash.begin(),
                   [](std::byte byte) { return std::to_integer<char>(byte); });
    return KeyUse{static_cast<ReceiptId>(std::stoll(use[0].as<std::string>(0))), hash};
}

void rememberKey(postgres::Transaction& tx, const std::string& actor, const IdempotencyKey& key,
                 ReceiptId receipt)
{
    postgres::Bytes hash(key.requestHash.size());
    std::transform(key.requestHash.begin(), key.requestHash.end(), hash.begin(),
                   [](char byte) { return static_cast<std::byte>(byte); });
    tx.execute(addKey, actor, key.key, hash, std::to_string(static_cast<std::int64_t>(receipt)), tx.now());
}

} // namespace hpcbill::receipts

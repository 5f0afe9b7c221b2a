// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/exports.h"

#include "server/http/csv.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <array>
#include <ostream>

namespace hpcbill::receipts
{
namespace
{

constexpr postgres::Statement allReceipts{"receipts.export", R"sql(
    select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.jobs, r.currency, r.subtotal::text, r.tax::text,
           r.total::text, r.tax_label, r.tax_rate::text, r.tax_mode, r.created_at, r.created_by, r.paid_at, r.paid_how, r.paid_method,
           r.external_reference, r.replaces, r.replaced_by, c.number
    from receipts r left join credit_notes c on c.receipt_id = r.id
    where ($1::text is null or r.username = $1) and ($2::text is null or r.status = $2)
    order by r.id desc
)sql"};

constexpr postgres::Statement paidReceipts{"receipts.export_paid", R"sql(
    select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.jobs, r.currency, r.subtotal::text, r.tax::text,
           r.total::text, r.tax_label, r.tax_rate::text, r.tax_mode, r.created_at, r.created_by, r.paid_at, r.paid_how, r.paid_method,
           r.external_reference, r.replaces, r.replaced_by, c.number
    from receipts r left join credit_notes c on c.receipt_id = r.id
    where r.paid_at is not null and ($1::timestamptz is null or r.paid_at >= $1) and ($2::timestamptz is null or r.paid_at < $2)
    order by r.paid_at, r.id
)sql"};

constexpr postgres::Statement itemsOfOne{"receipts.export_items", R"sql(
    select r.number, r.status, r.username, i.line, c.name, i.job_id, coalesce(i.display_id, j.display_id), coalesce(i.job_name, j.name), j.account, j.partition, j.state, i.submit_at,
           coalesce(i.ended_at, j.ended_at), i.cpu_seconds, i.gpu_seconds, i.memory_mib_seconds, i.amount::text, r.currency
    from receipt_items i
    join receipts r on r.id = i.receipt_id
    join clusters c on c.id = i.cluster_id
    join jobs j on j.cluster_id = i.cluster_id and j.job_id = i.job_id and j.submit_at = i.submit_at
    where i.receipt_id = $1
    order by i.line
)sql"};

constexpr postgres::Statement itemsOfMany{"receipts.export_all_items", R"sql(
    select r.number, r.status, r.username, i.line, c.name, i.job_id, coalesce(i.display_id, j.display_id), coalesce(i.job_name, j.name), j.account, j.partition, j.state, i.submit_at,
           coalesce(i.ended_at, j.ended_at), i.cpu_seconds, i.gpu_seconds, i.memory_mib_seconds, i.amount::text, r.currency
    from receipts r
    join receipt_items i on i.receipt_id = r.id
    join clusters c on c.id = i.cluster_id
    join jobs j on j.cluster_id = i.cluster_id and j.job_id = i.job_id and j.submit_at = i.submit_at
    where ($1::timestamptz is null or r.created_at >= $1) and ($2::timestamptz is null or r.created_at < $2)
    order by i.receipt_id, i.line
)sql"};

constexpr std::string_view receiptHeading =
    "id,number,username,from,to,status,tier,jobs,currency,subtotal,tax,total,tax_label,tax_rate,tax_mode,created_at,created_by,paid_at,"
    "paid_how,paid_method,external_reference,replaces,replaced_by,credit_note\r\n";

constexpr std::string_view itemHeading =
    "receipt,status,username,line,cluster,job_id,display_id,name,account,partition,state,submit_at,ended_at,cpu_seconds,gpu_seconds,"
    "memory_mib_seconds,amount,currency\r\n";

std::string text(const postgres::Row& row, int column)
{
    return http::csvCell(row.as<std::string>(column));
}

std::string optionalText(const postgres::Row& row, int column)
{
    return row.isNull(column) ? std::string() : text(row, column);
}

std::string optionalNumber(const postgres::Row& row, int column)
{
    return row.isNull(column) ? std::string() : std::to_string(row.as<std::int64_t>(column));
}

std::string moment(const postgres::Row& row, int column)
{
    return row.isNull(column) ? std::string() : toRfc3339(row.as<UtcTime>(column));
}

std::string amount(const postgres::Row& row, int column)
{
    return row.as<std::string>(column);
}

std::string receiptLine(const postgres::Row& row)
{
    const std::array cells{optionalNumber(row, 0), text(row, 1),         text(row, 2),         moment(row, 3),       moment(row, 4),
                           text(row, 5),           text(row, 6),         optionalNumber(row, 7), text(row, 8),       amount(row, 9),
                           amount(row, 10),        amount(row, 11),      optionalText(row, 12), amount(row, 13),     text(row, 14),
                           moment(row, 15),        text(row, 16),        moment(row, 17),      optionalText(row, 18), optionalText(row, 19),
                           optionalText(row, 20),  optionalNumber(row, 21), optionalNumber(row, 22), optionalText(row, 23)};
    return fmt::format("{}\r\n", fmt::join(cells, ","));
}

std::string itemLine(const postgres::Row& row)
{
    const std::array cells{text(row, 0),   text(row, 1),           text(row, 2),           optionalNumber(row, 3),  text(row, 4),
                           optionalNumber(row, 5), text(row, 6),   text(row, 7),           text(row, 8),            text(row, 9),
                           text(row, 10),  moment(row, 11),        moment(row, 12),        optionalNumber(row, 13), optionalNumber(row, 14),
                           optionalNumber(row, 15), amount(row, 16), text(row, 17)};
    return fmt::format("{}\r\n", fmt::join(cells, ","));
}

} // namespace

void writeReceiptsCsv(std::ostream& out, postgres::Transaction& tx, const ReceiptFilter& filter)
{
    const auto status = filter.status ? std::optional(std::string(codeOf(*filter.status))) : std::nullopt;
    out << receiptHeading;
    tx.queryStream(allReceipts, [&](const postgres::Row& row) { out << receiptLine(row); }, filter.username, status);
}

void writePaidCsv(std::ostream& out, postgres::Transaction& tx, const Window& paid)
{
    out << receiptHeading;
    tx.queryStream(paidReceipts, [&](const postgres::Row& row) { out << receiptLine(row); }, paid.from, paid.to);
}

void writeItemsCsv(std::ostream& out, postgres::Transaction& tx, ReceiptId receipt)
{
    out << itemHeading;
    tx.queryStream(itemsOfOne, [&](const postgres::Row& row) { out << itemLine(row); }, static_cast<std::int64_t>(receipt));
}

void writeItemsCsv(std::ostream& out, postgres::Transaction& tx, const Window& created)
{
    out << itemHeading;
    tx.queryStream(itemsOfMany, [&](const postgres::Row& row) { out << itemLine(row); }, created.from, created.to);
}

} // namespace hpcbill::receipts

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/pages.h"

#include "common/error.h"
#include "server/http/etag.h"
#include "server/http/query.h"
#include "server/payments/payments.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "server/web/figures.h"

namespace hpcbill::web
{

namespace
{

constexpr std::int64_t receiptsPerPage = 50;
constexpr std::int64_t itemsPerPage = 100;

std::string addressOf(receipts::ReceiptId id)
{
    return fmt::format("/me/receipts/{}", static_cast<std::int64_t>(id));
}

std::string periodOf(const receipts::Receipt& receipt)
{
    return fmt::format("{} – {}", momentOf(receipt.from), momentOf(receipt.to));
}

void setStatus(Fields& fields, const receipts::Receipt& receipt, const Texts& texts)
{
    set(fields, "STATUS_CODE", receipts::codeOf(receipt.status));
    set(fields, "STATUS", texts.at(fmt::format("status_{}", receipts::codeOf(receipt.status))));
}

/// The receipt with this number in the path, if it is the caller's own; a stranger's is as good as none.
receipts::Receipt ownReceipt(const http::Request& request, postgres::Transaction& tx,
                             const receipts::Receipts& store)
{
    receipts::Receipt receipt = store.find(tx, request.id<receipts::ReceiptId>("id"));
    if (receipt.username != request.principal()->username)
        throw NotFound("There is no such receipt of yours.");
    return receipt;
}

void showFacts(Page& page, const receipts::Receipt& receipt)
{
    const Texts& texts = page.texts();
    Fields& fields = page.fields();
    const std::string currency(receipt.total.currency().code());
    setStatus(fields, receipt, texts);
    set(fields, "USERNAME", receipt.username);
    set(fields, "CREATED", momentOf(receipt.createdAt));
    set(fields, "PERIOD", periodOf(receipt));
    set(fields, "COUNT", grouped(fmt::to_string(receipt.jobs)));
    set(fields, "TIER", receipt.tier);
    set(fields, "RATES",
        texts.format("rates_line", fmt::arg("cpu", toDecimal(receipt.rates.cpu)),
                     fmt::arg("gpu", toDecimal(receipt.rates.gpu)),
                     fmt::arg("mem", toDecimal(receipt.rates.mem)), fmt::arg("currency", currency)));
    set(fields, "SUBTOTAL", amountWithCurrency(receipt.subtotal));
    set(fields, "TAX", amountWithCurrency(receipt.tax));
    set(fields, "TOTAL", amountWithCurrency(receipt.total));
    set(fields, "COST_HEADING", texts.format("col_cost", fmt::arg("currency", currency)));
}

} // namespace

http::Response makeReceipt(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    const http::TextPairs form = request.form();
    const std::string before = fieldOf(form, "before");
    const auto day = parseDate(before);
    if (!day)
        throw InvalidInput("before", day.error());
    const std::string key = fieldOf(form, "key");
    if (key.empty() || key.size() > 100)
        throw InvalidInput("key", "Is missing: load the page again.");
    // The form's own key makes a second click show the receipt of the first one.
    const std::string order = http::etagOfContent("web receipt before " + before);
    try {
        const receipts::Receipt receipt =
            parts.receipts.create(request.principal()->username, UtcTime(day.value()),
                                  receipts::IdempotencyKey{"web-" + key, order}, request.actor());
        return http::seeOther(addressOf(receipt.id) + "?made=true");
    } catch (const Conflict& conflict) {
        if (conflict.code() != "nothing_to_bill")
            throw;
        const std::string message = frame.texts(request).format("make_nothing", fmt::arg("day", before));
        return showUsageAgain(frame, request, parts, message, 409);
    }
}

http::Response listReceipts(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    http::Query query(request);
    const auto cursor = query.cursor("me-receipts", 1);
    query.finish();
    const auto before =
        cursor ? std::optional(static_cast<receipts::ReceiptId>(cursor->integer(0))) : std::nullopt;
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    std::vector<receipts::Receipt> all =
        parts.receipts.list(tx, request.principal()->username, std::nullopt, receiptsPerPage + 1, before);

    Page page(frame, request, "receipts.tpl");
    const Texts& texts = page.texts();
    page.setTitle(texts.at("receipts_title"));
    page.setTab(Tab::receipts);
    if (all.empty()) {
        page.fields().ShowSection("EMPTY");
        return page.answer();
    }
    Fields& table = *page.fields().AddSectionDictionary("RECEIPTS");
    set(table, "COST_HEADING",
        texts.format("col_cost", fmt::arg("currency", all.front().total.currency().code())));
    if (std::ssize(all) > receiptsPerPage) {
        all.pop_back();
        const std::string next =
            http::Cursor("me-receipts", {static_cast<std::int64_t>(all.back().id)}).encode();
        set(*table.AddSectionDictionary("NEXT_PAGE"), "ADDRESS", "/me/receipts?cursor=" + next);
    }
    for (const receipts::Receipt& receipt : all) {
        Fields& row = *table.AddSectionDictionary("RECEIPT");
        set(row, "ADDRESS", addressOf(receipt.id));
        set(row, "NUMBER", receipt.number);
        set(row, "CREATED", momentOf(receipt.createdAt));
        set(row, "PERIOD", periodOf(receipt));
        set(row, "COUNT", grouped(fmt::to_string(receipt.jobs)));
        setStatus(row, receipt, texts);
        set(row, "TOTAL", amountOf(receipt.total));
    }
    return page.answer();
}

http::Response showReceipt(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    http::Query query(request);
    const bool isNew = query.boolean("made").value_or(false);
    const std::int64_t after = query.integer("after", 0, INT64_MAX).value_or(0);
    query.finish();
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    const receipts::Receipt receipt = ownReceipt(request, tx, parts.receipts);
    std::vector<receipts::ReceiptItem> items = parts.receipts.items(tx, receipt.id, itemsPerPage + 1, after);

    Page page(frame, request, "receipt.tpl");
    page.setTitle(page.texts().format("receipt_title", fmt::arg("number", receipt.number)));
    page.setTab(Tab::receipts);
    if (isNew)
        page.alert(AlertKind::good, page.texts().format("make_made", fmt::arg("number", receipt.number)));
    showFacts(page, receipt);
    set(page.fields(), "PDF", addressOf(receipt.id));
    const bool isPayable = receipt.status == receipts::Status::pending && receipt.total.minorUnits() > 0 &&
                           !parts.payments.settings().defaultProvider.empty();
    if (isPayable) {
        Fields& pay = *page.fields().AddSectionDictionary("PAY");
        set(pay, "ID", fmt::to_string(static_cast<std::int64_t>(receipt.id)));
        set(pay, "LABEL", page.texts().format("pay_button", fmt::arg("amount", amountWithCurrency(receipt.total))));
    }
    if (after > 0)
        set(*page.fields().AddSectionDictionary("FIRST_PAGE"), "ADDRESS", addressOf(receipt.id));
    if (std::ssize(items) > itemsPerPage) {
        items.pop_back();
        set(*page.fields().AddSectionDictionary("NEXT_PAGE"), "ADDRESS",
            fmt::format("{}?after={}", addressOf(receipt.id), items.back().line));
    }
    for (const receipts::ReceiptItem& item : items) {
        Fields& row = *page.fields().AddSectionDictionary("ITEM");
        set(row, "LINE", fmt::to_string(item.line));
        set(row, "ADDRESS",
            fmt::format("/me/jobs/{}/{}?submit_at={}", http::encodePercent(item.cluster), item.jobId,
                        http::encodePercent(toRfc3339(item.submitAt))));
        set(row, "ID", item.displayId);
        set(row, "NAME", item.jobName);
        set(row, "ENDED", momentOf(item.endedAt));
        set(row, "CPU", hoursOf(item.usage.cpuSeconds));
        set(row, "GPU", hoursOf(item.usage.gpuSeconds));
        set(row, "MEM", gibHoursOf(item.usage.memoryMibSeconds));
        set(row, "COST", amountOf(item.amount));
    }
    return page.answer();
}

http::Response downloadReceipt(const http::Request& request, const SiteParts& parts, std::string_view language)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    const receipts::Printout printout = parts.printer.print(ownReceipt(request, tx, parts.receipts), language);
    return http::withEtag(request, http::download("application/pdf", printout.fileName, printout.write), printout.etag);
}

} // namespace hpcbill::web

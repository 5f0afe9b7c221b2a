// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/pdf/layout.h"

#include "common/invariant.h"
#include "server/receipts/pdf/pages.h"

#include <algorithm>
#include <vector>

namespace hpcbill::receipts::pdf
{
namespace
{

using print::Align;
using print::Canvas;
using print::Colour;
using print::Size;
using print::Style;
using texts::Texts;

constexpr int leading = 13; ///< from one line to the next
constexpr int baselineOf = 10; ///< of a line, below its top
constexpr Style quiet{.colour = Colour::quiet};
constexpr Style quietRight{.colour = Colour::quiet, .align = Align::right};
constexpr Style toTheRight{.align = Align::right};

/// "2026-11-23 13:37", in UTC.
std::string momentOf(UtcTime time)
{
    std::string text = toRfc3339(time).substr(0, 16);
    text[10] = ' ';
    return text;
}

// Both are told to `pricing` as the amount that a rate of 1 per hour would cost, so that there is one rounding in the program.
std::string hoursOf(std::int64_t seconds)
{
    return pricing::toDecimal(pricing::ExactAmount{pricing::Int128{seconds} * 1024 * 1'000'000}, 4);
}

std::string gibHoursOf(std::int64_t mibSeconds)
{
    return pricing::toDecimal(pricing::ExactAmount{pricing::Int128{mibSeconds} * 1'000'000}, 4);
}

/// "7.000000" as "7", "8.250000" as "8.25".
std::string shortOf(std::string decimal)
{
    decimal.erase(decimal.find_last_not_of('0') + 1);
    if (decimal.ends_with('.'))
        decimal.pop_back();
    return decimal;
}

/// "1,3": places in the list of rules, from 1.
std::string placesOf(pricing::AppliedRules applied)
{
    std::string places;
    for (int place = 1; applied != 0; applied >>= 1, ++place) {
        if ((applied & 1) != 0)
            places += fmt::format("{}{}", places.empty() ? "" : ",", place);
    }
    return places;
}

std::string nameOf(const Currency& currency)
{
    return std::string(currency.code());
}

Colour colourOf(Status status)
{
    switch (status) {
    case Status::pending:
        return Colour::accent;
    case Status::paid:
        return Colour::good;
    case Status::void_:
        return Colour::bad;
    }
    return Colour::text;
}

const std::string& wordOf(Status status, const Texts& texts)
{
    return texts.at(fmt::format("status_{}", codeOf(status)));
}

/// One column of a table: texts begin at its left edge, figures end at its right one.
struct Column {
    int left;
    int right;
    Align align = Align::right;

    [[nodiscard]] int x() const { return align == Align::left ? left : right; }
    [[nodiscard]] int room() const { return right - left; }
};

void heading(Canvas& canvas, int top, const Column& column, const std::string& text)
{
    canvas.text(column.x(), top + baselineOf, text, column.room(),
                {.size = Size::small, .colour = Colour::quiet, .align = column.align});
}

// --- The head of the first page -----------------------------------------------------------------------------------------------

constexpr int codeSide = 74;
constexpr int codeTop = 100;
constexpr int factsTop = 100;
constexpr int valueLeft = Pages::left + 84;
constexpr int valueRoom = Pages::right - codeSide - 20 - valueLeft;

struct Fact {
    std::string label;
    std::vector<std::string> lines;
};

std::string paymentOf(const Receipt& receipt, const Texts& texts)
{
    std::string text = momentOf(*receipt.paidAt);
    if (receipt.paidMethod)
        text += ", " + *receipt.paidMethod;
    if (receipt.externalReference)
        text += ", " + texts.format("print_reference", fmt::arg("reference", *receipt.externalReference));
    return text;
}

std::vector<Fact> factsOf(const Content& content, const Canvas& canvas)
{
    const Receipt& receipt = content.receipt;
    const Texts& texts = content.texts;
    std::vector<Fact> facts;
    const auto add = [&](std::string_view key, const std::string& value) {
        facts.push_back({texts.at(key), canvas.lines(value, valueRoom)});
    };
    add("print_billed_to", receipt.username);
    add("print_period", fmt::format("{} – {}", momentOf(receipt.from), momentOf(receipt.to)));
    add("col_created", momentOf(receipt.createdAt));
    if (receipt.paidAt)
        add("print_paid", paymentOf(receipt, texts));
    if (receipt.creditNote)
        add("print_credit_note",
            texts.format("print_credit_note_of", fmt::arg("number", receipt.creditNote->number),
                         fmt::arg("moment", momentOf(receipt.creditNote->createdAt)),
                         fmt::arg("amount", toDecimal(receipt.creditNote->total)),
                         fmt::arg("currency", nameOf(receipt.total.currency()))));
    if (content.replaces)
        add("print_replaces", *content.replaces);
    if (content.replacedBy)
        add("print_replaced_by", *content.replacedBy);
    if (receipt.status == Status::pending)
        add("print_note", texts.at("print_not_paid"));
    if (receipt.status == Status::void_)
        add("print_note", texts.at("print_is_void"));
    return facts;
}

/// Name, address and tax number of who issued it.
std::vector<std::string> issuerOf(const Issuer& issuer, const Canvas& canvas, const Texts& texts)
{
    constexpr int room = 300;
    std::vector<std::string> lines;
    const auto add = [&](std::string_view text) {
        for (std::string& line : canvas.lines(text, room))
            lines.push_back(std::move(line));
    };
    std::string_view rest = issuer.address;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        add(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!issuer.taxId.empty())
        add(texts.format("print_tax_id", fmt::arg("id", issuer.taxId)));
    return lines;
}

void head(Pages& pages, const Content& content)
{
    const Receipt& receipt = content.receipt;
    const Texts& texts = content.texts;
    const auto names = pages.canvas().lines(receipt.issuer.name, 300, {.size = Size::large, .isBold = true});
    const auto issuer = issuerOf(receipt.issuer, pages.canvas(), texts);
    const auto facts = factsOf(content, pages.canvas());
    const int issuerHeight = static_cast<int>(names.size()) * 15 + static_cast<int>(issuer.size()) * leading;
    const int top = std::max(factsTop, Pages::left + issuerHeight + 12);
    int factLines = 0;
    for (const Fact& fact : facts)
        factLines += static_cast<int>(fact.lines.size());
    const int addressTop = std::max(top + factLines * leading, codeTop + codeSide + 3);

    pages.block(addressTop - Pages::left + leading + 8, [&](Canvas& canvas, int pageTop) {
        int baseline = pageTop + 12;
        for (const std::string& name : names) {
            canvas.text(Pages::left, baseline, name, 310, {.size = Size::large, .isBold = true});
            baseline += 15;
        }
        for (const std::string& line : issuer) {
            canvas.text(Pages::left, baseline, line, 310, quiet);
            baseline += leading;
        }
        canvas.text(Pages::right, pageTop + 18, texts.at("print_title"), 200, {.size = Size::title, .isBold = true, .align = Align::right});
        canvas.text(Pages::right, pageTop + 35, receipt.number, 200, {.size = Size::large, .align = Align::right});
        canvas.text(Pages::right, pageTop + 51, wordOf(receipt.status, texts), 200,
                    {.size = Size::large, .isBold = true, .colour = colourOf(receipt.status), .align = Align::right});
        if (!content.address.empty()) {
            canvas.qrCode(Pages::right - codeSide, codeTop, codeSide, content.address);
            canvas.text(Pages::right, addressTop + 8, content.address, Pages::right - Pages::left,
                        {.size = Size::small, .colour = Colour::quiet, .align = Align::right});
        }
        baseline = top + baselineOf;
        for (const Fact& fact : facts) {
            canvas.text(Pages::left, baseline, fact.label, valueLeft - Pages::left - 4, quiet);
            for (const std::string& line : fact.lines) {
                canvas.text(valueLeft, baseline, line, valueRoom + 10);
                baseline += leading;
            }
        }
    });
}

// --- Rates --------------------------------------------------------------------------------------------------------------------

constexpr Column tierColumn{Pages::left, 130, Align::left};
constexpr Column cpuRateColumn{132, 204};
constexpr Column gpuRateColumn{206, 278};
constexpr Column memRateColumn{280, 352};
constexpr Column sinceColumn{362, 442, Align::left};
constexpr Column countColumn{444, 484};
constexpr Column amountColumn{488, Pages::right};

std::string sinceOf(const ReceiptPrice& price, const Texts& texts)
{
    if (price.author.empty())
        return texts.at("none"); // not kept
    // The first rates hold since the epoch, which is no date that anybody remembers.
    return price.effectiveFrom == UtcTime{} ? texts.at("print_from_the_start") : momentOf(price.effectiveFrom);
}

void title(Canvas& canvas, int top, const std::string& text)
{
    canvas.text(Pages::left, top + 12, text, Pages::right - Pages::left, {.size = Size::large, .isBold = true});
}

void rates(Pages& pages, const Content& content)
{
    const Receipt& receipt = content.receipt;
    const Texts& texts = content.texts;
    std::vector<ReceiptPrice> prices = receipt.prices;
    // Receipts of before the prices were kept have one rate for all their items.
    if (prices.empty())
        prices.push_back({.tier = receipt.tier,
                          .cpu = toDecimal(receipt.rates.cpu),
                          .gpu = toDecimal(receipt.rates.gpu),
                          .mem = toDecimal(receipt.rates.mem),
                          .effectiveFrom = {},
                          .author = {},
                          .jobs = receipt.jobs,
                          .amount = {}});
    pages.begin(20 + leading + 4, leading, [&](Canvas& canvas, int top) {
        title(canvas, top, texts.format("print_rates", fmt::arg("moment", momentOf(receipt.createdAt))));
        heading(canvas, top + 20, tierColumn, texts.at("col_tier"));
        heading(canvas, top + 20, cpuRateColumn, texts.at("print_cpu_rate"));
        heading(canvas, top + 20, gpuRateColumn, texts.at("print_gpu_rate"));
        heading(canvas, top + 20, memRateColumn, texts.at("print_mem_rate"));
        heading(canvas, top + 20, sinceColumn, texts.at("print_since"));
        heading(canvas, top + 20, countColumn, texts.at("col_jobs"));
        heading(canvas, top + 20, amountColumn, texts.format("print_amount", fmt::arg("currency", nameOf(receipt.total.currency()))));
        canvas.rule(Pages::left, Pages::right, top + 20 + leading + 1);
    });
    for (const ReceiptPrice& price : prices) {
        pages.block(leading, [&](Canvas& canvas, int top) {
            const int baseline = top + baselineOf;
            canvas.text(tierColumn.x(), baseline, price.tier, tierColumn.room());
            canvas.figures(cpuRateColumn.x(), baseline, price.cpu, cpuRateColumn.room(), toTheRight);
            canvas.figures(gpuRateColumn.x(), baseline, price.gpu, gpuRateColumn.room(), toTheRight);
            canvas.figures(memRateColumn.x(), baseline, price.mem, memRateColumn.room(), toTheRight);
            // The first rates hold since the epoch, which is no date that anybody remembers.
            canvas.text(sinceColumn.x(), baseline, sinceOf(price, texts), sinceColumn.room());
            canvas.figures(countColumn.x(), baseline, fmt::to_string(price.jobs), countColumn.room(), toTheRight);
            canvas.amount(amountColumn.x(), baseline, price.amount, amountColumn.room(), toTheRight);
        });
    }
    pages.end();
}

// --- Items --------------------------------------------------------------------------------------------------------------------

constexpr Column lineColumn{Pages::left, 70};
constexpr Column jobColumn{78, 230, Align::left};
constexpr Column endedColumn{236, 308, Align::left};
constexpr Column cpuColumn{310, 366};
constexpr Column gpuColumn{370, 418};
constexpr Column memColumn{420, 474};
constexpr Column ruleColumn{482, 502, Align::left};
constexpr Column costColumn{504, Pages::right};

void item(Canvas& canvas, int top, const ReceiptItem& item, bool hasTiers)
{
    const int baseline = top + baselineOf;
    canvas.figures(lineColumn.x(), baseline, fmt::to_string(item.line), lineColumn.room(), toTheRight);
    const int idRoom = jobColumn.room() / 2;
    const int used = canvas.text(jobColumn.left, baseline, item.displayId, idRoom) + 6;
    const std::string rest = fmt::format("{}{}{}  {}", item.cluster, hasTiers ? ", " : "", hasTiers ? item.tier : "", item.jobName);
    canvas.text(jobColumn.left + used, baseline, rest, jobColumn.room() - used, quiet);
    canvas.figures(endedColumn.x(), baseline, momentOf(item.endedAt), endedColumn.room());
    canvas.figures(cpuColumn.x(), baseline, hoursOf(item.usage.cpuSeconds), cpuColumn.room(), toTheRight);
    canvas.figures(gpuColumn.x(), baseline, hoursOf(item.usage.gpuSeconds), gpuColumn.room(), toTheRight);
    canvas.figures(memColumn.x(), baseline, gibHoursOf(item.usage.memoryMibSeconds), memColumn.room(), toTheRight);
    if (item.rulesApplied != 0)
        canvas.figures(ruleColumn.x(), baseline, placesOf(item.rulesApplied), ruleColumn.room(), quiet);
    canvas.amount(costColumn.x(), baseline, toDecimal(item.amount), costColumn.room(), toTheRight);
}

void items(Pages& pages, const Content& content, const EachItem& eachItem)
{
    const Receipt& receipt = content.receipt;
    const Texts& texts = content.texts;
    pages.block(10, [](Canvas&, int) {});
    pages.begin(20 + leading + 4, 2 * leading, [&](Canvas& canvas, int top) {
        title(canvas, top, texts.at("items_caption"));
        heading(canvas, top + 20, lineColumn, "#");
        heading(canvas, top + 20, jobColumn, texts.at("col_job"));
        heading(canvas, top + 20, endedColumn, texts.at("col_ended"));
        heading(canvas, top + 20, cpuColumn, texts.at("print_cpu_hours"));
        heading(canvas, top + 20, gpuColumn, texts.at("print_gpu_hours"));
        heading(canvas, top + 20, memColumn, texts.at("print_mem_hours"));
        if (content.applied != 0)
            heading(canvas, top + 20, ruleColumn, texts.at("print_rule"));
        heading(canvas, top + 20, costColumn, texts.format("print_amount", fmt::arg("currency", nameOf(receipt.total.currency()))));
        canvas.rule(Pages::left, Pages::right, top + 20 + leading + 1);
    });
    if (pages.isCounting()) {
        for (std::int64_t line = 0; line < receipt.jobs; ++line)
            pages.block(leading, [](Canvas&, int) {});
    } else {
        eachItem([&pages, hasTiers = receipt.prices.size() > 1](const ReceiptItem& one) {
            pages.block(leading, [&](Canvas& canvas, int top) { item(canvas, top, one, hasTiers); });
        });
    }
    pages.end();
}

// --- What it comes to ---------------------------------------------------------------------------------------------------------

std::string taxLabel(const pricing::Tax& tax, const Texts& texts)
{
    if (tax.rate == pricing::TaxRate())
        return texts.at("tax");
    const auto label = fmt::arg("label", tax.label);
    const std::string rate = shortOf(toDecimal(tax.rate));
    return tax.mode == pricing::TaxMode::exclusive ? texts.format("print_tax_added", label, fmt::arg("rate", rate))
                                                   : texts.format("print_tax_contained", label, fmt::arg("rate", rate));
}

void totals(Pages& pages, const Content& content)
{
    const Receipt& receipt = content.receipt;
    const Texts& texts = content.texts;
    constexpr Column label{240, 440};
    constexpr Column amount{446, Pages::right};
    pages.block(3 * leading + 26, [&](Canvas& canvas, int top) {
        const auto line = [&](int at, const std::string& text, const Money& money, Style style) {
            style.align = Align::right;
            canvas.text(label.x(), at, text, label.room(), style);
            canvas.amount(amount.x(), at, toDecimal(money), amount.room(), style);
        };
        canvas.rule(Pages::left, Pages::right, top + 4);
        line(top + 18, texts.at("subtotal"), receipt.subtotal, {});
        line(top + 18 + leading, taxLabel(receipt.taxRule, texts), receipt.tax, {});
        canvas.rule(label.left + 60, Pages::right, top + 24 + leading);
        line(top + 26 + 2 * leading, fmt::format("{} ({})", texts.at("total"), nameOf(receipt.total.currency())), receipt.total,
             {.size = Size::large, .isBold = true});
    });
}

std::string inWords(const pricing::Rule& rule, const pricing::Rules& rules, const Texts& texts)
{
    const auto name = fmt::arg("name", rule.name);
    const Money amount = rules.amountOf(rule);
    const std::string money = fmt::format("{} {}", toDecimal(amount), nameOf(amount.currency()));
    switch (rule.action) {
    case pricing::Action::free:
        return texts.format("print_rule_free", name);
    case pricing::Action::multiply:
        return texts.format("print_rule_multiply", name,
                            fmt::arg("factor", shortOf(fmt::format("{}.{:06}", rule.factorMicro / 1'000'000, rule.factorMicro % 1'000'000))));
    case pricing::Action::cap:
        return texts.format("print_rule_cap", name, fmt::arg("amount", money));
    case pricing::Action::minimum:
        return texts.format("print_rule_minimum", name, fmt::arg("amount", money));
    }
    return rule.name;
}

/// The rules that applied to any item, by their places.
void rules(Pages& pages, const Content& content)
{
    if (content.applied == 0)
        return;
    constexpr int wordsLeft = Pages::left + 24;
    pages.begin(24, leading, [&](Canvas& canvas, int top) { title(canvas, top + 2, content.texts.at("print_rules_title")); });
    const std::vector<pricing::Rule>& list = content.rules.list();
    for (std::size_t place = 0; place < list.size(); ++place) {
        if ((content.applied >> place & 1) == 0)
            continue;
        const std::string words = inWords(list[place], content.rules, content.texts);
        const auto lines = pages.canvas().lines(words, Pages::right - wordsLeft - 10);
        for (std::size_t at = 0; at < lines.size(); ++at) {
            pages.block(leading, [&](Canvas& canvas, int top) {
                if (at == 0)
                    canvas.figures(wordsLeft - 6, top + baselineOf, fmt::to_string(place + 1), 18, quietRight);
                canvas.text(wordsLeft, top + baselineOf, lines[at], Pages::right - wordsLeft);
            });
        }
    }
    pages.end();
}

void compose(Pages& pages, const Content& content, const EachItem& eachItem)
{
    head(pages, content);
    rates(pages, content);
    items(pages, content, eachItem);
    totals(pages, content);
    rules(pages, content);
}

void furnish(Canvas& canvas, const Content& content, int page, int pages)
{
    const Receipt& receipt = content.receipt;
    const Texts& texts = content.texts;
    if (receipt.status == Status::void_)
        canvas.stamp(texts.at("print_stamp"));
    if (page > 1) {
        canvas.text(Pages::left, 46, fmt::format("{} {}, {}", texts.at("print_title"), receipt.number, wordOf(receipt.status, texts)), 250,
                    {.isBold = true});
        canvas.text(Pages::right, 46, receipt.username, 250, quietRight);
        canvas.rule(Pages::left, Pages::right, 52);
    }
    canvas.text(Pages::left, Canvas::height - 28, texts.at("print_times"), 300, {.size = Size::small, .colour = Colour::quiet});
    canvas.text(Pages::right, Canvas::height - 28, texts.format("print_page", fmt::arg("page", page), fmt::arg("pages", pages)), 200,
                {.size = Size::small, .colour = Colour::quiet, .align = Align::right});
}

} // namespace

void draw(Canvas& canvas, const Content& content, const EachItem& eachItem)
{
    Pages counted(canvas);
    compose(counted, content, eachItem);
    Pages pages(canvas, counted.count(),
                [&content](Canvas& on, int page, int count) { furnish(on, content, page, count); });
    compose(pages, content, eachItem);
    pages.finish();
    canvas.finish();
}

} // namespace hpcbill::receipts::pdf

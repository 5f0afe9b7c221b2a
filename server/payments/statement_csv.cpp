// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/payments/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

#include <csv.h>

namespace hpcbill::payments
{
namespace
{

using Cells = std::vector<std::string>;

constexpr std::size_t mostRows = 10'000;
constexpr std::size_t longestReference = 300;
constexpr std::size_t longestSearched = 4000; // std::regex recurses with each character
constexpr std::size_t headerWithin = 50; // banks put their name and the account above the table

constexpr std::array<std::string_view, 16> amountNames{
    "amount",    "credit",  "deposit",   "credit amount", "deposits",      "paid in", "money in", "amount in",
    "จำนวนเงิน", "เงินเข้า", "เงินฝาก", "ฝากเงิน",       "ฝาก", "เครดิต",  "ยอดเงิน",  "จำนวนเงินที่รับ"};
constexpr std::array<std::string_view, 8> dateNames{
    "date", "transaction date", "booking date", "posting date", "value date", "วันที่", "วันที่ทำรายการ", "วันที่รายการ"};
constexpr std::array<std::string_view, 3> currencyNames{"currency", "ccy", "สกุลเงิน"};
constexpr std::array<std::string_view, 12> referenceNames{
    "reference", "description", "details", "remark", "remarks", "narrative", "memo", "note",
    "รายการ",    "รายละเอียด",  "หมายเหตุ", "อ้างอิง"};
constexpr std::array<std::string_view, 16> directionNames{
    "type",  "transaction type", "d/c", "c/d", "dr/cr",  "cr/dr",        "debit/credit", "credit/debit",
    "dc",    "drcr",             "sign", "direction", "indicator", "debit or credit", "ประเภท", "ประเภทรายการ"};
/// What a row begins with in such a column when money went out.
constexpr std::array<std::string_view, 14> outgoingWords{
    "debit", "debits", "dr", "d", "db", "dbit", "withdrawal", "withdraw", "outgoing", "out", "-", "ถอน", "ถอนเงิน", "เดบิต"};

std::string trimmed(const std::string& text)
{
    const auto isSpace = [](unsigned char c) { return std::isspace(c) != 0; };
    const auto from = std::find_if_not(text.begin(), text.end(), isSpace);
    const auto to = std::find_if_not(text.rbegin(), std::make_reverse_iterator(from), isSpace).base();
    return {from, to};
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c); });
    return text;
}

template <typename Names>
bool isOneOf(const Names& names, const std::string& cell)
{
    // "Amount (THB)" is an amount.
    std::string name = lowered(trimmed(cell));
    name = trimmed(name.substr(0, name.find('(')));
    return std::ranges::find(names, name) != names.end();
}

/// libcsv's callbacks: a field, the end of a row.
struct Rows {
    std::vector<Cells> rows;
    Cells row;
};

extern "C" void takeField(void* text, std::size_t size, void* rows)
{
    static_cast<Rows*>(rows)->row.emplace_back(static_cast<const char*>(text), size);
}

extern "C" void takeRow(int, void* target)
{
    auto* const rows = static_cast<Rows*>(target);
    rows->rows.push_back(std::move(rows->row));
    rows->row.clear();
}

/// Blank lines are rows without fields, so that a row's place is its line.
std::vector<Cells> parse(const std::string& csv, char delimiter)
{
    csv_parser parser{};
    if (csv_init(&parser, CSV_REPALL_NL) != 0)
        throw InvalidInput("csv", "cannot be read at present");
    csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
    Rows rows;
    const std::size_t read = csv_parse(&parser, csv.data(), csv.size(), takeField, takeRow, &rows);
    csv_fini(&parser, takeField, takeRow, &rows);
    csv_free(&parser);
    if (read != csv.size())
        throw InvalidInput("csv", fmt::format("stops being CSV after {} bytes", read));
    return std::move(rows.rows);
}

struct Columns {
    std::size_t amount = 0;
    std::optional<std::size_t> date;
    std::optional<std::size_t> currency;
    std::optional<std::size_t> direction;
    std::vector<std::size_t> references;
};

std::optional<Columns> columnsOf(const Cells& header)
{
    std::optional<std::size_t> amount;
    Columns columns;
    for (std::size_t at = 0; at < header.size(); ++at) {
        if (!amount && isOneOf(amountNames, header[at]))
            amount = at;
        else if (!columns.date && isOneOf(dateNames, header[at]))
            columns.date = at;
        else if (!columns.currency && isOneOf(currencyNames, header[at]))
            columns.currency = at;
        else if (!columns.direction && isOneOf(directionNames, header[at]))
            columns.direction = at;
        else if (isOneOf(referenceNames, header[at]))
            columns.references.push_back(at);
    }
    if (!amount || header.size() < 2)
        return std::nullopt;
    columns.amount = *amount;
    return columns;
}

/// "Debit", "DR.", "Debit transfer"
bool isOutgoing(const std::string& direction)
{
    const std::string word = lowered(direction.substr(0, direction.find_first_of(" ./(")));
    return std::ranges::find(outgoingWords, word) != outgoingWords.end();
}

struct Table {
    std::vector<Cells> rows;
    std::size_t header = 0;
    Columns columns;
    char delimiter = ',';
};

Table tableOf(const std::string& csv)
{
    for (const char delimiter : {',', ';', '\t', '|'}) {
        std::vector<Cells> rows = parse(csv, delimiter);
        for (std::size_t at = 0; at < std::min(rows.size(), headerWithin); ++at) {
            if (auto columns = columnsOf(rows[at]))
                return {std::move(rows), at, *std::move(columns), delimiter};
        }
    }
    throw InvalidInput("csv", "has no row of column names with an amount (Amount, Credit, Deposit, จำนวนเงิน, เงินเข้า, …): "
                              "export the statement with its column names");
}

/// "1,204.50", "1204.5", "฿ 1 204.50", "1.204,50" where the comma does not separate columns.
Result<Money, std::string> readAmount(std::string text, const Currency& currency, char delimiter)
{
    for (const std::string_view sign : {std::string_view("฿"), currency.code()}) {
        if (const auto at = text.find(sign); at != std::string::npos)
            text.erase(at, sign.size());
    }
    std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0 || c == '+'; });
    static const std::regex pointed(R"(([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?)");
    static const std::regex commaed(R"(([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),([0-9]+))");
    static const std::regex doubtfulComma(R"([0-9]{1,3},[0-9]{3})");
    static const std::regex doubtfulPoint(R"([0-9]{1,3}\.[0-9]{3})");
    std::smatch parts;
    const bool mayBeComma = delimiter != ',';
    const bool mayBePoint = mayBeComma && currency.minorDigits() != 3; // with three decimals it is one
    if ((mayBeComma && std::regex_match(text, doubtfulComma)) || (mayBePoint && std::regex_match(text, doubtfulPoint)))
        return fail("may be thousands or decimals: write it with its decimals");
    if (!std::regex_match(text, parts, pointed) && !(mayBeComma && std::regex_match(text, parts, commaed)))
        return fail("is no amount");
    std::string whole = parts[1];
    std::erase_if(whole, [](char c) { return c == ',' || c == '.'; });
    std::string decimals = parts[2];
    const auto digits = static_cast<std::size_t>(currency.minorDigits());
    while (decimals.size() > digits && decimals.back() == '0')
        decimals.pop_back();
    if (decimals.size() > digits)
        return fail(fmt::format("has more decimals than {} has", currency.code()));
    decimals.resize(digits, '0');
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    return parseMoney(digits == 0 ? whole : whole + "." + decimals, currency);
}

/// As much of the text as fits into so many bytes, no character cut.
std::string beginning(const std::string& text, std::size_t most)
{
    std::size_t end = std::min(most, text.size());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

/// Every receipt number that the text may mean: "inv MU2026000123" is MU-2026-000123, or INVMU-…
std::vector<std::string> receiptNumbersIn(const std::string& text)
{
    // Prefixes have up to 16 characters (tiers_receipt_prefix_form).
    static const std::regex number(R"(([A-Za-z][A-Za-z0-9]{0,15}?)[ ._/-]?([0-9]{4})[ ._/-]?([0-9]{6,12})(?![0-9]))");
    std::vector<std::string> numbers;
    for (std::sregex_iterator at(text.begin(), text.end(), number), end; at != end; ++at) {
        std::string prefix = at->str(1);
        std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        for (std::size_t from = 0; from < prefix.size(); ++from)
            numbers.push_back(fmt::format("{}-{}-{}", prefix.substr(from), at->str(2), at->str(3)));
    }
    return numbers;
}

StatementLine toLine(const Table& table, const Cells& cells, std::size_t row, const Currency& currency)
{
    const auto cell = [&cells](std::optional<std::size_t> column) {
        return column && *column < cells.size() ? trimmed(cells[*column]) : std::string();
    };
    StatementLine line;
    line.line = static_cast<std::int64_t>(row + 1);
    if (const std::string date = cell(table.columns.date); !date.empty())
        line.bookedOn = date;
    std::string all;
    for (std::size_t at = 0; at < cells.size(); ++at) {
        if (at != table.columns.amount && at != table.columns.date)
            all += " " + cells[at];
    }
    for (const std::size_t at : table.columns.references)
        line.reference += (line.reference.empty() ? "" : " ") + cell(at);
    line.reference = beginning(trimmed(line.reference.empty() ? all : line.reference), longestReference);
    line.receiptNumbers = receiptNumbersIn(beginning(all, longestSearched));

    const std::string amount = cell(table.columns.amount);
    const std::string said = cell(table.columns.currency);
    const bool isOut = amount.starts_with('-') || amount.starts_with('(') || isOutgoing(cell(table.columns.direction));
    if (amount.empty() || isOut)
        return line; // money that went out
    if (!said.empty() && said != currency.code()) {
        line.fault = fmt::format("in {}, not in {}", said, currency.code());
        return line;
    }
    if (auto money = readAmount(amount, currency, table.delimiter))
        line.amount = *money;
    else
        line.fault = fmt::format("the amount \"{}\" {}", amount, money.error());
    return line;
}

} // namespace

std::vector<StatementLine> readStatement(const std::string& csv, const Currency& currency)
{
    constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
    const Table table = tableOf(csv.starts_with(byteOrderMark) ? csv.substr(byteOrderMark.size()) : csv);
    if (table.rows.size() - table.header > mostRows)
        throw InvalidInput("csv", fmt::format("has more than {} rows: divide it", mostRows));
    std::vector<StatementLine> lines;
    for (std::size_t row = table.header + 1; row < table.rows.size(); ++row) {
        const Cells& cells = table.rows[row];
        if (std::ranges::all_of(cells, [](const std::string& cell) { return trimmed(cell).empty(); }))
            continue;
        StatementLine line = toLine(table, cells, row, currency);
        const bool isIncoming = line.amount || !line.fault.empty();
        if (isIncoming)
            lines.push_back(std::move(line));
    }
    return lines;
}

} // namespace hpcbill::payments

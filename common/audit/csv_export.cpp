// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/csv_export.h"

#include "common/audit/canonical_json.h"
#include "common/audit/log_verifier.h"
#include "common/utf8.h"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace hpcbill::audit
{
namespace
{

constexpr std::size_t columnCount = 17;
constexpr std::size_t longestRow = std::size_t{16} << 20U;
constexpr std::size_t pieceSize = std::size_t{64} << 10U;

constexpr std::array<std::string_view, 3> besideRecords{"{\"key\":", "{\"checkpoint\":", "{\"tree\":"};

using Cell = std::optional<std::string>; // none: empty and without quotes, which stands for null

/// A text as it was before it was guarded against being taken for a formula.
Cell textOf(Cell cell)
{
    if (cell && cell->starts_with('\''))
        cell->erase(0, 1);
    return cell;
}

std::string orEmpty(Cell cell)
{
    return textOf(std::move(cell)).value_or("");
}

Result<StoredRecord, std::string> recordOf(std::array<Cell, columnCount>& cells)
{
    if (std::ranges::any_of(cells, [](const Cell& cell) { return cell && !isUtf8(*cell); }))
        return fail("a text is not UTF-8");
    StoredRecord stored;
    Record& record = stored.record;
    const std::string seq = cells[0].value_or("");
    const auto [end, error] = std::from_chars(seq.data(), seq.data() + seq.size(), record.seq);
    if (error != std::errc() || end != seq.data() + seq.size())
        return fail("\"seq\" is not a number");
    if (cells[1] != "1")
        return fail("\"v\" is not 1");
    const auto ts = parseRfc3339(cells[2].value_or(""));
    if (!ts)
        return fail("\"ts\" is not a time");
    record.ts = *ts;
    record.actor = textOf(std::move(cells[3]));
    record.actorRole = textOf(std::move(cells[4]));
    record.action = orEmpty(std::move(cells[5]));
    record.targetType = textOf(std::move(cells[6]));
    record.targetId = textOf(std::move(cells[7]));
    record.outcome = orEmpty(std::move(cells[8]));
    record.requestId = textOf(std::move(cells[9]));
    record.address = textOf(std::move(cells[10]));
    record.details = orEmpty(std::move(cells[11]));
    if (const auto details = parseStrictJson(record.details); !details || !details->is_object())
        return fail("\"details\" is not a JSON object");
    const std::array<Hash*, 3> hashes{&stored.leafHash, &stored.prevHash, &stored.hash};
    for (std::size_t at = 0; at < hashes.size(); ++at) {
        const auto hash = parseHash(cells[12 + at].value_or(""));
        if (!hash)
            return fail("a hash " + hash.error());
        *hashes[at] = *hash;
    }
    return stored;
}

} // namespace

struct CsvExport::Insides {
    explicit Insides(LogVerifier& theVerifier)
        : verifier(theVerifier)
    {
        if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0)
            throw std::runtime_error("libcsv could not be set up");
    }
    ~Insides() { csv_free(&parser); }
    Insides(const Insides&) = delete;
    Insides& operator=(const Insides&) = delete;

    // libcsv's callbacks
    static void onCell(void* text, std::size_t size, void* target)
    {
        Insides& insides = *static_cast<Insides*>(target);
        if (insides.count < columnCount)
            insides.cells[insides.count] = text == nullptr ? Cell() : Cell(std::in_place, static_cast<const char*>(text), size);
        ++insides.count;
    }
    static void onRow(int, void* target)
    {
        Insides& insides = *static_cast<Insides*>(target);
        insides.rowBytes = 0;
        ++insides.row;
        const std::size_t had = std::exchange(insides.count, 0);
        if (insides.row == 1 || !insides.isGood) // the heading is known before anything is read
            return;
        insides.isGood = had == columnCount ? insides.verify() : insides.refuse(fmt::format("has {} columns, not {}", had, columnCount));
    }

    bool refuse(std::string_view why) { return refuseAt(row, why); }
    bool refuseAt(std::int64_t place, std::string_view why)
    {
        verifier.standAt(fmt::format("row {}", place));
        return verifier.refuse(why);
    }

    bool verify()
    {
        ++records;
        const std::string before = orEmpty(std::move(cells[15]));
        const std::string after = orEmpty(std::move(cells[16]));
        if (!verifyLines(before))
            return false;
        const auto record = recordOf(cells);
        return (record ? verifier.addRecord(*record) : refuse(fmt::format("is not a record: {}", record.error()))) && verifyLines(after);
    }

    bool verifyLines(std::string_view lines)
    {
        verifier.standAt(fmt::format("row {}", row));
        while (!lines.empty()) {
            const std::size_t end = lines.find('\n');
            const std::string_view line = lines.substr(0, end);
            // A record among them would count, and who reads the table would not see it.
            const bool mayStandThere = std::ranges::any_of(besideRecords, [line](std::string_view kind) { return line.starts_with(kind); });
            if (!(mayStandThere ? verifier.addLine(line) : refuse("holds a line beside the record that is no key, checkpoint or tree")))
                return false;
            lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
        }
        return true;
    }

    LogVerifier& verifier;
    csv_parser parser{};
    std::array<Cell, columnCount> cells;
    std::size_t count = 0; ///< of the row's cells that came
    std::size_t rowBytes = 0;
    std::int64_t row = 0; ///< that has ended
    std::int64_t records = 0;
    bool isGood = true;
};

bool isCsvExport(std::string_view beginning)
{
    return beginning.starts_with(csvHeading);
}

CsvExport::CsvExport(LogVerifier& verifier)
    : m_insides(std::make_unique<Insides>(verifier))
{
}

CsvExport::~CsvExport() = default;

bool CsvExport::feed(std::string_view bytes)
{
    Insides& insides = *m_insides;
    while (insides.isGood && !bytes.empty()) {
        const std::string_view some = bytes.substr(0, pieceSize);
        bytes.remove_prefix(some.size());
        insides.rowBytes += some.size();
        const std::size_t read = csv_parse(&insides.parser, some.data(), some.size(), Insides::onCell, Insides::onRow, &insides);
        if (insides.isGood && (read != some.size() || insides.rowBytes > longestRow))
            insides.isGood = insides.refuseAt(insides.row + 1, read != some.size() ? "is not CSV" : "does not end");
    }
    return insides.isGood;
}

std::int64_t CsvExport::records() const
{
    return m_insides->records;
}

bool CsvExport::finish()
{
    Insides& insides = *m_insides;
    if (csv_fini(&insides.parser, Insides::onCell, Insides::onRow, &insides) != 0 && insides.isGood)
        insides.isGood = insides.refuseAt(insides.row + 1, "breaks off within quotes");
    return insides.isGood;
}

} // namespace hpcbill::audit

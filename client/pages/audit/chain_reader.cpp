// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/chain_reader.h"

#include "common/audit/canonical_json.h"

#include <utility>

namespace hpcbill::client
{

bool ChainReader::keep(const QString& note)
{
    const auto checkpoint = m_verifier.keep(note.toStdString());
    return checkpoint || refuse(QString::fromStdString("The checkpoint " + checkpoint.error() + "."));
}

std::optional<ChainReader::Page> ChainReader::addPage(const QByteArray& body)
{
    const auto list =
        audit::parseStrictJson(std::string_view(body.constData(), static_cast<std::size_t>(body.size())));
    if (!list) {
        refuse(QString::fromStdString(list.error()));
        return std::nullopt;
    }
    const auto items = list->find("items");
    const auto next = list->find("next_cursor");
    if (items == list->end() || !items->is_array() || next == list->end() ||
        !(next->is_string() || next->is_null())) {
        refuse("The answer is no list of records.");
        return std::nullopt;
    }
    Page page;
    for (const nlohmann::json& item : *items) {
        if (!m_verifier.addLine(item.dump()))
            return std::nullopt;
        ++page.records;
    }
    if (next->is_string())
        page.nextCursor = QString::fromStdString(next->get<std::string>());
    return page;
}

bool ChainReader::addLine(const QByteArray& line)
{
    std::string_view text(line.constData(), static_cast<std::size_t>(line.size()));
    if (std::exchange(m_isFirstLine, false) && audit::isCsvExport(text))
        m_csv = std::make_unique<audit::CsvExport>(m_verifier);
    if (m_csv)
        return m_csv->feed(text);
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    return m_verifier.addLine(text);
}

bool ChainReader::finish()
{
    if (m_csv && m_csv->finish() && m_csv->records() == 0)
        return refuse("The file holds no record.");
    m_verifier.finish();
    return !fault();
}

std::optional<ChainFault> ChainReader::fault() const
{
    if (m_refused || !m_verifier.finding())
        return m_refused;
    const audit::Finding& finding = *m_verifier.finding();
    const std::string_view code = audit::codeOf(finding.fault);
    return ChainFault{finding.seq, QString::fromLatin1(code.data(), static_cast<qsizetype>(code.size())),
                      QString::fromStdString(finding.detail), finding.checkpoint.value_or(0)};
}

bool ChainReader::refuse(const QString& detail)
{
    m_refused = ChainFault{0, "unreadable", detail, 0};
    return false;
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/chain_reader.h"

#include "common/audit/canonical_json.h"

namespace hpcbill::client
{

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
        if (!add(item.dump()))
            return std::nullopt;
        ++page.records;
    }
    if (next->is_string())
        page.nextCursor = QString::fromStdString(next->get<std::string>());
    return page;
}

bool ChainReader::addLine(const QByteArray& line)
{
    ++m_lines;
    return add(std::string_view(line.constData(), static_cast<std::size_t>(line.size())));
}

bool ChainReader::add(std::string_view json)
{
    const auto record = audit::parseRecord(json);
    if (!record) {
        refuse(QString::fromStdString(record.error()));
        return false;
    }
    const qint64 seq = record->record.seq;
    if (m_firstSeq == 0) {
        m_firstSeq = seq;
        if (m_lines > 0 && seq != 1)
            m_verifier = audit::Verifier::ofWindow(seq); // a part of the log, in a file
    }
    if (!m_verifier.add(*record)) {
        const audit::Finding& finding = *m_verifier.finding();
        const std::string_view code = audit::codeOf(finding.fault);
        m_fault = ChainFault{finding.seq, m_lines,
                             QString::fromLatin1(code.data(), static_cast<qsizetype>(code.size())),
                             QString::fromStdString(finding.detail)};
        return false;
    }
    m_lastSeq = seq;
    return true;
}

void ChainReader::refuse(const QString& detail)
{
    m_fault = ChainFault{0, m_lines, "unreadable", detail};
}

} // namespace hpcbill::client

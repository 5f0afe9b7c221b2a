// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/verifier.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace hpcbill::client
{

/// The first thing that is wrong with a chain: a record, or a line that is none.
struct ChainFault {
    qint64 seq = 0;  ///< of the bad record; 0 where it could not even be read
    qint64 line = 0; ///< in a file, from 1; 0 elsewhere
    QString code;    ///< of audit::Fault, or `unreadable`
    QString detail;
};

/// Reads records from the server's answers or a file's lines and verifies them with the verifier that all our
/// programs share. Used on a thread of its own; knows no window.
class ChainReader final
{
public:
    struct Page {
        int records = 0;
        std::optional<QString> nextCursor;
    };

    /// Takes a whole answer of `GET audit?order=asc`. None when it is not such an answer or something is
    /// wrong: fault() tells.
    std::optional<Page> addPage(const QByteArray& body);
    /// Takes a line of an export. False when something is wrong: fault() tells. An export may begin later
    /// than the log.
    bool addLine(const QByteArray& line);

    [[nodiscard]] const std::optional<ChainFault>& fault() const { return m_fault; }
    [[nodiscard]] qint64 count() const { return m_verifier.count(); }
    [[nodiscard]] qint64 firstSeq() const { return m_firstSeq; }
    [[nodiscard]] qint64 lastSeq() const { return m_lastSeq; }
    [[nodiscard]] QString head() const { return QString::fromStdString(audit::toHex(m_verifier.head())); }

private:
    bool add(std::string_view json);
    void refuse(const QString& detail);

    audit::Verifier m_verifier;
    std::optional<ChainFault> m_fault;
    qint64 m_firstSeq = 0;
    qint64 m_lastSeq = 0;
    qint64 m_lines = 0;
};

} // namespace hpcbill::client

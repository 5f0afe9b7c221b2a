// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/csv_export.h"
#include "common/audit/log_verifier.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>

namespace hpcbill::client
{

/// The first thing that is wrong with a log: a record, or an answer that is none.
struct ChainFault {
    qint64 seq = 0; ///< of the bad record; 0 where an answer could not even be read
    QString code;   ///< of audit::Fault, or `unreadable`
    QString detail;
    qint64 checkpoint = 0; ///< the size of the checkpoint that shows it; 0 where none is needed
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

    /// What the server has is the whole log; a file may be a part of it.
    explicit ChainReader(audit::LogVerifier::Extent extent)
        : m_verifier({}, extent)
    {
    }

    /// A checkpoint's signed note that the log has to agree with. False when it is none: fault() tells.
    bool keep(const QString& note);
    /// Takes a whole answer of `GET audit?order=asc`. None when it is not such an answer or something is
    /// wrong: fault() tells.
    std::optional<Page> addPage(const QByteArray& body);
    /// Takes a line of an export, JSON Lines or CSV, with its line feed; of CSV a piece of a line will do. False
    /// when something is wrong: fault() tells.
    bool addLine(const QByteArray& line);
    /// There is no more. False when something is wrong: fault() tells.
    bool finish();

    [[nodiscard]] std::optional<ChainFault> fault() const;
    [[nodiscard]] qint64 count() const { return m_verifier.verifier().count(); }
    [[nodiscard]] qint64 firstSeq() const { return m_verifier.firstSeq(); }
    [[nodiscard]] qint64 lastSeq() const { return m_verifier.verifier().nextSeq() - 1; }
    /// Up to which record a checkpoint agrees.
    [[nodiscard]] qint64 confirmed() const { return m_verifier.verifier().confirmed(); }
    [[nodiscard]] QString head() const
    {
        return QString::fromStdString(audit::toHex(m_verifier.verifier().head()));
    }

private:
    bool refuse(const QString& detail);

    audit::LogVerifier m_verifier;
    std::unique_ptr<audit::CsvExport> m_csv; ///< of a file that is one
    bool m_isFirstLine = true;
    std::optional<ChainFault> m_refused;
};

} // namespace hpcbill::client

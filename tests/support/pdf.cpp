// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/pdf.h"

#include "tests/support/scratch_directory.h"

#include <QProcess>
#include <QRegularExpression>

#include <fstream>
#include <stdexcept>

namespace hpcbill::support
{
namespace
{

QString outputOf(const QString& program, const QStringList& options, const std::string& pdf)
{
    const ScratchDirectory directory;
    const std::string file = directory.path() / "printed.pdf";
    std::ofstream(file, std::ios::binary) << pdf;
    QProcess process;
    process.start(program, options + QStringList{QString::fromStdString(file)} + (program == "pdftotext" ? QStringList{"-"} : QStringList{}));
    if (!process.waitForFinished(60'000) || process.exitCode() != 0 || !process.readAllStandardError().isEmpty())
        throw std::runtime_error(program.toStdString() + ": " + process.readAllStandardError().toStdString());
    return QString::fromUtf8(process.readAllStandardOutput());
}

} // namespace

QStringList pdfPages(const std::string& pdf)
{
    QStringList pages = outputOf("pdftotext", {}, pdf).split('\f');
    pages.removeLast(); // each page ends with a form feed
    for (QString& page : pages)
        page = page.simplified();
    return pages;
}

QStringList pdfFonts(const std::string& pdf)
{
    QStringList fonts;
    for (const QString& line : outputOf("pdffonts", {}, pdf).split('\n').mid(2)) {
        static const QRegularExpression row(R"(^[A-Z]{6}\+(\S+)\s.*\s(yes|no) (yes|no) (yes|no)\s+\d+\s+\d+$)");
        const auto match = row.match(line);
        if (match.hasMatch())
            fonts << match.captured(1) + " " + match.captured(2);
        else if (!line.isEmpty())
            fonts << line; // not even named as a part of a font is
    }
    return fonts;
}

} // namespace hpcbill::support

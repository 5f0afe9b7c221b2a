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

QString outputOf(const QString& program, const QStringList& arguments, int nothingFound = 0)
{
    QProcess process;
    process.start(program, arguments);
    const bool isFinished = process.waitForFinished(60'000);
    const QByteArray complaint = process.readAllStandardError();
    if (!isFinished || (process.exitCode() != 0 && process.exitCode() != nothingFound) || !complaint.isEmpty())
        throw std::runtime_error(program.toStdString() + ": " + (complaint.isEmpty() ? process.errorString().toStdString() : complaint.toStdString()));
    return QString::fromUtf8(process.readAllStandardOutput());
}

/// A PDF as a file, as long as it lives.
class File final
{
public:
    explicit File(const std::string& pdf)
    {
        std::ofstream(m_directory.path() / "printed.pdf", std::ios::binary) << pdf;
    }
    [[nodiscard]] QString path() const { return QString::fromStdString(m_directory.path() / "printed.pdf"); }

private:
    ScratchDirectory m_directory;
};

} // namespace

QStringList pdfPages(const std::string& pdf)
{
    QStringList pages = outputOf("pdftotext", {File(pdf).path(), "-"}).split('\f');
    pages.removeLast(); // each page ends with a form feed
    for (QString& page : pages)
        page = page.simplified();
    return pages;
}

QStringList pdfFonts(const std::string& pdf)
{
    QStringList fonts;
    for (const QString& line : outputOf("pdffonts", {File(pdf).path()}).split('\n').mid(2)) {
        static const QRegularExpression row(R"(^[A-Z]{6}\+(\S+)\s.*\s(yes|no) (yes|no) (yes|no)\s+\d+\s+\d+$)");
        const auto match = row.match(line);
        if (match.hasMatch())
            fonts << match.captured(1) + " " + match.captured(2);
        else if (!line.isEmpty())
            fonts << line; // not even named as a part of a font is
    }
    return fonts;
}

QStringList pdfCodes(const std::string& pdf)
{
    const File file(pdf);
    outputOf("pdftoppm", {"-r", "150", "-png", "-singlefile", file.path(), file.path()}); // appends .png
    constexpr int noCode = 4;
    return outputOf("zbarimg", {"--nodbus", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.path() + ".png"}, noCode).split('\n', Qt::SkipEmptyParts);
}

} // namespace hpcbill::support

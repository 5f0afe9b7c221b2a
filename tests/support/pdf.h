// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <string>

namespace hpcbill::support
{

/// What poppler finds in a PDF. All throw std::runtime_error with what it, or ZBar, complains of.

/// Its words with blanks between them, one text per page.
QStringList pdfPages(const std::string& pdf);
/// The fonts that it uses and whether they are embedded: "NotoSans-Regular yes".
QStringList pdfFonts(const std::string& pdf);
/// What a reader of QR codes makes of the printed first page.
QStringList pdfCodes(const std::string& pdf);

} // namespace hpcbill::support

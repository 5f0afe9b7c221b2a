// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/statement_file.h"

#include <QStringDecoder>

namespace hpcbill::client
{

namespace
{

/// Control characters other than those of lines and columns: a picture, a PDF, a workbook.
bool isText(const QString& text)
{
    for (const QChar c : text) {
        if (c.unicode() < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
            return false;
    }
    return true;
}

std::optional<QString> decoded(QStringDecoder decoder, const QByteArray& bytes)
{
    const QString text = decoder.decode(bytes);
    if (decoder.hasError() || text.contains(QChar::ReplacementCharacter) || !isText(text))
        return std::nullopt;
    return text;
}

/// ASCII, Thai in the order of Unicode from 0xA1 on, and the few signs that Windows put between. Qt knows this
/// encoding only where it was built with ICU.
std::optional<QString> decodedThai(const QByteArray& bytes)
{
    QString text;
    text.reserve(bytes.size());
    for (const char signedByte : bytes) {
        const auto byte = static_cast<unsigned char>(signedByte);
        if (byte < 0x80)
            text += QChar(ushort{byte});
        else if ((byte >= 0xA1 && byte <= 0xDA) || (byte >= 0xDF && byte <= 0xFB))
            text += QChar(static_cast<ushort>(0x0E00 + byte - 0xA0));
        else if (byte == 0xA0)
            text += QChar(QChar::Nbsp);
        else if (byte == 0x80)
            text += QChar(0x20AC);
        else if (byte == 0x85)
            text += QChar(0x2026);
        else if (byte >= 0x91 && byte <= 0x97)
            text += QStringLiteral("‘’“”•–—").at(byte - 0x91);
        else
            return std::nullopt;
    }
    return isText(text) ? std::optional(text) : std::nullopt;
}

} // namespace

std::optional<QString> statementText(const QByteArray& bytes)
{
    const auto marked = QStringConverter::encodingForData(bytes);
    if (marked && *marked != QStringConverter::Utf8)
        return decoded(QStringDecoder(*marked), bytes);
    if (auto text = decoded(QStringDecoder(QStringConverter::Utf8), bytes))
        return text;
    return decodedThai(bytes);
}

} // namespace hpcbill::client

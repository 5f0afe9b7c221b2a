// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

namespace hpcbill::client
{

/// One message of a `text/event-stream`, as it was dispatched by its blank line.
struct StreamMessage {
    QByteArray event; ///< `message` where the stream names none
    QByteArray data;
    QByteArray lastId; ///< the last id that the stream gave, with this message or before
};

/// Reads a `text/event-stream` as the HTML standard parses it, in pieces that may be cut anywhere: lines end by
/// CR, LF or CRLF, lines with a colon in front are comments, fields that are not known are passed over.
class EventReader final
{
public:
    /// What was completed by these bytes.
    [[nodiscard]] QList<StreamMessage> read(const QByteArray& bytes);

    /// A line or a message is longer than anything that the server sends: there is no use in reading on.
    [[nodiscard]] bool isOverfull() const { return m_isOverfull; }
    /// What the server asks to wait before connecting again, in milliseconds.
    [[nodiscard]] const std::optional<int>& retryMs() const { return m_retryMs; }

    static constexpr qsizetype messageMax = 1 << 20;

private:
    void takeLine(QList<StreamMessage>& done);
    void takeField(const QByteArray& name, const QByteArray& value);

    QByteArray m_line;
    QByteArray m_event;
    QByteArray m_data;
    QByteArray m_lastId;
    std::optional<int> m_retryMs;
    bool m_isFirstLine = true;
    bool m_wasCarriageReturn = false; // a line feed right after it belongs to the same line end
    bool m_isOverfull = false;
};

} // namespace hpcbill::client

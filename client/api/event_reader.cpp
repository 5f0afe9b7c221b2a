// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/event_reader.h"

#include <algorithm>

namespace hpcbill::client
{

QList<StreamMessage> EventReader::read(const QByteArray& bytes)
{
    QList<StreamMessage> done;
    for (const char byte : bytes) {
        const bool endsCrLf = m_wasCarriageReturn && byte == '\n';
        m_wasCarriageReturn = byte == '\r';
        if (endsCrLf)
            continue;
        if (byte == '\r' || byte == '\n') {
            takeLine(done);
            m_line.clear();
            continue;
        }
        if (m_line.size() + m_data.size() >= messageMax) {
            m_isOverfull = true;
            return done;
        }
        m_line += byte;
    }
    return done;
}

void EventReader::takeLine(QList<StreamMessage>& done)
{
    if (m_isFirstLine && m_line.startsWith("\xEF\xBB\xBF"))
        m_line.remove(0, 3);
    m_isFirstLine = false;
    if (m_line.isEmpty()) {
        if (!m_data.isEmpty()) {
            m_data.chop(1); // the line feed after its last line
            done.append({m_event.isEmpty() ? QByteArray("message") : m_event, m_data, m_lastId});
        }
        m_event.clear();
        m_data.clear();
        return;
    }
    const qsizetype colon = m_line.indexOf(':');
    if (colon == 0)
        return; // a comment: the server only says that it is still there
    if (colon < 0) {
        takeField(m_line, {});
        return;
    }
    QByteArray value = m_line.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    takeField(m_line.left(colon), value);
}

void EventReader::takeField(const QByteArray& name, const QByteArray& value)
{
    if (name == "event") {
        m_event = value;
    } else if (name == "data") {
        m_data += value + '\n';
    } else if (name == "id") {
        if (!value.contains('\0'))
            m_lastId = value;
    } else if (name == "retry") {
        const bool isNumber = !value.isEmpty() && std::all_of(value.begin(), value.end(), [](char digit) {
            return digit >= '0' && digit <= '9';
        });
        bool fits = false;
        const int milliseconds = value.toInt(&fits);
        if (isNumber && fits)
            m_retryMs = milliseconds;
    }
}

} // namespace hpcbill::client

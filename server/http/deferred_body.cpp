// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/deferred_body.h"

namespace hpcbill::http
{

bool DeferredBody::flushPending()
{
    if (m_stream == nullptr)
        m_stream = &m_open();
    m_stream->write(m_pending.data(), static_cast<std::streamsize>(m_pending.size()));
    m_pending.clear();
    return m_stream->good();
}

bool DeferredBody::keep(const char* text, std::size_t count)
{
    m_pending.append(text, count);
    return m_pending.size() < threshold || flushPending();
}

DeferredBody::int_type DeferredBody::overflow(int_type character)
{
    if (traits_type::eq_int_type(character, traits_type::eof()))
        return traits_type::not_eof(character);
    const char one = traits_type::to_char_type(character);
    return keep(&one, 1) ? character : traits_type::eof();
}

std::streamsize DeferredBody::xsputn(const char* text, std::streamsize count)
{
    return keep(text, static_cast<std::size_t>(count)) ? count : 0;
}

int DeferredBody::sync()
{
    return flushPending() && m_stream->flush() ? 0 : -1;
}

} // namespace hpcbill::http

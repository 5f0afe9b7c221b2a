// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <streambuf>
#include <string>

namespace hpcbill::http
{

/// Keeps what is written until 64 KiB have come together; only then is the answer's head sent and the stream
/// opened. What fails before can still be answered with a problem, and a small answer goes out with its
/// length.
class DeferredBody final : public std::streambuf
{
public:
    using Open = std::function<std::ostream&()>;
    explicit DeferredBody(Open open)
        : m_open(std::move(open))
    {
    }

    bool isOpen() const { return m_stream != nullptr; }
    /// What was written and not sent yet.
    const std::string& pending() const { return m_pending; }
    /// Sends what is pending on the open stream. False when the caller has gone.
    bool flushPending();

protected:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* text, std::streamsize count) override;
    /// std::flush sends at once what there is, however little: for what is told as it happens.
    int sync() override;

private:
    static constexpr std::size_t threshold = std::size_t{64} * 1024;
    bool keep(const char* text, std::size_t count);

    Open m_open;
    std::ostream* m_stream = nullptr;
    std::string m_pending;
};

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>

namespace Poco::Net
{
class IPAddress;
}

namespace hpcbill::http
{

/// Whether this address may be connected to.
using AddressRule = std::function<bool(const Poco::Net::IPAddress&)>;

/// A request of ours to somebody else's server.
struct OutgoingRequest {
    Method method = Method::get;
    std::string url; ///< http or https, without a user's name or password
    TextPairs headers = {};
    std::string body = {}; ///< sent with post, put, patch and delete

    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds timeout{30'000}; ///< from the look-up of the name to the answer's last byte
    std::size_t answerLimit = std::size_t{1} << 20; ///< bytes of the body; headers may have 64 KiB

    /// Trusted instead of the system's authorities, where set.
    std::filesystem::path caFile = {};
    /// Asked of each address that is about to be connected to: after its name was looked up, and for each
    /// redirect anew, so that nothing can change between the question and the connection. No proxy is used
    /// then, whatever the environment says: it would connect in our place, unasked.
    AddressRule mayConnect = {};
    /// How many redirects are followed; the one after these is a failure, with 0 it is the answer. As in
    /// browsers 307 and 308 repeat a POST, 301 to 303 make a GET of it. `headers` go to the new place too:
    /// follow only where that may see them.
    int redirects = 0;
};

struct OutgoingAnswer {
    int status = 0;
    TextPairs headers;
    std::string body;

    /// The first header of that name, whatever its case.
    [[nodiscard]] std::optional<std::string> header(std::string_view name) const
    {
        return headerOf(headers, name);
    }
};

/// Why there is no answer. `what()` is a sentence for operators; it names host and port, never the whole URL,
/// whose path and query may hold secrets.
class OutgoingFailure final : public std::runtime_error
{
public:
    enum class Kind {
        invalid,          ///< the URL or a header is none, or none that we use: nothing was sent
        dns,              ///< the name has no address
        refused,          ///< nobody accepts connections there, or there is no way there
        forbiddenAddress, ///< the rule forbids each address of the name
        tls,              ///< no trust, or no TLS: the request was not sent
        timedOut,         ///< it may have been taken all the same, as with those below
        tooLarge,         ///< the answer exceeds what was allowed
        tooManyRedirects,
        broken, ///< the connection ended before the answer did, or what came is no HTTP
        stopped ///< by the stop token
    };
    OutgoingFailure(Kind kind, const std::string& sentence)
        : std::runtime_error(sentence)
        , m_kind(kind)
    {
    }
    ~OutgoingFailure() override;
    [[nodiscard]] Kind kind() const { return m_kind; }

private:
    Kind m_kind;
};

/// Sends the request on a connection of its own and reads the whole answer. The server's certificate and its
/// name are verified always. Any status is an answer; where there is none, throws OutgoingFailure. A request
/// to stop ends it at once.
OutgoingAnswer send(const OutgoingRequest& request, const std::stop_token& stop);

} // namespace hpcbill::http

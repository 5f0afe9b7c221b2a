// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/client.h"

#include "common/invariant.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/String.h>
#include <Poco/URI.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <memory>

namespace hpcbill::http
{
namespace
{

using Kind = OutgoingFailure::Kind;

constexpr std::size_t headersLimit = std::size_t{64} << 10;

struct EndEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct EndMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct EndList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EndEasy>;
using Multi = std::unique_ptr<CURLM, EndMulti>;
using List = std::unique_ptr<curl_slist, EndList>;

/// What one request collects while libcurl works on it.
struct Progress {
    const OutgoingRequest& request;
    OutgoingAnswer answer;
    std::size_t headerBytes = 0;
    bool hasWholeHead = false;
    bool isTooLarge = false;
    bool hasConnected = false;
    std::string forbidden; ///< the last address that the rule refused
};

/// Host and port: what may be told of a URL.
std::string placeOf(const std::string& url)
try {
    const Poco::URI uri(url);
    return fmt::format("{}:{}", uri.getHost(), uri.getPort());
} catch (const Poco::Exception&) {
    return "the URL";
}

std::optional<Poco::Net::IPAddress> addressOf(const curl_sockaddr& target)
{
    if (target.family == AF_INET)
        return Poco::Net::IPAddress(&reinterpret_cast<const sockaddr_in*>(&target.addr)->sin_addr,
                                    sizeof(in_addr));
    if (target.family == AF_INET6) {
        const auto* const six = reinterpret_cast<const sockaddr_in6*>(&target.addr);
        return Poco::Net::IPAddress(&six->sin6_addr, sizeof(in6_addr), six->sin6_scope_id);
    }
    return std::nullopt;
}

/// libcurl asks for each socket just before it connects it to `target`.
curl_socket_t openSocket(void* context, curlsocktype /*purpose*/, curl_sockaddr* target)
{
    auto& progress = *static_cast<Progress*>(context);
    if (progress.request.mayConnect) {
        const std::optional<Poco::Net::IPAddress> address = addressOf(*target);
        if (!address || !progress.request.mayConnect(*address)) {
            progress.forbidden = address ? address->toString() : "an address of an unknown kind";
            return CURL_SOCKET_BAD;
        }
    }
    progress.hasConnected = true;
    // Programs that we start meanwhile are not to have it.
    return socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

std::size_t takeBody(const char* bytes, std::size_t /*one*/, std::size_t size, void* context)
{
    auto& progress = *static_cast<Progress*>(context);
    if (progress.answer.body.size() + size > progress.request.answerLimit) {
        progress.isTooLarge = true;
        return 0;
    }
    progress.answer.body.append(bytes, size);
    return size;
}

std::size_t takeHeader(const char* bytes, std::size_t /*one*/, std::size_t size, void* context)
{
    auto& progress = *static_cast<Progress*>(context);
    progress.headerBytes += size;
    if (progress.headerBytes > headersLimit) {
        progress.isTooLarge = true;
        return 0;
    }
    const std::string line = Poco::trim(std::string(bytes, size));
    if (line.starts_with("HTTP/")) { // of a redirect's answer, or an interim one, nothing is kept
        progress.answer.headers.clear();
        progress.answer.body.clear();
        progress.hasWholeHead = false;
    } else if (line.empty()) {
        progress.hasWholeHead = true;
    } else if (const std::size_t colon = line.find(':'); colon != std::string::npos) {
        progress.answer.headers.emplace_back(line.substr(0, colon), Poco::trim(line.substr(colon + 1)));
    }
    return size;
}

List headerLines(const OutgoingRequest& request)
{
    List list;
    const auto add = [&list](const std::string& line) {
        curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
        invariant(longer != nullptr, "there is memory for a header");
        [[maybe_unused]] curl_slist* const same = list.release();
        list.reset(longer);
    };
    for (const auto& [name, value] : request.headers) {
        if ((name + value).find_first_of(std::string("\r\n\0", 3)) != std::string::npos)
            throw OutgoingFailure(
                Kind::invalid, fmt::format("The value for the header {} has a line break in it, so nothing "
                                           "was sent. See where it is set.",
                                           name.substr(0, name.find_first_of("\r\n"))));
        add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value)); // as libcurl wants it
    }
    add("Expect:"); // a body as small as ours is sent without asking first
    return list;
}

void setBody(CURL* easy, const OutgoingRequest& request)
{
    if (request.method == Method::get)
        return;
    if (request.method == Method::head) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    if (request.method != Method::post)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, std::string(codeOf(request.method)).c_str());
}

void setPlace(CURL* easy, Progress& progress)
{
    const OutgoingRequest& request = progress.request;
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.redirects > 0 ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.redirects));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!request.caFile.empty()) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, request.caFile.c_str());
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr); // the system's, which would be believed beside it
    }
    if (request.mayConnect)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &openSocket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &progress);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.count());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, request.timeout.count());
}

/// The transfer's outcome. libcurl's multi interface, because it can be woken: a request to stop need not
/// wait for the next byte.
CURLcode perform(CURL* easy, const std::stop_token& stop)
{
    const Multi multi(curl_multi_init());
    invariant(multi != nullptr, "libcurl can be used");
    curl_multi_add_handle(multi.get(), easy);
    CURLcode outcome = CURLE_ABORTED_BY_CALLBACK;
    {
        const std::stop_callback wake(stop, [&multi] { curl_multi_wakeup(multi.get()); });
        int running = 1;
        while (!stop.stop_requested()) {
            invariant(curl_multi_perform(multi.get(), &running) == CURLM_OK, "libcurl works");
            if (running == 0)
                break;
            curl_multi_poll(multi.get(), nullptr, 0, 1000, nullptr);
        }
        int left = 0;
        if (const CURLMsg* const done = curl_multi_info_read(multi.get(), &left))
            outcome = done->data.result;
    }
    curl_multi_remove_handle(multi.get(), easy);
    return outcome;
}

Kind kindOf(CURLcode outcome)
{
    switch (outcome) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_LOGIN_DENIED: // a name or password in the URL
        return Kind::invalid;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return Kind::dns;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
        return Kind::refused;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
        return Kind::tls;
    case CURLE_OPERATION_TIMEDOUT:
        return Kind::timedOut;
    case CURLE_TOO_MANY_REDIRECTS:
        return Kind::tooManyRedirects;
    case CURLE_ABORTED_BY_CALLBACK:
        return Kind::stopped;
    default:
        return Kind::broken;
    }
}

std::string sentenceOf(Kind kind, const Progress& progress, const std::string& reason)
{
    const std::string place = placeOf(progress.request.url);
    const long long seconds = std::chrono::ceil<std::chrono::seconds>(progress.request.timeout).count();
    switch (kind) {
    case Kind::invalid:
        return fmt::format("{} cannot be asked: {}.", place, reason);
    case Kind::dns:
        return fmt::format("{} has no address: {}. Is the name right, and does DNS work here?", place,
                           reason);
    case Kind::refused:
        return fmt::format("{} cannot be reached: {}.", place, reason);
    case Kind::forbiddenAddress:
        return fmt::format("{} leads to {}, to which we do not connect.", place, progress.forbidden);
    case Kind::tls:
        return fmt::format(
            "{} is not trusted: {}. See its certificate, and the authorities that are trusted here.", place,
            reason);
    case Kind::timedOut:
        return fmt::format("{} did not answer within {} s: {}.", place, seconds, reason);
    case Kind::tooLarge:
        return fmt::format("{} answered with more than the {} bytes that are read.", place,
                           progress.request.answerLimit);
    case Kind::tooManyRedirects:
        return fmt::format("{} redirects more than {} times.", place, progress.request.redirects);
    case Kind::broken:
        return fmt::format("{} broke off, or answered what is no HTTP: {}.", place, reason);
    case Kind::stopped:
        return fmt::format("The request to {} was stopped.", place);
    }
    return {};
}

[[noreturn]] void fail(CURLcode outcome, const Progress& progress, std::string reason)
{
    Kind kind = kindOf(outcome);
    if (progress.isTooLarge)
        kind = Kind::tooLarge;
    else if (kind == Kind::invalid && progress.hasConnected)
        kind = Kind::broken; // not our URL, but what the server said
    else if (kind == Kind::refused && !progress.forbidden.empty())
        kind = Kind::forbiddenAddress;
    if (reason.empty())
        reason = curl_easy_strerror(outcome);
    while (reason.ends_with('.') || reason.ends_with('\n'))
        reason.pop_back();
    throw OutgoingFailure(kind, sentenceOf(kind, progress, reason));
}

} // namespace

OutgoingFailure::~OutgoingFailure() = default;

OutgoingAnswer send(const OutgoingRequest& request, const std::stop_token& stop)
{
    static const CURLcode library = curl_global_init(CURL_GLOBAL_DEFAULT);
    invariant(library == CURLE_OK, "libcurl can be used");
    const Easy easy(curl_easy_init());
    invariant(easy != nullptr, "libcurl can be used");

    Progress progress{.request = request, .answer = {}, .forbidden = {}};
    std::array<char, CURL_ERROR_SIZE> reason{};
    const List headers = headerLines(request);
    setPlace(easy.get(), progress);
    setBody(easy.get(), request);
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "HPC-Billing");
    curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, &takeHeader);
    curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &progress);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &takeBody);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &progress);
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, reason.data());

    CURLcode outcome = perform(easy.get(), stop);
    if (outcome == CURLE_OK && !progress.hasWholeHead)
        outcome = CURLE_GOT_NOTHING; // libcurl forgives a connection that ends within the headers
    if (outcome != CURLE_OK)
        fail(outcome, progress, reason.data());
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    progress.answer.status = static_cast<int>(status);
    return std::move(progress.answer);
}

} // namespace hpcbill::http

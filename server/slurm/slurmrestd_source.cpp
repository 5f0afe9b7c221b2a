// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurmrestd_source.h"

#include "server/slurm/jobs_answer.h"
#include "server/slurm/slurmrestd_json.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Timespan.h>
#include <fmt/format.h>

#include <array>
#include <vector>

namespace hpcbill::slurm
{
namespace
{

using Poco::Net::HTTPResponse;

constexpr std::size_t longestQuoted = 300;
constexpr std::uint64_t largestText = std::uint64_t{32} << 20; // of what is taken into memory whole
constexpr int unauthorized = 401;
constexpr int noSuchPath = 404;
constexpr int firstServerError = 500;

// From v0.0.40 on (Slurm 23.11) a query that sets any flag, and skip_steps is one, gives up the defaults of the
// others: start and end would be cut to the window, and earlier runs of a requeued job left out. Older versions
// always answer whole and refuse parameters that they do not know.
constexpr int firstWithFlags = 40;
constexpr std::string_view wholeRuns = "&show_duplicates=true&disable_truncate_usage_time=true&scheduler_unset=true";

/// 404: the version is not served, or no longer.
class UnknownPath final : public SourceFailure
{
public:
    using SourceFailure::SourceFailure;
    ~UnknownPath() override = default;
};

Poco::Net::Context::Ptr makeTls(const SlurmrestdSettings& settings)
{
    Poco::Net::Context::Params params;
    params.caLocation = settings.caFile.string();
    params.certificateFile = settings.certificate.string();
    params.privateKeyFile = settings.key.string();
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    params.verificationDepth = 9;
    params.loadDefaultCAs = settings.caFile.empty();
    return new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
}

std::string withoutEnd(std::string text, std::string_view what)
{
    const std::size_t last = text.find_last_not_of(what);
    text.erase(last == std::string::npos ? 0 : last + 1);
    return text;
}

/// Reads to the end and tells how much there was, or throws once more than `limit` has come.
std::uint64_t readBody(std::istream& stream, std::uint64_t limit,
                       const std::function<void(std::string_view)>& onBytes, const std::stop_token& stop)
{
    std::uint64_t size = 0;
    std::vector<char> chunk(std::size_t{64} << 10);
    while (stream) {
        if (stop.stop_requested())
            throw SourceFailure("the poll was stopped");
        stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        const auto count = static_cast<std::size_t>(stream.gcount());
        size += count;
        if (size > limit)
            throw SourceFailure(FailureKind::tooLarge,
                                fmt::format("the answer of slurmrestd is larger than {} bytes", limit));
        onBytes({chunk.data(), count});
    }
    return size;
}

} // namespace

SlurmrestdSource::SlurmrestdSource(SlurmrestdSettings settings)
    : m_settings(std::move(settings))
    , m_token(m_settings)
    , m_cluster(m_settings.cluster,
                "set SLURMRESTD_CLUSTER to the name of the one that is meant, for each cluster that is polled")
{
    Poco::Net::initializeSSL();
    m_settings.url = withoutEnd(m_settings.url, "/");
}

SlurmrestdSource::~SlurmrestdSource()
{
    m_tls = nullptr;
    Poco::Net::uninitializeSSL();
}

void SlurmrestdSource::read(const Window& window, const RecordSink& sink, const std::stop_token& stop)
try {
    if (stop.stop_requested())
        throw SourceFailure("the poll was stopped");
    std::string query =
        fmt::format("start_time=uts{}&end_time=uts{}&skip_steps=true", window.from.time_since_epoch().count(),
                    window.to.time_since_epoch().count());
    if (!m_settings.cluster.empty()) {
        query += "&cluster=";
        Poco::URI::encode(m_settings.cluster, "&=+?#/:,", query);
    }
    const RecordSink ours = m_cluster.in(sink);
    readJobs(query, ours, stop);
    // A window shows only jobs that were eligible at some moment. Those that ended before they ever were are
    // found by state, whose short names v0.0.40 and later do not know.
    readJobs(query + "&state=CANCELLED%2CDEADLINE", ours, stop);
} catch (const Poco::Net::SSLException& error) {
    throw SourceFailure(
        FailureKind::tls,
        fmt::format("{} is not trusted, or does not trust us: {}. See SLURMRESTD_CA_FILE, the name in "
                    "the server's certificate, and SLURMRESTD_CLIENT_CERT_FILE",
                    m_settings.url, error.displayText()));
} catch (const Poco::TimeoutException& error) {
    throw SourceFailure(FailureKind::timedOut,
                        fmt::format("{} did not answer in time: {}", m_settings.url, error.displayText()));
} catch (const Poco::Net::NoMessageException&) {
    throw SourceFailure(FailureKind::truncated,
                        fmt::format("{} closed the connection without an answer", m_settings.url));
} catch (const Poco::Net::ConnectionResetException&) {
    throw SourceFailure(FailureKind::truncated, fmt::format("{} broke the connection off", m_settings.url));
} catch (const Poco::Net::ConnectionAbortedException&) {
    throw SourceFailure(FailureKind::truncated, fmt::format("{} broke the connection off", m_settings.url));
} catch (const Poco::Exception& error) {
    throw SourceFailure(
        FailureKind::refused,
        fmt::format("{} cannot be reached: {}. Does slurmrestd run, and is the address right?",
                    m_settings.url, error.displayText()));
}

void SlurmrestdSource::readJobs(const std::string& query, const RecordSink& sink, const std::stop_token& stop)
try {
    ask(query, sink, stop);
} catch (const SourceFailure& failure) {
    if (failure.kind() != FailureKind::unauthenticated || !m_token.forget())
        throw;
    ask(query, sink, stop); // with a new token
}

std::string SlurmrestdSource::listOfPaths(const std::stop_token& stop)
{
    constexpr std::array places{"/openapi/v3", "/openapi.json", "/openapi"}; // 24.05.0 and .1 answer 404 to the first
    for (const char* place : places) {
        try {
            std::string paths;
            get(place, largestText, [&](std::string_view part) { paths += part; }, stop);
            return paths;
        } catch (const UnknownPath&) {
            if (place == places.back())
                throw;
        }
    }
    return {};
}

void SlurmrestdSource::ask(const std::string& query, const RecordSink& sink, const std::stop_token& stop)
{
    const bool fresh = !m_version;
    if (fresh) {
        std::string paths = listOfPaths(stop);
        m_version = newestKnownVersion(paths);
        if (!m_version)
            throw SourceFailure("slurmrestd serves no version of /slurmdb/…/jobs that this program knows");
    }
    JobsAnswer answer(sink);
    try {
        get(fmt::format("/slurmdb/v0.0.{}/jobs?{}{}", *m_version, query, *m_version >= firstWithFlags ? wholeRuns : ""),
            m_settings.largestAnswer, [&](std::string_view part) { answer.feed(part); }, stop);
    } catch (const UnknownPath&) {
        m_version.reset(); // upgraded meanwhile
        if (fresh)
            throw;
        return ask(query, sink, stop);
    }
    answer.finish();
}

std::unique_ptr<Poco::Net::HTTPClientSession> SlurmrestdSource::connect()
{
    const Poco::URI uri(m_settings.url);
    std::unique_ptr<Poco::Net::HTTPClientSession> session;
    if (uri.getScheme() == "https") {
        if (!m_tls)
            m_tls = makeTls(m_settings);
        session = std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), m_tls);
    } else {
        session = std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
    }
    // slurmdbd may work for minutes on a large window before the first byte comes.
    session->setTimeout(Poco::Timespan(10, 0), Poco::Timespan(30, 0), Poco::Timespan(300, 0));
    return session;
}

void SlurmrestdSource::get(const std::string& target, std::uint64_t limit,
                           const std::function<void(std::string_view)>& onBytes, const std::stop_token& stop)
{
    const std::unique_ptr<Poco::Net::HTTPClientSession> session = connect();
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET,
                                   Poco::URI(m_settings.url).getPath() + target,
                                   Poco::Net::HTTPRequest::HTTP_1_1);
    request.set("X-SLURM-USER-NAME", m_settings.user);
    request.set("X-SLURM-USER-TOKEN", m_token.current(stop));
    request.set("Accept", "application/json");
    request.setKeepAlive(false);
    session->sendRequest(request);
    HTTPResponse response;
    std::istream& stream = session->receiveResponse(response);
    const bool isGood = response.getStatus() == HTTPResponse::HTTP_OK;
    std::string body; // of what is no answer
    const auto append = [&body](std::string_view part) { body += part; };
    const std::uint64_t size = isGood ? readBody(stream, limit, onBytes, stop)
                                      : readBody(stream, largestText, append, stop);
    // Poco takes the end of the connection for the end of the body.
    if (response.hasContentLength() && static_cast<std::int64_t>(size) < response.getContentLength64())
        throw SourceFailure(FailureKind::truncated,
                            fmt::format("the answer of slurmrestd broke off after {} of {} bytes", size,
                                        response.getContentLength64()));
    if (isGood)
        return;

    const std::optional<std::string> errors = errorsOf(body);
    const std::string sentence = fmt::format(
        "slurmrestd answered {} {}: {}", static_cast<int>(response.getStatus()), response.getReason(),
        errors ? *errors : withoutEnd(body.substr(0, longestQuoted), "\r\n"));
    if (static_cast<int>(response.getStatus()) == noSuchPath)
        throw UnknownPath(sentence);
    const int status = static_cast<int>(response.getStatus());
    throw SourceFailure(status == unauthorized       ? FailureKind::unauthenticated
                        : status >= firstServerError ? FailureKind::server
                                                     : FailureKind::other,
                        sentence);
}

} // namespace hpcbill::slurm

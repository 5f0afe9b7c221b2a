// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/reading.h"

#include "common/error.h"

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/String.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <istream>

namespace hpcbill::http
{

namespace
{

constexpr std::size_t drainMax = std::size_t{64} * 1024 * 1024;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the text up to `separator` off the front.
std::string_view takeUntil(std::string_view& text, char separator)
{
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    return trimmed(part);
}

/// Thousandths of a quality value: "0.5" is 500; 0 for what cannot be read.
int quality(std::string_view parameters)
{
    const std::size_t place = parameters.find("q=");
    if (place == std::string_view::npos)
        return 1000;
    const std::string_view value = trimmed(parameters.substr(place + 2));
    if (value.starts_with('1'))
        return 1000;
    std::string digits(value.starts_with("0.") ? value.substr(2, 3) : std::string_view());
    digits.resize(3, '0');
    int thousandths = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), thousandths);
    return thousandths;
}

/// One length, in digits (RFC 9112, 6.3): of two, or of "+5", another reader could make something else.
bool hasPlainLength(const Poco::Net::HTTPServerRequest& request)
{
    int lengths = 0;
    bool isPlain = true;
    for (const auto& [name, value] : request) {
        if (Poco::icompare(name, "Content-Length") != 0)
            continue;
        ++lengths;
        isPlain = isPlain && !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    }
    return isPlain && lengths <= 1;
}

} // namespace

bool announcesTooMuch(const Poco::Net::HTTPServerRequest& request, std::size_t max)
{
    return request.hasContentLength() && static_cast<std::uint64_t>(request.getContentLength64()) > max;
}

std::string readRequestBody(Poco::Net::HTTPServerRequest& request, std::size_t max)
{
    const bool isChunked = request.getChunkedTransferEncoding();
    const bool hasLength = request.hasContentLength();
    if (request.has("Transfer-Encoding") && (!isChunked || hasLength)) {
        request.response().setKeepAlive(false);
        throw InvalidInput("Transfer-Encoding", "Send either Content-Length or Transfer-Encoding: chunked.");
    }
    if (!hasPlainLength(request)) {
        request.response().setKeepAlive(false);
        throw InvalidInput("Content-Length", "Send one length, in digits.");
    }
    if (!isChunked && !hasLength)
        return {};

    const std::string sentence =
        fmt::format("The body is larger than the {} bytes that are taken here.", max);
    if (announcesTooMuch(request, max) && request.getExpectContinue()) {
        request.response().setKeepAlive(
            false); // the caller asks before sending, so there is nothing to drain
        throw PayloadTooLarge(sentence);
    }

    std::string body;
    std::size_t total = 0;
    std::array<char, 16 * 1024> chunk{};
    std::istream& stream = request.stream();
    while (stream.good() && total <= drainMax) {
        stream.read(chunk.data(), chunk.size());
        const auto count = static_cast<std::size_t>(stream.gcount());
        total += count;
        if (total <= max)
            body.append(chunk.data(), count);
    }
    if (total > max) {
        request.response().setKeepAlive(false);
        throw PayloadTooLarge(sentence);
    }
    if (hasLength && total != static_cast<std::uint64_t>(request.getContentLength64())) {
        request.response().setKeepAlive(false);
        throw InvalidInput("", "The body ended before its Content-Length.");
    }
    return body;
}

TextPairs parseCookies(std::string_view header)
{
    TextPairs cookies;
    while (!header.empty()) {
        std::string_view pair = takeUntil(header, ';');
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos)
            cookies.emplace_back(trimmed(pair.substr(0, equals)), trimmed(pair.substr(equals + 1)));
    }
    return cookies;
}

std::string chooseLanguage(std::string_view acceptLanguage, const std::vector<std::string>& supported)
{
    std::string best = supported.front();
    int bestQuality = 0;
    while (!acceptLanguage.empty()) {
        std::string_view entry = takeUntil(acceptLanguage, ',');
        const std::string language = Poco::toLower(std::string(takeUntil(entry, ';')));
        const int weight = quality(entry);
        const std::string primary = language.substr(0, language.find('-'));
        if (weight > bestQuality && std::ranges::find(supported, primary) != supported.end()) {
            best = primary;
            bestQuality = weight;
        }
    }
    return best;
}

std::string_view rawPathOf(std::string_view target)
{
    if (!target.starts_with('/')) {
        const std::size_t scheme = target.find("://");
        const std::size_t slash = scheme == std::string_view::npos ? scheme : target.find('/', scheme + 3);
        if (slash == std::string_view::npos)
            return {};
        target.remove_prefix(slash);
    }
    return target.substr(0, target.find_first_of("?#"));
}

std::string_view rawQueryOf(std::string_view target)
{
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

std::string requestIdFrom(std::string_view sent)
{
    const auto isFit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    };
    if (!sent.empty() && sent.size() <= 64 && std::ranges::all_of(sent, isFit))
        return std::string(sent);
    std::array<unsigned char, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string id;
    for (const unsigned char byte : bytes)
        id += fmt::format("{:02x}", byte);
    return id;
}

std::string bearerToken(std::string_view authorization)
{
    constexpr std::string_view scheme = "bearer ";
    if (authorization.size() <= scheme.size() ||
        Poco::icompare(std::string(authorization.substr(0, scheme.size())), std::string(scheme)) != 0)
        return {};
    return std::string(trimmed(authorization.substr(scheme.size())));
}

} // namespace hpcbill::http

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/request.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/http/problem.h"

#include <Poco/String.h>
#include <fmt/format.h>
#include <openssl/sha.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hpcbill::http
{

namespace
{

constexpr std::array<std::pair<Method, std::string_view>, 6> methods{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::delete_, "DELETE"},
}};

std::optional<int> hexDigit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return std::nullopt;
}

std::optional<std::string> findPair(const TextPairs& pairs, std::string_view name)
{
    const auto found = std::ranges::find(pairs, name, &TextPairs::value_type::first);
    return found == pairs.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

std::string_view codeOf(Method method)
{
    return std::ranges::find(methods, method, &std::pair<Method, std::string_view>::first)->second;
}

std::optional<Method> parseMethod(std::string_view word)
{
    const auto found = std::ranges::find(methods, word, &std::pair<Method, std::string_view>::second);
    return found == methods.end() ? std::nullopt : std::optional(found->first);
}

const std::string& Request::parameter(std::string_view name) const
{
    const auto found = m_parts.parameters.find(name);
    invariant(found != m_parts.parameters.end(), "a handler asks only for parameters of its route's pattern");
    return found->second;
}

std::int64_t Request::integerParameter(std::string_view name) const
{
    const std::string& text = parameter(name);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1)
        throw NotFound(fmt::format("There is nothing at {}: {} is not a number.", m_parts.path, name));
    return value;
}

std::optional<std::string> headerOf(const TextPairs& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (Poco::icompare(key, std::string(name)) == 0)
            return value;
    }
    return std::nullopt;
}

std::optional<std::string> Request::header(std::string_view name) const
{
    return headerOf(m_parts.headers, name);
}

std::optional<std::string> Request::cookie(std::string_view name) const
{
    return findPair(m_parts.cookies, name);
}

TextPairs Request::form() const
{
    const std::string type = header("Content-Type").value_or("");
    if (Poco::icompare(Poco::trim(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded") != 0)
        throw UnsupportedMediaType("Send a form: Content-Type application/x-www-form-urlencoded.");
    return parseFormEncoded(m_parts.body);
}

api::Actor Request::actor() const
{
    if (!m_parts.principal)
        throw Unauthenticated("Log in first.");
    return {m_parts.principal->username, m_parts.principal->role, m_parts.address, m_parts.requestId};
}

api::Actor Request::visitor(std::string_view claimedName) const
{
    return {std::string(claimedName), std::nullopt, m_parts.address, m_parts.requestId};
}

std::optional<api::IdempotencyKey> Request::idempotency(std::string_view content) const
{
    const std::optional<std::string> key = header("Idempotency-Key");
    if (!key)
        return std::nullopt;
    if (key->empty() || key->size() > 255 ||
        !std::ranges::all_of(*key, [](char c) { return c > ' ' && c <= '~'; }))
        throw InvalidInput("Idempotency-Key", "Must be 1 to 255 visible ASCII characters.");
    const std::string text = fmt::format("{} {}\n{}", codeOf(m_parts.method), m_parts.path, content);
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return api::IdempotencyKey{*key, digest};
}

std::optional<std::string> decodePercent(std::string_view text, bool plusIsSpace)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char character = text[i];
        if (character == '+' && plusIsSpace) {
            character = ' ';
        } else if (character == '%') {
            if (i + 2 >= text.size())
                return std::nullopt;
            const std::optional<int> high = hexDigit(text[i + 1]);
            const std::optional<int> low = hexDigit(text[i + 2]);
            if (!high || !low)
                return std::nullopt;
            character = static_cast<char>(*high * 16 + *low);
            i += 2;
        }
        if (character == '\0')
            return std::nullopt;
        decoded += character;
    }
    if (!simdjson::validate_utf8(decoded.data(), decoded.size()))
        return std::nullopt;
    return decoded;
}

std::string encodePercent(std::string_view text)
{
    std::string encoded;
    for (const char character : text) {
        const bool letterOrDigit = (character >= 'a' && character <= 'z') ||
                                   (character >= 'A' && character <= 'Z') ||
                                   (character >= '0' && character <= '9');
        if (letterOrDigit || std::string_view("-._~").find(character) != std::string_view::npos)
            encoded += character;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
    return encoded;
}

TextPairs parseFormEncoded(std::string_view text)
{
    TextPairs pairs;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        if (pair.empty())
            continue;
        const std::size_t equals = pair.find('=');
        std::optional<std::string> name = decodePercent(pair.substr(0, equals), true);
        std::optional<std::string> value =
            equals == std::string_view::npos ? std::string() : decodePercent(pair.substr(equals + 1), true);
        if (!name || !value)
            throw InvalidInput(name.value_or(""), "Has an escape (%XX) that cannot be read.");
        pairs.emplace_back(*std::move(name), *std::move(value));
    }
    return pairs;
}

} // namespace hpcbill::http

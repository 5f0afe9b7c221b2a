// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/signature.h"

#include "server/crypto/hmac.h"
#include "server/http/csrf.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace hpcbill::payments
{
namespace
{

constexpr std::chrono::seconds tolerance{300};

Verdict refused(std::string reason)
{
    return {.isGenuine = false, .secretId = std::nullopt, .reason = std::move(reason)};
}

/// None for anything but plain digits of a moment that can be told.
std::optional<std::chrono::sys_seconds> parseSeconds(const std::string& text)
{
    constexpr std::size_t digitsMax = 11; // the year 5138
    std::int64_t seconds = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seconds);
    if (error != std::errc() || stop != end || seconds < 0 || text.size() > digitsMax)
        return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

std::string lengthText(std::chrono::seconds length)
{
    using std::chrono::hours;
    using std::chrono::minutes;
    if (length < minutes(120))
        return fmt::format("{} minutes", std::chrono::floor<minutes>(length).count());
    if (length < hours(48))
        return fmt::format("{} hours", std::chrono::floor<hours>(length).count());
    return fmt::format("{} days", std::chrono::floor<std::chrono::days>(length).count());
}

} // namespace

Verdict judge(const SentSignature& sent, std::string_view body, const std::vector<SigningSecret>& secrets,
              UtcTime now, const KeyOf& keyOf)
{
    const auto time = parseSeconds(sent.time);
    if (!time)
        return refused("The signature does not say when it was made.");
    if (sent.signatures.empty())
        return refused("The header holds no signature of the kind that is checked.");
    if (secrets.empty())
        return refused("No secret is in force: add the one that the provider signs with.");

    const std::string message = fmt::format("{}.{}", sent.time, body);
    std::optional<std::int64_t> fitting;
    for (const SigningSecret& secret : secrets) {
        const std::optional<std::string> key = secret.value ? keyOf(*secret.value) : std::nullopt;
        const std::string expected = key ? crypto::toHex(crypto::hmacSha256(*key, message)) : std::string();
        for (const std::string& signature : sent.signatures) {
            if (http::isSameSecret(signature, expected) && key && !fitting)
                fitting = secret.id;
        }
    }
    const bool areAllOpen = std::ranges::all_of(secrets, [](const auto& one) { return one.value.has_value(); });
    if (!fitting)
        return refused(areAllOpen ? "No secret in force matches the signature."
                                  : "No secret that can be opened matches the signature: one was stored under "
                                    "another APP_SECRET_KEY. Put that back, or add the secret again.");

    const auto age = std::chrono::floor<std::chrono::seconds>(now) - *time;
    if (age > tolerance)
        return refused(fmt::format("The signature is {} old.", lengthText(age)));
    if (age < -tolerance) {
        return refused(fmt::format("The signature is from {} in the future: a clock is wrong, here or there.",
                                   lengthText(-age)));
    }
    return {.isGenuine = true, .secretId = fitting, .reason = {}};
}

} // namespace hpcbill::payments

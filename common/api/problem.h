// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::api
{

/// Codes of refusals that both ends act upon; those of `common/error.h`'s kinds, and what comes from HTTP
/// alone.
namespace code
{
inline constexpr std::string_view invalidInput = "invalid_input";
inline constexpr std::string_view notFound = "not_found";
inline constexpr std::string_view stale = "stale";
inline constexpr std::string_view preconditionRequired = "precondition_required";
inline constexpr std::string_view forbidden = "forbidden";
inline constexpr std::string_view passwordChangeRequired = "password_change_required";
inline constexpr std::string_view unauthenticated = "unauthenticated";
inline constexpr std::string_view payloadTooLarge = "payload_too_large";
inline constexpr std::string_view amountTooLarge = "amount_too_large";
inline constexpr std::string_view overloaded = "overloaded";
inline constexpr std::string_view methodNotAllowed = "method_not_allowed";
inline constexpr std::string_view unsupportedMediaType = "unsupported_media_type";
inline constexpr std::string_view unavailable = "unavailable";
inline constexpr std::string_view internal = "internal";
} // namespace code

/// `type` of a problem (RFC 9457): "urn:hpcbill:problem:stale".
std::string problemType(std::string_view code);

/// The code of such a type; none for a type of somebody else's.
std::optional<std::string> codeOfProblemType(std::string_view type);

} // namespace hpcbill::api

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace hpcbill::http
{

/// The cookies of the pages. Over TLS they carry the prefix `__Host-`, so that no neighbouring host can plant
/// them.
std::string sessionCookieName(bool secure);
/// Holds a random value for visitors who have not signed in, so that the login form is protected too.
std::string visitCookieName(bool secure);
inline constexpr std::string_view languageCookieName = "hpcbill_lang";

/// The form field that carries the token.
inline constexpr std::string_view csrfField = "csrf";

/// What forms must carry: derived from the session's (or visit's) secret, which no other site can read.
std::string csrfTokenFor(std::string_view secret);
/// Compares secrets in a time that tells nothing of them but their length.
bool isSameSecret(std::string_view left, std::string_view right);

/// 32 random bytes as base64url.
std::string randomToken();

} // namespace hpcbill::http

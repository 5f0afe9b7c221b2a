// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/time/time.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hpcbill::webhooks
{

/// A delivery is tried for so long, from its first try on; the last try comes at the end of it.
inline constexpr std::chrono::hours triesEnd{72};
/// An endpoint that did nothing but fail for so long is paused.
inline constexpr std::chrono::hours failuresPause{120};

/// A delivery that has just failed.
struct FailedTries {
    UtcTime since;                    ///< the first try
    std::int64_t failures = 1;        ///< since then, this one included
    std::optional<UtcTime> notBefore; ///< what the consumer asked for by Retry-After
};

/// When to try again: after 5 s, 30 s, 2 min, 10 min, 1 h, 3 h, then every 6 h, each up to a fifth longer or
/// shorter by `chance` (0 to 999), and not before the consumer wants, within 6 h. None once its time has
/// passed.
std::optional<UtcTime> nextTry(const FailedTries& tries, UtcTime now, int chance);

/// The moment that a Retry-After names (RFC 9110, 10.2.3): seconds from now, or a date. None for what is
/// neither.
std::optional<UtcTime> parseRetryAfter(std::string_view header, UtcTime now);

} // namespace hpcbill::webhooks

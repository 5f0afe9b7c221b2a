// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identity.h"
#include "server/postgres/transaction.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::identity
{

/// Whom guesses are counted for: a user name and where they come from. Each pair has a count of its own, so that
/// nobody locks out somebody elsewhere; each place has one for the guesses at all names, so that nobody goes
/// through a list of them.
struct Guesser {
    std::string username;
    std::string place;
};

/// What counts as one place: an IPv4 address, and of an IPv6 address the /64, since whoever has one address of it
/// has them all.
std::string placeOf(const std::string& address);
/// As an operator writes it: an address, or the network that AuthLock::address shows; none for anything else.
std::optional<std::string> parsePlace(const std::string& text);

/// Where an attempt stands: its number within the window, from 1, for the pair and for the place.
struct Attempt {
    std::int32_t ofPair = 0;
    std::int32_t ofPlace = 0;
};

/// When the lock in force ends that keeps the guesser out; none when there is none.
std::optional<UtcTime> lockedUntil(postgres::Transaction& tx, const Guesser& guesser);
/// Counts the attempt as a failure beforehand: of many at once each gets its own number, so that no crowd can
/// guess more often than allowed.
Attempt countAttempt(postgres::Transaction& tx, const Guesser& guesser, std::chrono::seconds window);
/// The password was not looked at after all.
void uncountAttempt(postgres::Transaction& tx, const Guesser& guesser);
/// The password was right: what this pair had failed before is forgotten, at its place too.
void forgetAttempts(postgres::Transaction& tx, const Guesser& guesser);

/// The lock that is put on the pair, or on the whole place; none when somebody has just unlocked it.
std::optional<AuthLock> lockPair(postgres::Transaction& tx, const Guesser& guesser, UtcTime until);
std::optional<AuthLock> lockPlace(postgres::Transaction& tx, const std::string& place, UtcTime until);

/// Removes the locks that have ended, at most `limit`, or those of this guesser alone.
std::vector<AuthLock> endLocks(postgres::Transaction& tx, std::int64_t limit);
std::vector<AuthLock> endLocksOf(postgres::Transaction& tx, const Guesser& guesser);
/// Removes counts whose window began before `before`, at most `limit`.
void forgetOldAttempts(postgres::Transaction& tx, UtcTime before, std::int64_t limit);

std::vector<AuthLock> locksInForce(postgres::Transaction& tx, std::int64_t limit,
                                   std::optional<AuthLockId> before);
/// None when there is no such lock.
std::optional<AuthLock> removeLock(postgres::Transaction& tx, AuthLockId id);
/// The lock in force on a whole place, and none of the pairs there; none when there is no such lock.
std::optional<AuthLock> removePlaceLock(postgres::Transaction& tx, const std::string& place);

/// What there was of a user name.
struct Forgotten {
    std::vector<AuthLock> inForce;
    std::vector<AuthLock> ended; ///< over before, and not on record yet
};
/// Removes the locks and counts of a user name, from wherever.
Forgotten forgetUser(postgres::Transaction& tx, const std::string& username);

} // namespace hpcbill::identity

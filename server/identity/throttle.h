// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identity.h"
#include "server/postgres/transaction.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpcbill::identity
{

/// Where an attempt stands before its password is looked at.
struct Attempt {
    std::int64_t number = 0;            ///< within the window, from 1
    std::optional<UtcTime> lockedUntil; ///< in force: the password is not to be looked at
};

/// Counts the attempt as a failure beforehand: of many at once each gets its own number, so that no crowd can
/// guess more often than allowed. A success forgets them all.
Attempt countAttempt(postgres::Transaction& tx, const std::string& username, const std::string& address,
                     std::chrono::seconds window);
void lockAttempts(postgres::Transaction& tx, const std::string& username, const std::string& address,
                  UtcTime until);
void forgetAttempts(postgres::Transaction& tx, const std::string& username, const std::string& address);
/// Those of pairs that have not been tried since `before`.
void forgetOldAttempts(postgres::Transaction& tx, UtcTime before);

std::vector<AuthLock> locksInForce(postgres::Transaction& tx, std::int64_t limit,
                                   std::optional<AuthLockId> before);
/// None when there is no such lock.
std::optional<AuthLock> removeLock(postgres::Transaction& tx, AuthLockId id);
std::int64_t forgetUser(postgres::Transaction& tx, const std::string& username);

} // namespace hpcbill::identity

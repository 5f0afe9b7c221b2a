// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identity.h"
#include "server/identity/turns.h"

#include <string>
#include <string_view>

namespace hpcbill::identity
{

/// Argon2id by libsodium. A hash takes its memory whole, so only a few are made at once: a crowd at the login
/// waits instead of taking all memory. Shared by all threads.
class PasswordHasher final
{
public:
    explicit PasswordHasher(PasswordCost cost);

    /// Throws Overloaded when too many wait, as verify() does.
    std::string hash(std::string_view password) const;
    /// Without a hash (there is no such user) the same work is done against one that nothing matches. `rank`:
    /// who has failed more waits longer.
    bool verify(const std::optional<std::string>& hash, std::string_view password, std::int64_t rank = 0) const;
    /// Whether a guess against this hash costs less than it would against one made today.
    bool isOutdated(const std::string& hash) const;
    /// What guesses at users that there are not are compared with.
    const std::string& nobody() const { return m_nobody; }

private:
    static constexpr int atOnce = 4;
    static constexpr std::size_t waitingMax = 16; ///< more would hold up threads that others need

    PasswordCost m_cost;
    mutable Turns m_turns{atOnce, waitingMax, std::chrono::seconds(10)};
    std::string m_nobody;
};

} // namespace hpcbill::identity

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identity.h"

#include <semaphore>
#include <string>
#include <string_view>

namespace hpcbill::identity {

/// Argon2id by libsodium. A hash takes its memory whole, so only a few are made at once: a crowd at the login waits instead of
/// taking all memory. Shared by all threads.
class PasswordHasher final {
public:
    explicit PasswordHasher(PasswordCost cost);

    /// Throws Overloaded when too many wait.
    std::string hash(std::string_view password) const;
    /// Without a hash (there is no such user) the same work is done against one that nothing matches.
    bool verify(const std::optional<std::string>& hash, std::string_view password) const;

private:
    class Turn;
    static constexpr int atOnce = 4;

    PasswordCost m_cost;
    mutable std::counting_semaphore<atOnce> m_turns{atOnce};
    std::string m_nobody;
};

}  // namespace hpcbill::identity

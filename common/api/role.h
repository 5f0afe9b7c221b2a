// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::api
{

/// What somebody may do. `user` sees their own; `auditor` reads everything; `operator_` settles; `admin` may
/// all.
enum class Role { user, auditor, operator_, admin };

/// "user", "auditor", "operator", "admin".
std::string_view codeOf(Role role);
std::optional<Role> parseRole(std::string_view code);

/// The roles that a route admits.
class RoleSet final
{
public:
    constexpr RoleSet() = default;
    constexpr explicit RoleSet(Role role)
        : m_bits(bit(role))
    {
    }

    constexpr RoleSet operator|(RoleSet other) const
    {
        RoleSet both;
        both.m_bits = static_cast<std::uint8_t>(m_bits | other.m_bits);
        return both;
    }
    /// The same roles and also those who have not signed in.
    constexpr RoleSet orAnonymous() const
    {
        RoleSet wider = *this;
        wider.m_bits = static_cast<std::uint8_t>(m_bits | anonymousBit);
        return wider;
    }

    [[nodiscard]] constexpr bool admits(Role role) const { return (m_bits & bit(role)) != 0; }
    [[nodiscard]] constexpr bool admitsAnonymous() const { return (m_bits & anonymousBit) != 0; }

    bool operator==(const RoleSet&) const = default;

private:
    static constexpr std::uint8_t anonymousBit = 0x80;
    static constexpr std::uint8_t bit(Role role)
    {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
    }

    std::uint8_t m_bits = 0;
};

inline constexpr RoleSet admins = RoleSet{Role::admin};
inline constexpr RoleSet operators = RoleSet{Role::operator_} | admins;
inline constexpr RoleSet auditors = RoleSet{Role::auditor} | admins;
inline constexpr RoleSet readers = operators | auditors;
inline constexpr RoleSet signedIn = RoleSet{Role::user} | readers;
inline constexpr RoleSet anyone = signedIn.orAnonymous();

/// Who acts: for rights and for the audit record.
struct Actor {
    std::string name;         ///< user name, or "system"
    std::optional<Role> role; ///< none for the system itself
    std::string address;      ///< of the caller; empty for the system and the command line
    std::string requestId;    ///< empty outside a request

    bool operator==(const Actor&) const = default;
};

} // namespace hpcbill::api

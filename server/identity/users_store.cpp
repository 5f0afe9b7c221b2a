// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/users_store.h"

#include "common/error.h"

#include <fmt/format.h>

namespace hpcbill::identity
{

namespace
{

constexpr std::size_t passwordMin = 8;
constexpr std::size_t passwordMax = 1024;

constexpr postgres::Statement passwordHash{"identity.password_hash", R"sql(
    select password_hash from users where username = $1 and (disabled_at is null or $2)
)sql"};

constexpr postgres::Statement replaceStatement{"identity.replace_password", R"sql(
    update users set password_hash = $3, password_changed_at = $4, password_must_change = false
    where username = $1 and password_hash = $2 and disabled_at is null
)sql"};

constexpr postgres::Statement rehashStatement{"identity.rehash_password", R"sql(
    update users set password_hash = $3 where username = $1 and password_hash = $2
)sql"};

} // namespace

std::optional<std::string> passwordHashOf(postgres::Transaction& tx, const std::string& username, Disabled disabled)
{
    const postgres::Result rows = tx.execute(passwordHash, username, disabled == Disabled::too);
    return rows.empty() ? std::nullopt : std::optional(rows[0].as<std::string>(0));
}

bool replacePassword(postgres::Transaction& tx, const std::string& username, const std::string& oldHash,
                     const std::string& newHash)
{
    return tx.execute(replaceStatement, username, oldHash, newHash, tx.now()).affectedRows() == 1;
}

bool rehashPassword(postgres::Transaction& tx, const std::string& username, const std::string& oldHash,
                    const std::string& newHash)
{
    return tx.execute(rehashStatement, username, oldHash, newHash).affectedRows() == 1;
}

void checkPassword(std::string_view password, const std::string& field)
{
    if (password.size() < passwordMin)
        throw InvalidInput(field, fmt::format("Must have at least {} characters.", passwordMin));
    if (password.size() > passwordMax)
        throw InvalidInput(field, fmt::format("Must have at most {} bytes.", passwordMax));
}

} // namespace hpcbill::identity

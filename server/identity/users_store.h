// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identity.h"
#include "server/postgres/transaction.h"

#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::identity
{

enum class Disabled { no, too };
/// Of a user who may log in; of any with `Disabled::too`.
std::optional<std::string> passwordHashOf(postgres::Transaction& tx, const std::string& username, Disabled disabled = Disabled::no);

/// A password that its user chose. False when it is not `oldHash` any more, or the user is disabled.
bool replacePassword(postgres::Transaction& tx, const std::string& username, const std::string& oldHash,
                     const std::string& newHash);
/// The same password under another hash. False when it is not `oldHash` any more.
bool rehashPassword(postgres::Transaction& tx, const std::string& username, const std::string& oldHash,
                    const std::string& newHash);

/// Throws InvalidInput{`field`} for what is no password.
void checkPassword(std::string_view password, const std::string& field);

} // namespace hpcbill::identity

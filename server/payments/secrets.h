// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

namespace hpcbill::payments
{

/// A secret that signs a provider's webhooks; what it is never leaves the server again.
struct Secret {
    std::int64_t id = 0;
    std::string provider;
    std::string name;
    bool isFromConfiguration = false;
    UtcTime createdAt;
    std::string createdBy;
    std::optional<UtcTime> lastUsedAt; ///< to the minute
    std::optional<UtcTime> retiredAt;
    std::optional<std::string> retiredBy;
};

/// Every secret in force of the provider, opened. In the caller's transaction, so that one that was retired a
/// moment ago verifies nothing any more.
std::vector<SigningSecret> secretsInForce(postgres::Transaction& tx, const Payments::Insides& insides,
                                          const std::string& provider);
/// Remembers that it verified a message; writes once a minute at most.
void noteUse(postgres::Transaction& tx, std::int64_t secret);

/// All of them, newest first, before the id `before`.
std::vector<Secret> listSecrets(postgres::Transaction& tx, std::int64_t limit, std::optional<std::int64_t> before);
/// Puts a secret in force beside those that are. Throws Conflict for one that is in force already.
Secret addSecret(Payments::Insides& insides, const std::string& provider, const std::string& name,
                 const std::string& secret, const api::Actor& by);
/// From here on it verifies nothing. Throws NotFound; one that is retired stays so.
void retireSecret(Payments::Insides& insides, std::int64_t id, const api::Actor& by);
/// Brings in the secrets of the configuration that were never seen. One that was retired here stays retired.
void takeConfiguredSecrets(Payments::Insides& insides);

} // namespace hpcbill::payments

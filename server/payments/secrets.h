// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

namespace hpcbill::payments
{

/// Every secret in force of the provider, opened. In the caller's transaction, so that one that was retired a
/// moment ago verifies nothing any more.
std::vector<SigningSecret> secretsInForce(postgres::Transaction& tx, const Payments::Insides& insides,
                                          const std::string& provider);
/// Remembers that it verified a message; writes once a minute at most.
void noteUse(postgres::Transaction& tx, std::int64_t secret);

/// Brings in the secrets of the configuration that were never seen. One that was retired here stays retired.
void takeConfiguredSecrets(Payments::Insides& insides);

} // namespace hpcbill::payments

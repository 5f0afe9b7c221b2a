// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace hpcbill::postgres
{
class Transaction;
}

namespace hpcbill::webhooks
{

/// Something that webhook consumers may want to hear of.
struct Event {
    std::string type;            ///< `receipt.paid`
    nlohmann::ordered_json data; ///< its subject as the API shows it
};

/// Takes events that leave the server together with the change that they tell of.
class Outbox final
{
public:
    /// Puts an event on its way within the caller's transaction: it is sent when, and only when, that commits.
    /// From here to the end of the transaction others who have events wait, so that consumers hear of changes
    /// in the order in which they were committed. Call late, and before the audit record.
    void add(postgres::Transaction& tx, const Event& event) const;
};

} // namespace hpcbill::webhooks

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/audit/audit.h"
#include "server/identity/identity.h"
#include "server/identity/password.h"
#include "tests/support/test_database.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <string>

namespace hpcbill::identity
{

inline const api::Actor root{"root", api::Role::admin, "192.0.2.1", "request-1"};
inline const std::string password = "correct horse";

inline api::Actor visitorFrom(std::string address)
{
    return {"alice", std::nullopt, std::move(address), "request-2"};
}

/// Everything of identity on a database of its own.
struct World {
    explicit World(SessionOptions options = {})
        : log(metrics)
        , users({database.pool(), log}, PasswordCost::least())
        , sessions({database.pool(), log, users, metrics}, options)
    {
    }

    std::string token(SessionKind kind = SessionKind::api)
    {
        return sessions.logIn("alice", password, kind, visitorFrom("192.0.2.7")).token;
    }
    std::string nameBehind(const std::string& token,
                           http::Credentials::Kind kind = http::Credentials::Kind::bearer)
    {
        const auto principal = sessions.authenticate({kind, token});
        return principal ? principal->username : "";
    }
    std::string metric(const std::string& name) const
    {
        const std::string all = prometheus::TextSerializer().Serialize(metrics.Collect());
        const std::size_t place = all.find("\n" + name + " ");
        return place == std::string::npos
                   ? "none"
                   : all.substr(place + name.size() + 2, all.find('\n', place + 1) - place - name.size() - 2);
    }
    std::string lastAction() const
    {
        return database.value(
            "select action || ' ' || outcome || ' ' || target_id from audit_log order by seq desc limit 1");
    }

    support::TestDatabase database;
    prometheus::Registry metrics;
    audit::Log log;
    Users users;
    Sessions sessions;
};

} // namespace hpcbill::identity

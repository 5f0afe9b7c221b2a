// SPDX-License-Identifier: GPL-3.0-or-later
// user add, password, role, unlock, list
#include "common/error.h"
#include "server/app/features.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::cli
{
namespace
{

api::Role readRole(const std::string& code)
{
    const auto role = api::parseRole(code);
    if (!role)
        throw UsageError(fmt::format("{} is not a role: user, auditor, operator or admin", code));
    return *role;
}

nlohmann::ordered_json toJson(const identity::User& user)
{
    return {{"username", user.username}, {"role", api::codeOf(user.role)}, {"disabled", user.disabled}};
}

int add(Invocation& call)
{
    const std::string name = call.positional("NAME");
    const api::Role role = readRole(call.requiredOption("--role"));
    const bool isTemporary = call.flag("--temporary");
    call.finish();
    const std::string password = readSecret(fmt::format("Password for {}", name));
    app::Features features(call.config(), app::Amounts::leftAlone);
    const identity::User user = features.users.add({name, password, role, isTemporary}, std::nullopt, operatorAtTheShell());
    call.answer(toJson(user), fmt::format("Added {} as {}.", user.username, api::codeOf(user.role)));
    return good;
}

int setPassword(Invocation& call)
{
    const std::string name = call.positional("NAME");
    const bool isPermanent = call.flag("--permanent");
    call.finish();
    const std::string password = readSecret(fmt::format("New password for {}", name));
    app::Features features(call.config(), app::Amounts::leftAlone);
    features.users.setPassword(name, password,
                               isPermanent ? identity::AfterReset::mayKeep : identity::AfterReset::mustChange,
                               operatorAtTheShell());
    call.answer({{"username", name}, {"must_change_password", !isPermanent}},
                fmt::format("The password of {} was set; all sessions of it have ended{}.", name,
                            isPermanent ? "" : ", and at the next login it must be changed"));
    return good;
}

int setRole(Invocation& call)
{
    const std::string name = call.positional("NAME");
    const api::Role role = readRole(call.positional("ROLE"));
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    const auto user =
        features.users.change(name, {.role = role, .disabled = {}}, std::nullopt, operatorAtTheShell());
    call.answer(toJson(user),
                fmt::format("{} is {} now; all sessions of it have ended.", name, api::codeOf(role)));
    return good;
}

int unlockUser(const Invocation& call, identity::Sessions& sessions, const std::string& name, const std::string& reason)
{
    const std::int64_t locks = sessions.unlockUser(name, reason, operatorAtTheShell());
    call.answer({{"username", name}, {"unlocked", locks}},
                locks > 0 ? fmt::format("{} may log in again from {} address(es).", name, locks)
                          : fmt::format("{} was not locked. Where a whole address is, `hpcbill user unlock --address ADDRESS` helps.", name));
    return good;
}

int unlockAddress(const Invocation& call, identity::Sessions& sessions, const std::string& address, const std::string& reason)
try {
    const std::optional<std::string> unlocked = sessions.unlockAddress(address, reason, operatorAtTheShell());
    call.answer({{"address", unlocked.value_or(address)}, {"unlocked", unlocked ? 1 : 0}},
                unlocked ? fmt::format("Who comes from {} may log in again.", *unlocked)
                         : fmt::format("{} was not locked. Where one user is, `hpcbill user unlock NAME` helps.", address));
    return good;
} catch (const InvalidInput& notAnAddress) {
    throw UsageError(notAnAddress.what());
}

int unlock(Invocation& call)
{
    const std::string reason = call.option("--reason").value_or("not given");
    const std::optional<std::string> address = call.option("--address");
    const std::optional<std::string> name = call.optionalPositional();
    call.finish();
    if (name.has_value() == address.has_value())
        throw UsageError("user unlock takes either the NAME of a user or --address ADDRESS");
    if (name && name->empty())
        throw UsageError("the NAME of the user is empty");
    app::Features features(call.config(), app::Amounts::leftAlone);
    return name ? unlockUser(call, features.sessions, *name, reason) : unlockAddress(call, features.sessions, *address, reason);
}

int list(Invocation& call)
{
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    auto json = nlohmann::ordered_json::array();
    std::string lines;
    std::optional<std::string> after;
    for (;;) {
        const auto page = features.users.list(tx, 1000, after);
        if (page.empty())
            break;
        for (const identity::User& user : page) {
            json.push_back(toJson(user));
            lines += fmt::format("{}{:<24} {:<9}{}", lines.empty() ? "" : "\n", user.username,
                                 api::codeOf(user.role), user.disabled ? " disabled" : "");
        }
        after = page.back().username;
    }
    call.answer({{"items", json}}, lines.empty() ? "There are no users." : lines);
    return good;
}

} // namespace

int user(Invocation& call)
{
    const std::string what = call.positional("add, password, role, unlock or list");
    if (what == "add")
        return add(call);
    if (what == "password")
        return setPassword(call);
    if (what == "role")
        return setRole(call);
    if (what == "unlock")
        return unlock(call);
    if (what == "list")
        return list(call);
    throw UsageError(fmt::format("user {} is not understood: add, password, role, unlock or list", what));
}

} // namespace hpcbill::cli

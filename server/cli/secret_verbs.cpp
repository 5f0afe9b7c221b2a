// SPDX-License-Identifier: GPL-3.0-or-later
// secrets rotate, retire, list: what verifies the webhooks of payment providers
#include "server/app/features.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <Poco/NumberParser.h>
#include <fmt/format.h>

namespace hpcbill::cli
{
namespace
{


nlohmann::ordered_json toJson(const payments::Secret& secret)
{
    const auto timeOrNull = [](const std::optional<UtcTime>& time) {
        return time ? nlohmann::ordered_json(toRfc3339(*time)) : nlohmann::ordered_json();
    };
    return {{"id", secret.id},
            {"provider", secret.provider},
            {"name", secret.name},
            {"created_at", toRfc3339(secret.createdAt)},
            {"last_used_at", timeOrNull(secret.lastUsedAt)},
            {"retired_at", timeOrNull(secret.retiredAt)}};
}

std::string sentenceOf(const payments::Secret& secret)
{
    return fmt::format("{:>4} {:<8} {:<28} {:<9} {}", secret.id, secret.provider, secret.name,
                       secret.retiredAt ? "retired" : "in force",
                       secret.lastUsedAt ? "last used " + toRfc3339(*secret.lastUsedAt) : "never used");
}

int rotate(Invocation& call)
{
    const std::string provider = call.positional("PROVIDER");
    const std::string name = call.option("--name").value_or("from the command line");
    call.finish();
    const std::string secret = readSecret(fmt::format("New webhook secret of {}", provider));
    if (secret.size() < payments::NewSecret::bytesMin)
        throw UsageError(fmt::format("a webhook secret has at least {} bytes", payments::NewSecret::bytesMin));
    app::Features features(call.config(), app::Amounts::leftAlone);
    const payments::Secret added = features.payments.addSecret({provider, name, secret}, std::nullopt, operatorAtTheShell());
    call.answer(toJson(added),
                fmt::format("Secret {} of {} is in force beside those before it. When `hpcbill secrets list` "
                            "shows that they are no longer used, retire them.",
                            added.id, provider));
    return good;
}

int retire(Invocation& call)
{
    const std::string word = call.positional("ID");
    call.finish();
    Poco::Int64 id = 0;
    if (!Poco::NumberParser::tryParse64(word, id))
        throw UsageError(fmt::format("{} is not the number of a secret", word));
    app::Features features(call.config(), app::Amounts::leftAlone);
    features.payments.retireSecret(id, operatorAtTheShell());
    call.answer({{"id", id}}, fmt::format("Secret {} verifies nothing any more.", id));
    return good;
}

int list(Invocation& call)
{
    call.finish();
    app::Features features(call.config(), app::Amounts::leftAlone);
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    auto json = nlohmann::ordered_json::array();
    std::string lines;
    for (const payments::Secret& secret : features.payments.secrets(tx, 1000, std::nullopt)) {
        json.push_back(toJson(secret));
        lines += (lines.empty() ? "" : "\n") + sentenceOf(secret);
    }
    call.answer({{"items", json}}, lines.empty() ? "There are no webhook secrets." : lines);
    return good;
}

} // namespace

int secrets(Invocation& call)
{
    const std::string what = call.positional("rotate, retire or list");
    if (what == "rotate")
        return rotate(call);
    if (what == "retire")
        return retire(call);
    if (what == "list")
        return list(call);
    throw UsageError(fmt::format("secrets {} is not understood: rotate, retire or list", what));
}

} // namespace hpcbill::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/conduct.h"

#include <stdexcept>

namespace hpcbill::fakes
{
namespace
{

Json accountJson(const Account& account)
{
    return {{"secret_key", account.secretKey},
            {"webhook_url", account.webhookUrl},
            {"webhook_secrets", account.webhookSecrets}};
}

Account readAccount(const Json& json)
{
    return {json.at("secret_key"), json.at("webhook_url"), json.at("webhook_secrets")};
}

Conduct read(const Json& json)
{
    Conduct conduct;
    conduct.stripe = readAccount(json.at("stripe"));
    conduct.omise = readAccount(json.at("omise"));
    const Json& webhooks = json.at("webhooks");
    conduct.webhooks = {webhooks.at("silent"),
                        webhooks.at("hold"),
                        webhooks.at("delay_ms"),
                        webhooks.at("copies"),
                        webhooks.at("sign_with"),
                        webhooks.at("unsigned"),
                        webhooks.at("timestamp_shift_s"),
                        webhooks.at("retries"),
                        webhooks.at("retry_ms")};
    const Json& report = json.at("report");
    conduct.report = {report.at("amount"), report.at("currency"), report.at("leave_amount_out"),
                      report.at("in_events"), report.at("in_answers")};
    const Json& answers = json.at("answers");
    conduct.answers = {answers.at("status"), answers.at("cut"), answers.at("delay_ms"), answers.at("only")};
    return conduct;
}

bool isSameKind(const Json& left, const Json& right)
{
    return left.type() == right.type() || (left.is_number_integer() && right.is_number_integer());
}

} // namespace

Json toJson(const Conduct& conduct)
{
    const WebhookConduct& webhooks = conduct.webhooks;
    const ReportConduct& report = conduct.report;
    const AnswerConduct& answers = conduct.answers;
    return {{"stripe", accountJson(conduct.stripe)},
            {"omise", accountJson(conduct.omise)},
            {"webhooks",
             {{"silent", webhooks.isSilent},
              {"hold", webhooks.isHeld},
              {"delay_ms", webhooks.delayMs},
              {"copies", webhooks.copies},
              {"sign_with", webhooks.signWith},
              {"unsigned", webhooks.isUnsigned},
              {"timestamp_shift_s", webhooks.timestampShiftSeconds},
              {"retries", webhooks.retries},
              {"retry_ms", webhooks.retryMs}}},
            {"report",
             {{"amount", report.amount},
              {"currency", report.currency},
              {"leave_amount_out", report.isAmountLeftOut},
              {"in_events", report.inEvents},
              {"in_answers", report.inAnswers}}},
            {"answers",
             {{"status", answers.status},
              {"cut", answers.isCut},
              {"delay_ms", answers.delayMs},
              {"only", answers.only}}}};
}

Conduct changed(const Conduct& conduct, const Json& changes)
{
    static const Json defaults = toJson({});
    Json values = toJson(conduct);
    if (!changes.is_object())
        throw std::invalid_argument("an object of groups is expected");
    for (const auto& [group, settings] : changes.items()) {
        if (!values.contains(group))
            throw std::invalid_argument("there is no group " + group);
        if (settings.is_null()) {
            values[group] = defaults.at(group);
            continue;
        }
        if (!settings.is_object())
            throw std::invalid_argument(group + " is an object or null");
        for (const auto& [name, value] : settings.items()) {
            if (!values[group].contains(name) || !isSameKind(values[group][name], value))
                throw std::invalid_argument("there is no " + group + "." + name + " of that type");
            values[group][name] = value;
        }
    }
    try {
        return read(values);
    } catch (const Json::exception& exception) { // a list of something else than texts
        throw std::invalid_argument(exception.what());
    }
}

} // namespace hpcbill::fakes

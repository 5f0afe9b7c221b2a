// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/http.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hpcbill::fakes
{

/// A merchant's account at one of the two providers.
struct Account {
    std::string secretKey; ///< the only one that the API takes; empty: any
    std::string webhookUrl;
    std::vector<std::string> webhookSecrets; ///< each signs; two while one is being replaced
};

/// How webhooks are sent. README.md tells each by its name in JSON.
struct WebhookConduct {
    bool isSilent = false;
    bool isHeld = false;
    std::int64_t delayMs = 0;
    std::int64_t copies = 1;
    std::string signWith;
    bool isUnsigned = false;
    std::int64_t timestampShiftSeconds = 0;
    std::int64_t retries = 8;
    std::int64_t retryMs = 500;
};

/// What is told of an amount instead of the truth.
struct ReportConduct {
    std::int64_t amount = 0; ///< minor units; 0: the true one
    std::string currency;    ///< empty: the true one
    bool isAmountLeftOut = false;
    bool inEvents = true;
    bool inAnswers = true;
};

/// How the API answers.
struct AnswerConduct {
    std::int64_t status = 0; ///< 0: as it should
    bool isCut = false;
    std::int64_t delayMs = 0;
    std::string only; ///< "create", "read", "expire"; empty: all
};

/// Everything that can be set from outside.
struct Conduct {
    Account stripe;
    Account omise;
    WebhookConduct webhooks;
    ReportConduct report;
    AnswerConduct answers;
};

Json toJson(const Conduct& conduct);
/// `changes` holds some of what toJson() has; null for a group puts it back to what it was at first. Throws
/// std::invalid_argument for what toJson() does not have, or has with another type.
Conduct changed(const Conduct& conduct, const Json& changes);

} // namespace hpcbill::fakes

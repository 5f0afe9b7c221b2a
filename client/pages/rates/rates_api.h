// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"

#include <array>

namespace hpcbill::client
{

/// The three figures of a tier, exact decimals per core-hour, GPU-hour and GiB-hour.
struct RateFigures {
    QString cpu;
    QString gpu;
    QString mem;

    bool operator==(const RateFigures&) const = default;
};

/// One of the figures: to walk over them.
struct RateField {
    const char* name; ///< on the wire: `cpu`
    QString RateFigures::* figure;
};
constexpr std::array<RateField, 3> rateFields{
    {{"cpu", &RateFigures::cpu}, {"gpu", &RateFigures::gpu}, {"mem", &RateFigures::mem}}};

/// A version of a tier's rates.
struct RateVersion {
    QString tier;
    RateFigures figures;
    QString currency;
    QDateTime effectiveFrom;
    QString author;
    QString reason;
    QByteArray etag; ///< of the newest version: what a change has to name
};

/// What a tier costs now, and what has been decided for later.
struct TierRates {
    RateVersion now;
    std::optional<RateVersion> scheduled;
};

/// An order to change a tier's rates.
struct RateChange {
    QString tier;
    RateFigures figures;
    QString reason;
    QDateTime effectiveFrom; ///< invalid: at once
    QByteArray etag;         ///< of the version that the change was made from
};

void fetchRates(RestClient& api, QObject* context, const Answer<QList<TierRates>>& done);
/// Versions of a tier, newest first.
void fetchRateHistory(RestClient& api, const QString& tier, const std::optional<QString>& cursor, int limit,
                      QObject* context, const Answer<ListPage<RateVersion>>& done);
/// Answers ApiError::Kind::stale when there is a newer version than the change's.
void saveRates(RestClient& api, const RateChange& change, QObject* context, const Answer<RateVersion>& done);

} // namespace hpcbill::client

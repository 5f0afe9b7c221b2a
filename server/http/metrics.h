// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

#include <prometheus/family.h>

namespace prometheus
{
class Counter;
class Histogram;
class Registry;
} // namespace prometheus

namespace hpcbill::http
{

/// `http_requests_total{method,route,status}` and `request_latency_seconds{route}`. `route` is the pattern;
/// what no route answers counts under "unmatched", so that callers cannot make series.
class RequestMetrics final
{
public:
    RequestMetrics(prometheus::Registry& registry, const std::vector<Route>& routes);

    /// Null stands for a request that no route answers.
    void count(const Route* route, int status, std::chrono::duration<double> latency);

private:
    struct Series {
        std::string method;
        std::string route;
        prometheus::Histogram* latency = nullptr;
        std::array<std::atomic<prometheus::Counter*>, 600> byStatus{}; ///< filled when first needed
    };
    prometheus::Counter& counterOf(Series& series, int status);
    Series& addSeries(const std::string& method, const std::string& route);

    prometheus::Family<prometheus::Counter>& m_requests;
    prometheus::Family<prometheus::Histogram>& m_latencies;
    std::vector<std::unique_ptr<Series>> m_series;
    std::unordered_map<const Route*, Series*> m_byRoute;
};

} // namespace hpcbill::http

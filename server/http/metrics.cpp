// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <string>

namespace hpcbill::http
{

namespace
{

const prometheus::Histogram::BucketBoundaries buckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                      0.25,  0.5,    1,     2.5,  5,     10};

} // namespace

RequestMetrics::RequestMetrics(prometheus::Registry& registry, const std::vector<Route>& routes)
    : m_requests(prometheus::BuildCounter()
                     .Name("http_requests_total")
                     .Help("Requests answered, by method, route pattern and status.")
                     .Register(registry))
    , m_latencies(
          prometheus::BuildHistogram()
              .Name("request_latency_seconds")
              .Help("Time from the first byte of a request to the last of its answer, by route pattern.")
              .Register(registry))
{
    for (const Route& route : routes)
        m_byRoute.emplace(&route, &addSeries(std::string(codeOf(route.method)), route.pattern));
    m_byRoute.emplace(nullptr, &addSeries("ANY", "unmatched"));
}

RequestMetrics::Series& RequestMetrics::addSeries(const std::string& method, const std::string& route)
{
    Series& series = *m_series.emplace_back(std::make_unique<Series>());
    series.method = method;
    series.route = route;
    series.latency = &m_latencies.Add({{"route", route}}, buckets);
    for (const int status :
         {200, 400, 401, 403, 404, 500}) // zero from the start, so that a first error shows as an increase
        counterOf(series, status);
    return series;
}

prometheus::Counter& RequestMetrics::counterOf(Series& series, int status)
{
    std::atomic<prometheus::Counter*>& place = series.byStatus.at(static_cast<std::size_t>(status));
    prometheus::Counter* counter = place.load(std::memory_order_acquire);
    if (counter == nullptr) {
        // Two threads may come here at once: the family answers both with the same counter.
        counter = &m_requests.Add(
            {{"method", series.method}, {"route", series.route}, {"status", std::to_string(status)}});
        place.store(counter, std::memory_order_release);
    }
    return *counter;
}

void RequestMetrics::count(const Route* route, int status, std::chrono::duration<double> latency)
{
    Series& series = *m_byRoute.at(route);
    counterOf(series, std::clamp(status, 100, 599)).Increment();
    series.latency->Observe(latency.count());
}

} // namespace hpcbill::http

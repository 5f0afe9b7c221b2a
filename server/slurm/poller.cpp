// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurm.h"

#include "common/error.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace hpcbill::slurm
{
namespace
{

std::string sentenceOf(const Run& run)
{
    std::string sentence =
        run.source
            ? fmt::format("cluster {} read from {}: {} jobs, {} new, {} changed, {} put aside", run.cluster,
                          codeOf(*run.source), run.jobsRead, run.added, run.changed, run.rejected)
            : fmt::format("cluster {} could not be read", run.cluster);
    for (const RunNote& note : run.notes)
        sentence += fmt::format("; {}: {}", note.source, note.text);
    return sentence;
}

} // namespace

struct Poller::Insides {
    Insides(Ingestion& theIngestion, std::chrono::seconds theInterval)
        : ingestion(theIngestion)
        , interval(theInterval)
    {
        for (const std::string& cluster : ingestion.configured())
            threads.emplace_back([this, cluster](const std::stop_token& stop) { run(cluster, stop); });
    }

    ~Insides()
    {
        for (std::jthread& thread : threads)
            thread.request_stop(); // all of them before the first is waited for
    }

    void run(const std::string& cluster, const std::stop_token& stop)
    {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            poll(cluster, stop);
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, interval, [] { return false; });
        }
    }

    void poll(const std::string& cluster, const std::stop_token& stop)
    {
        Poco::Logger& log = Poco::Logger::get("ingest");
        try {
            PollOptions options;
            options.notWithin = interval;
            const Run run = ingestion.poll(cluster, options, stop);
            if (run.source && run.notes.empty())
                log.information(sentenceOf(run));
            else
                log.warning(sentenceOf(run));
        } catch (const Conflict& busy) {
            log.debug(busy.what()); // another replica is at it, or was just now
        } catch (const std::exception& error) {
            // The database may be gone for a while: the next round tries again, and freshness tells.
            log.error(fmt::format("cluster {} could not be polled: {}", cluster, error.what()));
        }
    }

    Ingestion& ingestion;
    std::chrono::seconds interval;
    std::vector<std::jthread>
        threads; // last: everything else exists when they start, and still when they end
};

Poller::Poller(Ingestion& ingestion, std::chrono::seconds interval)
    : m_insides(std::make_unique<Insides>(ingestion, interval))
{
}

Poller::~Poller() = default;

} // namespace hpcbill::slurm

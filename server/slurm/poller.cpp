// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurm.h"

#include "common/error.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

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
        , thread([this](const std::stop_token& stop) { run(stop); })
    {
    }

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            for (const std::string& cluster : ingestion.configured())
                poll(cluster, stop);
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, interval, [] { return false; });
        }
    }

    void poll(const std::string& cluster, const std::stop_token& stop)
    {
        if (stop.stop_requested())
            return;
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
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread; // last: everything else exists when it starts, and still when it ends
};

Poller::Poller(Ingestion& ingestion, std::chrono::seconds interval)
    : m_insides(std::make_unique<Insides>(ingestion, interval))
{
}

Poller::~Poller() = default;

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/sacct_source.h"

#include "server/slurm/sacct_text.h"

#include <Poco/Exception.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

namespace hpcbill::slurm
{
namespace
{

constexpr std::chrono::minutes longestRun{30};
constexpr std::size_t longestComplaint = 2000;

// Every field exists in 22.05 and since. JobName is last because it may hold anything.
constexpr const char* fields =
    "JobIDRaw,JobID,Cluster,Partition,QOS,Account,User,Submit,Eligible,Start,End,ElapsedRaw,"
    "Suspended,State,ExitCode,NNodes,NCPUS,AllocTRES,NodeList,JobName";

/// Drawn anew for every run: a job name that was chosen before cannot hold it, and so cannot forge a record.
std::string drawDelimiter()
{
    std::random_device random;
    return fmt::format("\x1f{:08x}{:08x}\x1f", random(), random());
}

/// Ends a process when a stop is asked for or it takes too long. Lives no longer than the process is waited
/// for.
class Watch final
{
public:
    Watch(Poco::Process::PID pid, const std::stop_token& stop)
        : m_thread([this, pid](const std::stop_token& ended) {
            std::unique_lock lock(m_mutex);
            m_changed.wait_for(lock, ended, longestRun, [this] { return m_done; });
            m_intervened = !m_done;
            if (m_intervened)
                Poco::Process::requestTermination(pid);
        })
        , m_onStop(stop, [this] { m_thread.request_stop(); })
    {
    }
    ~Watch() { finish(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// To be called when the process has ended; true when that was because of this.
    bool finish()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_done = true;
        }
        m_changed.notify_all();
        const std::lock_guard lock(m_mutex);
        return m_intervened;
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_done = false;       // guarded by m_mutex
    bool m_intervened = false; // guarded by m_mutex
    std::jthread m_thread;
    std::stop_callback<std::function<void()>> m_onStop;
};

} // namespace

void SacctSource::read(const Window& window, const RecordSink& sink, const std::stop_token& stop)
{
    const std::string delimiter = drawDelimiter();
    const std::vector<std::string> arguments = {
        "--allusers",
        "--parsable2",
        "--duplicates", // the earlier runs of requeued jobs
        "--allocations",
        "--delimiter=" + delimiter,
        std::string("--format=") + fields,
        fmt::format("--starttime=uts{}", window.from.time_since_epoch().count()),
        fmt::format("--endtime=uts{}", window.to.time_since_epoch().count())};
    run(arguments, delimiter, sink, stop);
    // A window shows only jobs that were eligible at some moment. Those that ended before they ever were are
    // found by state.
    std::vector<std::string> neverEligible = arguments;
    neverEligible.emplace_back("--state=CA,DL");
    run(neverEligible, delimiter, sink, stop);
}

void SacctSource::run(const std::vector<std::string>& arguments, const std::string& delimiter,
                      const RecordSink& sink, const std::stop_token& stop) const
try {
    Poco::Pipe output;
    Poco::Pipe errors;
    // Epoch seconds: the wall clock that sacct prints otherwise names no zone, and an hour comes twice a
    // year.
    Poco::ProcessHandle process = Poco::Process::launch(m_settings.program.string(), arguments, nullptr,
                                                        &output, &errors, {{"SLURM_TIME_FORMAT", "%s"}});
    std::string complaint;
    std::jthread complaintReader([&errors, &complaint] {
        Poco::PipeInputStream stream(errors);
        char c = 0;
        while (stream.get(c)) {
            if (complaint.size() < longestComplaint)
                complaint += c;
        }
    });
    SacctSummary summary;
    std::string fault;
    Watch watch(process.id(), stop);
    try {
        Poco::PipeInputStream stream(output);
        summary = readSacctText(stream, sink, Tail::leave, delimiter, {}, stop);
    } catch (const UnreadableLog& unreadable) {
        fault = unreadable.what();
    } catch (const SourceFailure& stopped) {
        fault = stopped.what();
    }
    output.close(Poco::Pipe::CLOSE_BOTH); // a sacct that still writes is told so
    const int status = process.wait();
    const bool intervened = watch.finish();
    complaintReader.join();
    if (intervened)
        throw SourceFailure("sacct was ended: it took too long, or the poll was stopped");
    if (status != 0)
        throw SourceFailure(fmt::format("{} ended with status {}: {}", m_settings.program.string(), status,
                                        complaint.empty() ? "it said nothing; is it installed?" : complaint));
    if (!fault.empty())
        throw SourceFailure(fault);
    if (summary.unterminated)
        throw SourceFailure("the output of sacct was cut in the middle of a line");
} catch (const Poco::Exception& error) {
    throw SourceFailure(
        fmt::format("{} could not be run: {}", m_settings.program.string(), error.displayText()));
}

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/program.h"

#include <Poco/Exception.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <fmt/format.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace hpcbill::slurm
{
namespace
{

constexpr std::chrono::seconds grace{5};
constexpr std::size_t longestComplaint = 2000;

/// Ends a process when a stop is asked for or it takes too long. Lives no longer than the process is waited
/// for.
class Watch final
{
public:
    Watch(Poco::Process::PID pid, std::chrono::seconds longestRun, const std::stop_token& stop)
        : m_thread([this, pid, longestRun](const std::stop_token& ended) {
            std::unique_lock lock(m_mutex);
            m_changed.wait_for(lock, ended, longestRun, [this] { return m_done; });
            m_intervened = !m_done;
            if (!m_intervened)
                return;
            Poco::Process::requestTermination(pid);
            if (!m_changed.wait_for(lock, grace, [this] { return m_done; }))
                Poco::Process::kill(pid);
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

void runProgram(const Program& program, const std::function<void(std::istream&)>& read,
                const std::stop_token& stop)
try {
    Poco::Pipe output;
    Poco::Pipe errors;
    Poco::ProcessHandle process =
        Poco::Process::launch(program.path, program.arguments, nullptr, &output, &errors,
                              {program.environment.begin(), program.environment.end()});
    std::string complaint;
    std::jthread complaintReader([&errors, &complaint] {
        Poco::PipeInputStream stream(errors);
        char c = 0;
        while (stream.get(c)) {
            if (complaint.size() < longestComplaint)
                complaint += c;
        }
    });
    std::exception_ptr fault;
    Watch watch(process.id(), program.longestRun, stop);
    try {
        Poco::PipeInputStream stream(output);
        read(stream);
    } catch (const std::exception&) {
        fault = std::current_exception(); // how the program ended says more
    }
    output.close(Poco::Pipe::CLOSE_BOTH); // one that still writes is told so
    const int status = process.wait();
    const bool intervened = watch.finish();
    complaintReader.join();
    if (intervened)
        throw SourceFailure(FailureKind::program,
                            fmt::format("{} was ended: it took longer than {} s, or a stop was asked for",
                                        program.path, program.longestRun.count()));
    if (status != 0)
        throw SourceFailure(FailureKind::program,
                            fmt::format("{} ended with status {}: {}", program.path, status,
                                        complaint.empty() ? "it said nothing; is it installed?" : complaint));
    if (fault)
        std::rethrow_exception(fault);
} catch (const Poco::Exception& error) {
    throw SourceFailure(FailureKind::program,
                        fmt::format("{} could not be run: {}", program.path, error.displayText()));
}

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/scratch_directory.h"
#include "tests/support/test_server.h"

#include <map>
#include <string>
#include <vector>

namespace hpcbill::slurmtest
{

/// A real Slurm cluster of its own (tests/slurm/slurm-cluster), on ports that are free, ended with the object.
class Cluster final
{
public:
    /// Starts the daemons. Throws std::runtime_error with what slurm-cluster said.
    Cluster();
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    /// Why a cluster cannot run here; empty when it can.
    static std::string obstacle();

    /// Runs one job of every kind to its end.
    void runJobs();
    /// Every label, with the id of its job.
    [[nodiscard]] const std::map<std::string, std::string>& jobs() const { return m_jobs; }
    /// The id of the job that `slurm-cluster jobs` gave this label.
    [[nodiscard]] std::string jobOf(const std::string& label) const { return m_jobs.at(label); }

    /// What hpcbill needs to read this cluster through either source; the token in a file.
    [[nodiscard]] support::Environment settings() const;

    /// Lines of columns, as sacct prints them with epoch times: each run of each job, no steps, no header.
    [[nodiscard]] std::vector<std::vector<std::string>> sacct(const std::string& fields, const std::vector<std::string>& more = {}) const;
    /// The same with a header, as one text.
    [[nodiscard]] std::string sacctText(const std::string& fields) const;

    /// Ends one daemon, as an operator would see it fail; start() brings it back.
    void endDaemon(const std::string& name) const;
    void start();

private:
    std::string control(const std::string& verb, const support::Environment& settings) const;
    [[nodiscard]] std::string runSacct(const std::vector<std::string>& arguments) const;

    support::ScratchDirectory m_directory;
    std::string m_place;
    int m_portBase = 0;
    support::Environment m_settings; ///< what `slurm-cluster env` says
    std::map<std::string, std::string> m_jobs;
};

} // namespace hpcbill::slurmtest

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/processes.h"

#include <fstream>
#include <string>

namespace hpcbill::support
{

pid_t postmasterOf(const std::filesystem::path& directory)
{
    std::ifstream file(directory / "data/postmaster.pid");
    pid_t pid = 0;
    file >> pid;
    return pid;
}

pid_t parentOf(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("PPid:"))
            return std::stoi(line.substr(5));
    }
    return 0;
}

bool isRunning(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string number;
    std::string name;
    std::string state;
    file >> number >> name >> state;
    return file.good() && state != "Z";
}

} // namespace hpcbill::support

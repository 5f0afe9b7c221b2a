// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/measure.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hpcbill::bench
{
namespace fs = std::filesystem;

Finished run(std::vector<std::string> words, const std::filesystem::path& output)
{
    const auto began = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child == 0) {
        std::vector<char*> argv;
        for (std::string& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        dup2(open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
        execv(argv[0], argv.data());
        _exit(127);
    }
    int status = 0;
    struct rusage usage {};
    wait4(child, &status, 0, &usage);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error(fmt::format("{} failed", words.front()));
    return {std::chrono::steady_clock::now() - began, usage.ru_maxrss};
}

Workplace::Workplace()
{
    std::string name = fs::temp_directory_path() / "hpcbill-bench-XXXXXX";
    if (!mkdtemp(name.data()))
        throw std::runtime_error("cannot make a temporary directory");
    m_path = name;
    fs::permissions(m_path, fs::perms{0755}); // PostgreSQL, which does not run as root, enters it
}

Workplace::~Workplace()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

void print(std::string_view name, double value, std::string_view unit, std::string_view against, double ratio)
{
    fmt::print("{} {:.0f} {} {} {:.2f}\n", name, value, unit, against, ratio);
}

} // namespace hpcbill::bench

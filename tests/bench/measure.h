// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::bench
{

using Seconds = std::chrono::duration<double>;

/// What a program took.
struct Finished {
    Seconds time{};
    long maxResidentKib = 0;
};

/// Runs a program to its end, its output to `output`; throws when it failed.
Finished run(std::vector<std::string> words, const std::filesystem::path& output);

/// A directory for what a bench needs, which PostgreSQL may enter; removed at the end.
class Workplace final
{
public:
    Workplace();
    ~Workplace();
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// One line of figures: name value unit ratio-against ratio.
void print(std::string_view name, double value, std::string_view unit, std::string_view against, double ratio);

} // namespace hpcbill::bench

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::house
{

/// A file of ours, and three views of it that are as long as the text, so that a place in one is the place in all:
/// what does not belong to a view is blanked, line feeds stay.
struct SourceFile {
    std::string path;     ///< from the root, "server/http/router.cpp"
    std::string text;     ///< as it is
    std::string code;     ///< C++ without comments and without what stands in quotes; other files: the text
    std::string strings;  ///< C++: what stands in quotes, raw strings included; other files: empty
    std::string comments; ///< C++: the comments; other files: empty

    [[nodiscard]] std::size_t lineAt(std::size_t offset) const;
    [[nodiscard]] bool isCpp() const { return path.ends_with(".cpp") || path.ends_with(".h"); }
    [[nodiscard]] bool isHeader() const { return path.ends_with(".h"); }
    [[nodiscard]] bool isCmake() const { return path.ends_with("CMakeLists.txt") || path.ends_with(".cmake"); }
    [[nodiscard]] bool isBelow(std::string_view folder) const;
    [[nodiscard]] std::string folder() const { return path.substr(0, path.find_last_of('/') + 1); }
};

/// A fault, where it is, and what to do instead.
struct Finding {
    std::string rule;
    std::string path;
    std::size_t line = 0;
    std::string advice;

    bool operator==(const Finding&) const = default;
};

/// Splits the text of a file into its views.
SourceFile sourceFile(std::string path, std::string text);

/// Every file that we wrote, by path; also what a test makes up.
using SourceTree = std::map<std::string, SourceFile, std::less<>>;

/// Reads code, scripts, SQL and build files below `root`; built, fetched and recorded things are left out.
SourceTree readTree(const std::filesystem::path& root);

/// One line per finding, for a message.
std::string listOf(const std::vector<Finding>& findings);

} // namespace hpcbill::house

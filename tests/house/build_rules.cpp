// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/house/rules.h"

#include <algorithm>
#include <regex>
#include <set>

namespace hpcbill::house
{
namespace
{

/// What the build files name: files by their path, and folders.
struct Named {
    std::set<std::string, std::less<>> files;
    std::set<std::string, std::less<>> suites;
    std::set<std::string, std::less<>> folders;
};

std::string withoutComments(const std::string& text)
{
    static const std::regex comment("#[^\n]*");
    return std::regex_replace(text, comment, "");
}

std::string resolved(const std::string& folder, const std::string& word)
{
    static const std::regex root(R"(^\$\{(CMAKE_SOURCE_DIR|PROJECT_SOURCE_DIR)\}/)");
    if (std::regex_search(word, root)) return std::regex_replace(word, root, "");
    return folder + word;
}

Named namedBy(const SourceTree& tree)
{
    static const std::regex word(R"re([^\s()"]+\.(cpp|sql))re");
    static const std::regex suite(R"re(hpcbill_\w*suite\(\s*([^\s()"]+\.cpp))re");
    static const std::regex folder(R"re(add_subdirectory\(\s*([^\s()"]+))re");
    Named named;
    for (const auto& [path, file] : tree) {
        if (!file.isCmake()) continue;
        const std::string text = withoutComments(file.text);
        for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at)
            named.files.insert(resolved(file.folder(), at->str()));
        for (std::sregex_iterator at(text.begin(), text.end(), suite), end; at != end; ++at)
            named.suites.insert(resolved(file.folder(), at->str(1)));
        for (std::sregex_iterator at(text.begin(), text.end(), folder), end; at != end; ++at)
            named.folders.insert(resolved(file.folder(), at->str(1)) + "/");
    }
    return named;
}

bool isSuite(const std::string& path)
{
    return path.starts_with("tests/") && path.ends_with(".cpp") && path.find("/tst_") != std::string::npos;
}

} // namespace

Findings unbuilt(const SourceTree& tree)
{
    const Named named = namedBy(tree);
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (isSuite(path)) {
            if (!named.suites.contains(path))
                findings.push_back({"unbuilt", path, 1, "nothing runs this suite: add hpcbill_suite(" + path.substr(file.folder().size()) +
                                                            " LIBRARIES…) to " + file.folder() + "CMakeLists.txt"});
        } else if ((path.ends_with(".cpp") || path.ends_with(".sql")) && !named.files.contains(path)) {
            findings.push_back({"unbuilt", path, 1, "no CMakeLists.txt names this file: add it, or remove the file"});
        } else if (path.ends_with("/CMakeLists.txt") && !named.folders.contains(file.folder())) {
            findings.push_back({"unbuilt", path, 1, "nothing adds this folder: add_subdirectory() it in the CMakeLists.txt above"});
        }
    }
    return findings;
}

std::vector<Exemption> readExemptions(const std::string& file, std::string_view text, Findings& findings)
{
    static const std::regex form(R"(\s*(\S+)\s+(\S+)\s+(\S.*))");
    std::vector<Exemption> exemptions;
    std::size_t number = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        const std::string line(text.substr(from, end - from));
        from = end + 1;
        ++number;
        if (line.empty() || line.front() == '#') continue;
        std::smatch parts;
        if (std::regex_match(line, parts, form)) exemptions.push_back({parts.str(1), parts.str(2), parts.str(3)});
        else findings.push_back({"exemption", file, number, "an exemption is RULE PATH REASON: the reason is missing"});
    }
    return exemptions;
}

Findings withoutExempted(Findings findings, const std::vector<Exemption>& exemptions, const std::string& file)
{
    std::size_t number = 0;
    Findings unneeded;
    for (const Exemption& exemption : exemptions) {
        ++number;
        const auto covered = [&](const Finding& finding) {
            return finding.rule == exemption.rule && finding.path == exemption.path;
        };
        if (std::erase_if(findings, covered) == 0)
            unneeded.push_back({"exemption", file, number,
                                exemption.rule + " " + exemption.path + " is not needed (any more): remove the line"});
    }
    findings.insert(findings.end(), unneeded.begin(), unneeded.end());
    return findings;
}

} // namespace hpcbill::house

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/house/source_tree.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace hpcbill::house
{
namespace
{

constexpr std::array<std::string_view, 9> folders{"common", "server", "client", "tests", "cmake", "scripts", ".ci", "installer",
                                                  "translations"};

/// Walks C++ text and copies each character into the view it belongs to.
class Splitter final
{
public:
    explicit Splitter(SourceFile& file) : m_file(file), m_text(file.text)
    {
        for (std::string* view : {&file.code, &file.strings, &file.comments}) {
            *view = m_text;
            std::replace_if(view->begin(), view->end(), [](char c) { return c != '\n'; }, ' ');
        }
    }

    void split()
    {
        while (m_at < m_text.size()) {
            if (starts("//")) upTo(m_file.comments, endOfLine());
            else if (starts("/*")) upTo(m_file.comments, after("*/", m_at + 2));
            else if (starts("R\"") && !continuesWord()) rawString();
            else if (m_text[m_at] == '"') upTo(m_file.strings, endOfQuoted('"'));
            else if (m_text[m_at] == '\'' && !continuesWord()) upTo(m_file.code, endOfQuoted('\''));
            else upTo(m_file.code, m_at + 1);
        }
    }

private:
    [[nodiscard]] bool starts(std::string_view word) const { return std::string_view(m_text).substr(m_at).starts_with(word); }
    /// The quote of 1'000'000 and the R of a name are no beginnings.
    [[nodiscard]] bool continuesWord() const
    {
        return m_at > 0 && (std::isalnum(static_cast<unsigned char>(m_text[m_at - 1])) != 0 || m_text[m_at - 1] == '_');
    }
    [[nodiscard]] std::size_t after(std::string_view word, std::size_t from) const
    {
        const std::size_t found = m_text.find(word, from);
        return found == std::string::npos ? m_text.size() : found + word.size();
    }
    [[nodiscard]] std::size_t endOfLine() const { return std::min(m_text.find('\n', m_at), m_text.size()); }
    [[nodiscard]] std::size_t endOfQuoted(char quote) const
    {
        for (std::size_t at = m_at + 1; at < m_text.size() && m_text[at] != '\n'; ++at) {
            if (m_text[at] == '\\') ++at;
            else if (m_text[at] == quote) return at + 1;
        }
        return endOfLine();
    }
    void rawString()
    {
        const std::size_t open = std::min(m_text.find('(', m_at), m_text.size());
        const std::string close = ")" + m_text.substr(m_at + 2, open - m_at - 2) + "\"";
        upTo(m_file.strings, after(close, open));
    }
    void upTo(std::string& view, std::size_t end)
    {
        std::copy(m_text.begin() + static_cast<std::ptrdiff_t>(m_at), m_text.begin() + static_cast<std::ptrdiff_t>(end),
                  view.begin() + static_cast<std::ptrdiff_t>(m_at));
        m_at = end;
    }

    SourceFile& m_file;
    const std::string& m_text;
    std::size_t m_at = 0;
};

bool isOurs(const std::filesystem::path& file)
{
    static constexpr std::array<std::string_view, 6> endings{".cpp", ".h", ".cmake", ".sql", ".sh", ".py"};
    const std::string name = file.filename().string();
    return name == "CMakeLists.txt" || file.extension().empty() ||
           std::find(endings.begin(), endings.end(), file.extension().string()) != endings.end();
}

} // namespace

std::size_t SourceFile::lineAt(std::size_t offset) const
{
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

bool SourceFile::isBelow(std::string_view folder) const
{
    return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

SourceFile sourceFile(std::string path, std::string text)
{
    SourceFile file;
    file.path = std::move(path);
    file.text = std::move(text);
    if (file.isCpp()) Splitter(file).split();
    else file.code = file.text;
    return file;
}

SourceTree readTree(const std::filesystem::path& root)
{
    SourceTree tree;
    const auto add = [&](const std::filesystem::path& path) {
        std::ifstream in(path, std::ios::binary);
        std::string name = std::filesystem::relative(path, root).generic_string();
        tree.emplace(name, sourceFile(name, std::string(std::istreambuf_iterator<char>(in), {})));
    };
    add(root / "CMakeLists.txt");
    for (const std::string_view folder : folders) {
        if (!std::filesystem::exists(root / folder)) continue;
        for (auto entry = std::filesystem::recursive_directory_iterator(root / folder); entry != std::filesystem::end(entry); ++entry) {
            const std::filesystem::path name = entry->path().filename();
            if (name == "fixtures" || name == "corpus" || name == "__pycache__") entry.disable_recursion_pending();
            else if (entry->is_regular_file() && isOurs(entry->path())) add(entry->path());
        }
    }
    return tree;
}

std::string listOf(const std::vector<Finding>& findings)
{
    std::string list;
    for (const Finding& finding : findings)
        list += "\n  " + finding.path + ":" + std::to_string(finding.line) + ": [" + finding.rule + "] " + finding.advice;
    return list;
}

} // namespace hpcbill::house

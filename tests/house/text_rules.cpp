// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/house/rules.h"

#include <algorithm>
#include <array>
#include <regex>

namespace hpcbill::house
{
namespace
{

constexpr std::size_t mostLines = 500;
constexpr std::size_t mostBytes = 25 * 1024;

enum class View { code, strings, everything };

struct Word {
    std::string rule;
    std::regex pattern;
    View view;
    std::vector<std::string> rooms;   ///< where the rule holds; empty is everywhere
    std::vector<std::string> allowed; ///< where it does not
    std::string advice;
};

const std::vector<Word>& words()
{
    static const auto caseless = std::regex::ECMAScript | std::regex::icase;
    static const std::vector<Word> list{
        {"catch", std::regex(R"(catch\s*\(\s*\.\.\.\s*\))"), View::code, {}, {},
         "catch (...) stands at the top of a thread alone: catch what you can answer"},
        {"sleep", std::regex(R"(\b(sleep_for|sleep_until|usleep|nanosleep|qSleep|qWait|msleep)\b|(^|[^\w.])sleep\s*\()"), View::code, {}, {},
         "wait for what is awaited: a condition variable, QTRY_VERIFY, a signal spy, poll()"},
        {"events", std::regex(R"(\bprocessEvents\b|\bQEventLoop\b|\bwaitForFinished\s*\(\s*\))"), View::code, {"client"}, {},
         "the window's thread never waits: go on in the answer's slot"},
        {"exec", std::regex(R"(\bexec\s*\(\s*\))"), View::code, {"client"}, {"client/app/main.cpp"},
         "no nested event loop: open() the dialog and connect to finished()"},
        {"connect", std::regex(R"(\b(SIGNAL|SLOT)\s*\()"), View::code, {}, {}, "connect to the member function, with a context object"},
        {"clock", std::regex(R"(\bsystem_clock::now\b|\bQDateTime::current\w*|\bQDate::current\w*)"), View::code,
         {"common", "server", "client"}, {"server/app", "client/app"}, "the clock is handed in; in a transaction it is tx.now()"},
        {"now", std::regex(R"(\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_(timestamp|date|time)\b)", caseless),
         View::strings, {"server"}, {"server/postgres"}, "a statement is given tx.now(), so that replicas agree and tests can move it"},
        {"select", std::regex(R"(\bselect\s+(\w+\.)?\*)", caseless), View::strings, {}, {}, "name the columns"},
        {"offset", std::regex(R"(\boffset\s+(\$\d|\d))", caseless), View::strings, {"server"}, {}, "page by keyset: where (a, b) < ($1, $2)"},
        {"singleton", std::regex(R"(\binstance\s*\(\s*\))"), View::code, {}, {}, "hand it in through the constructor"},
        {"namespace", std::regex(R"(\busing\s+namespace\s+std\b(?!::(chrono::)?literals|::chrono_literals|::string_literals|::string_view_literals))"),
         View::code, {}, {}, "write std::"},
        {"later", std::regex(R"(\b(TODO|FIXME|HACK)\b(?!\(#\d+\)))"), View::everything, {}, {},
         "do it, or name the issue: TODO(#12)"},
        {"name", std::regex(R"(\b(class|struct|enum class)\s+\w*(Manager|Helper|Helpers|Utils|Util|Tools|Impl2)\b(?!\s*[;*&>,]))"), View::code, {}, {},
         "the name tells nothing: what is it for?"},
    };
    return list;
}

bool holds(const std::vector<std::string>& rooms, const SourceFile& file)
{
    return std::any_of(rooms.begin(), rooms.end(), [&](const std::string& room) { return file.path == room || file.isBelow(room); });
}

const std::string& viewOf(const SourceFile& file, View view)
{
    if (view == View::everything) return file.text;
    return view == View::strings ? file.strings : file.code;
}

} // namespace

Findings sizes(const SourceTree& tree)
{
    Findings findings;
    for (const auto& [path, file] : tree) {
        const auto lines = static_cast<std::size_t>(std::count(file.text.begin(), file.text.end(), '\n'));
        if (lines > mostLines || file.text.size() > mostBytes)
            findings.push_back({"size", path, lines,
                                std::to_string(lines) + " lines, " + std::to_string(file.text.size()) +
                                    " bytes: more than 500 or 25 KB, so it holds a second idea; give that a file of its own"});
    }
    return findings;
}

Findings bannedWords(const SourceTree& tree)
{
    Findings findings;
    for (const auto& [path, file] : tree) {
        // The rules themselves, and the small bad inputs of their tests, have to spell the words.
        if (file.isBelow("tests/house")) continue;
        for (const Word& word : words()) {
            if (!word.rooms.empty() && !holds(word.rooms, file)) continue;
            if (holds(word.allowed, file)) continue;
            if (word.view != View::everything && !file.isCpp()) continue;
            const std::string& text = viewOf(file, word.view);
            for (std::sregex_iterator at(text.begin(), text.end(), word.pattern), end; at != end; ++at)
                findings.push_back({word.rule, path, file.lineAt(static_cast<std::size_t>(at->position())), word.advice});
        }
    }
    return findings;
}

Findings firstLines(const SourceTree& tree)
{
    static const std::string licence = "SPDX-License-Identifier: GPL-3.0-or-later";
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (path.ends_with(".sql")) continue; // migrations are never edited, not even for this
        const std::string head = file.text.substr(0, file.text.find('\n', file.text.find('\n') + 1));
        if (head.find(licence) == std::string::npos)
            findings.push_back({"licence", path, 1, "the first line (after #!) is: " + licence});
        if (file.isHeader() && file.code.find("#pragma once") == std::string::npos)
            findings.push_back({"guard", path, 1, "a header begins with #pragma once"});
    }
    return findings;
}

Findings floatingPoint(const SourceTree& tree)
{
    static constexpr std::array<std::string_view, 6> rooms{"common/money", "common/pricing", "server/rates",
                                                           "server/usage", "server/receipts", "server/payments"};
    static const std::regex type(R"(\b(double|float|real|stod|stof|strtod)\b)");
    static const std::regex sqlType(R"(\b(double\s+precision|float[48]?|real)\b)", std::regex::ECMAScript | std::regex::icase);
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!std::any_of(rooms.begin(), rooms.end(), [&](std::string_view room) { return file.isBelow(room); })) continue;
        for (const auto& [text, pattern] : {std::pair{&file.code, &type}, std::pair{&file.strings, &sqlType}}) {
            for (std::sregex_iterator at(text->begin(), text->end(), *pattern), end; at != end; ++at)
                findings.push_back({"float", path, file.lineAt(static_cast<std::size_t>(at->position())),
                                    "no floating point near money: Money, Rate, whole seconds, SQL numeric"});
        }
    }
    return findings;
}

} // namespace hpcbill::house

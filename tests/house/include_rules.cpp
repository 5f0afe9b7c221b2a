// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/house/rules.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

namespace hpcbill::house
{
namespace
{

using Names = std::set<std::string, std::less<>>;

/// Each may use the faces of those to its left.
constexpr std::array<std::string_view, 9> features{"audit", "webhooks", "identity", "rates", "usage",
                                                   "slurm", "receipts", "payments", "operations"};

std::vector<std::string> partsOf(std::string_view path)
{
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t slash = std::min(path.find('/', from), path.size());
        parts.emplace_back(path.substr(from, slash - from));
        from = slash + 1;
    }
    return parts;
}

/// "common/money", "server/http", "client/pages/usage", "common" for what stands at its root.
std::string roomOf(std::string_view path)
{
    std::vector<std::string> parts = partsOf(path);
    parts.pop_back();
    const std::size_t depth = parts.size() > 1 && parts[1] == "pages" ? 3 : 2;
    std::string room;
    for (std::size_t at = 0; at < std::min(depth, parts.size()); ++at) room += (at == 0 ? "" : "/") + parts[at];
    return room;
}

std::size_t placeOf(std::string_view feature)
{
    return static_cast<std::size_t>(std::find(features.begin(), features.end(), feature) - features.begin());
}

bool isFeature(std::string_view room)
{
    return room.starts_with("server/") && placeOf(room.substr(7)) < features.size();
}

bool isCommon(std::string_view room) { return room == "common" || room.starts_with("common/"); }

bool commonMay(const std::string& from, const std::string& to)
{
    static const std::map<std::string, Names, std::less<>> arrows{
        {"common/pricing", {"common/money", "common/time", "common/slurm"}},
        {"common/slurm", {"common/time"}},
        {"common/audit", {"common/time", "common/api"}},
        {"common/api", {"common/money", "common/time"}}, // docs/adr/001: how both ends spell them in JSON
    };
    if (to == "common") return true;
    const auto found = arrows.find(from);
    return found != arrows.end() && found->second.contains(to);
}

bool serverMay(const std::string& from, const std::string& to)
{
    if (isCommon(to)) return true;
    if (!to.starts_with("server/")) return false;
    if (from == "server/app") return to != "server/cli";
    if (from == "server/cli") return true;
    if (from == "server/web") return to != "server/app" && to != "server/cli";
    static const Names base{"server/http", "server/postgres", "server/crypto", "server/texts", "server/print"};
    if (!isFeature(from)) return false; // these include common only
    return base.contains(to) || (isFeature(to) && placeOf(to.substr(7)) < placeOf(from.substr(7)));
}

bool clientMay(const std::string& from, const std::string& to)
{
    static const Names shared{"client/widgets", "client/models", "client/witness", "client/api"};
    if (isCommon(to)) return true;
    if (!to.starts_with("client/")) return false;
    if (from == "client/app") return true;
    if (from.starts_with("client/pages/")) return shared.contains(to);
    if (shared.contains(from) && from != "client/api") return shared.contains(to); // one row of the table
    return false;
}

bool mayInclude(const std::string& from, const std::string& to)
{
    if (from == to || from.starts_with("tests")) return true;
    if (isCommon(from)) return commonMay(from, to);
    if (from.starts_with("server/")) return serverMay(from, to);
    if (from.starts_with("client/")) return clientMay(from, to);
    return false;
}

/// Of a feature only FEATURE.h is for others, and routes.h for server/app.
bool isFace(const std::string& from, const std::string& to, const std::string& path)
{
    if (!isFeature(to) || from == to || from.starts_with("tests")) return true;
    const std::string name = path.substr(to.size() + 1);
    return name == to.substr(7) + ".h" || (name == "routes.h" && from == "server/app");
}

/// Calls `found(name, offset)` for every #include of the file; `quote` is '"' or '<'.
template <typename Found>
void forIncludes(const SourceFile& file, char quote, Found found)
{
    static const std::regex line(R"((^|\n)[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"])");
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), line), end; at != end; ++at) {
        const auto place = static_cast<std::size_t>(at->position(2));
        if (*(*at)[2].first == quote && file.comments[place] == ' ') found(at->str(3), place);
    }
}

bool isGenerated(std::string_view name) { return name.ends_with(".moc") || name.starts_with("moc_") || name.starts_with("ui_"); }

} // namespace

Findings includeArrows(const SourceTree& tree)
{
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!file.isCpp()) continue;
        const std::string from = roomOf(path);
        forIncludes(file, '"', [&](const std::string& name, std::size_t at) {
            if (isGenerated(name)) return;
            const std::size_t line = file.lineAt(at);
            if (!tree.contains(name)) {
                findings.push_back({"include", path, line, name + " is no file: include ours by the path from the root, others in <>"});
                return;
            }
            const std::string to = roomOf(name);
            if (!mayInclude(from, to))
                findings.push_back({"include", path, line,
                                    from + " may not include " + to + " (" + name + "): hand in a function, or move what both need"});
            else if (!isFace(from, to, name))
                findings.push_back({"face", path, line,
                                    name + " is inside " + to + ": include its face, " + to + to.substr(6) + ".h"});
        });
    }
    return findings;
}

Findings libraries(const SourceTree& tree)
{
    struct Rule {
        std::regex header;
        std::vector<std::string> allowed; ///< rooms, or whole areas
        std::string advice;
    };
    static const std::vector<Rule> rules{
        {std::regex("Q[A-Z]\\w*(/.*)?|Qt\\w*/.*"), {"client", "tests"}, "Qt is for client and tests"},
        {std::regex("QNetwork.*|QtNetwork.*|QSsl.*|QTcp.*|QHttp.*"), {"client/api", "tests"}, "the network is client/api's alone"},
        {std::regex("QSql.*|QtSql.*"), {"client/witness", "tests"}, "SQLite is client/witness's alone"},
        {std::regex("Poco/.*"), {"server", "tests"}, "Poco is for the server"},
        {std::regex("libpq-fe\\.h|pg_config.*|postgres.*"), {"server/postgres", "tests"}, "libpq is server/postgres's alone"},
        {std::regex("prometheus/.*"), {"server", "tests"}, "metrics are the server's"},
        {std::regex("ctemplate/.*"), {"server/web", "tests"}, "templates are server/web's"},
        {std::regex("(cairo|pango|fontconfig)/.*|qrencode\\.h"), {"server/print", "tests"}, "drawing is server/print's"},
        {std::regex("sodium.*"), {"server", "tests"}, "secrets are kept by the server"},
        {std::regex("thread|mutex|condition_variable|fstream|filesystem|iostream|locale|random|unistd\\.h|sys/.*"),
         {"server", "client", "tests"},
         "common is pure: no I/O, clock, threads or locale"},
    };
    const auto isAllowed = [](const Rule& rule, const std::string& path) {
        return std::any_of(rule.allowed.begin(), rule.allowed.end(), [&](const std::string& room) { return path.starts_with(room + "/"); });
    };
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!file.isCpp()) continue;
        forIncludes(file, '<', [&](const std::string& name, std::size_t at) {
            for (const Rule& rule : rules) {
                if (std::regex_match(name, rule.header) && !isAllowed(rule, path))
                    findings.push_back({"library", path, file.lineAt(at), "<" + name + ">: " + rule.advice});
            }
        });
    }
    return findings;
}

} // namespace hpcbill::house

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/invariant.h"
#include "common/slurm/sacct.h"
#include "common/slurm/sacct_row.h"
#include "common/slurm/times.h"

#include <algorithm>
#include <initializer_list>
#include <numeric>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

constexpr std::pair<std::string_view, Column> columnNames[] = {{"jobid", Column::jobId},
                                                               {"jobidraw", Column::jobIdRaw},
                                                               {"cluster", Column::cluster},
                                                               {"partition", Column::partition},
                                                               {"qos", Column::qos},
                                                               {"account", Column::account},
                                                               {"user", Column::user},
                                                               {"submit", Column::submit},
                                                               {"eligible", Column::eligible},
                                                               {"start", Column::start},
                                                               {"end", Column::end},
                                                               {"elapsed", Column::elapsed},
                                                               {"elapsedraw", Column::elapsedRaw},
                                                               {"suspended", Column::suspended},
                                                               {"exitcode", Column::exitCode},
                                                               {"state", Column::state},
                                                               {"nnodes", Column::nodes},
                                                               {"allocnodes", Column::nodes},
                                                               {"ncpus", Column::cpus},
                                                               {"alloccpus", Column::cpus},
                                                               {"alloctres", Column::allocTres},
                                                               {"reqgres", Column::reqGres},
                                                               {"nodelist", Column::nodeList},
                                                               {"jobname", Column::name}};

// What users and programs may fill with anything; sacct(1).
constexpr std::string_view freeTextNames[] = {
    "comment", "admincomment", "systemcomment", "extra", "workdir", "submitline", "stdin",
    "stdout",  "stderr",       "container",     "wckey", "reason",  "failednode", "constraints"};

// Of these, what people type: may hold line feeds too.
constexpr std::string_view typedTextNames[] = {"jobname",       "comment", "admincomment",
                                               "systemcomment", "extra",   "submitline"};

std::string lowered(std::string_view name)
{
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

bool isTime(std::string_view field)
{
    const std::optional<SlurmTime> time = parseSlurmTime(field);
    return time && time->at;
}

/// "30-00:00:00", or one of the words for no limit: never a TRES list, never a node list of a job with nodes.
bool isTimeLimit(std::string_view field)
{
    return parseDuration(field) || field == "UNLIMITED" || field == "Partition_Limit" || field == "INVALID";
}

bool isTresList(std::string_view field)
{
    return field.find('=') != std::string_view::npos;
}

} // namespace

UnreadableLog::~UnreadableLog() = default;

void SacctLayout::put(std::string_view name, std::size_t position)
{
    for (const auto& [known, column] : columnNames) {
        std::optional<std::size_t>& place = m_positions[static_cast<std::size_t>(column)];
        if (known == name && !place)
            place = position;
    }
    // Columns come in their order, so the last one decides.
    m_mayEndWithLineFeeds =
        std::find(std::begin(typedTextNames), std::end(typedTextNames), name) != std::end(typedTextNames);
    if (name == "jobname")
        m_freeText.insert(m_freeText.begin(), position);
    else if (std::find(std::begin(freeTextNames), std::end(freeTextNames), name) != std::end(freeTextNames))
        m_freeText.push_back(position);
}

bool SacctLayout::isHeader(const std::vector<std::string_view>& fields)
{
    return std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
        const std::string name = lowered(field);
        return name == "jobid" || name == "jobidraw";
    });
}

SacctLayout SacctLayout::ofHeader(const std::vector<std::string_view>& names)
{
    SacctLayout layout;
    layout.m_width = names.size();
    for (std::size_t position = 0; position < names.size(); ++position)
        layout.put(lowered(names[position]), position);

    std::string missing;
    const auto need = [&missing](bool there, std::string_view name) {
        if (!there)
            missing += (missing.empty() ? "" : ", ") + std::string(name);
    };
    need(layout.has(Column::user), "User");
    need(layout.has(Column::state), "State");
    need(layout.has(Column::submit), "Submit");
    need(layout.has(Column::start), "Start");
    need(layout.has(Column::end), "End");
    need(layout.has(Column::elapsedRaw) || layout.has(Column::elapsed), "ElapsedRaw");
    // Memory and GPUs stand nowhere else; without them a bill would be too low in silence.
    need(layout.has(Column::allocTres), "AllocTRES");
    if (!missing.empty())
        throw UnreadableLog("sacct_missing_column",
                            "The header lacks " + missing +
                                ". Ask sacct for it with --format, and import again.");
    return layout;
}

const SacctLayout* SacctLayout::ofXdmodLine(const std::vector<std::string_view>& fields)
{
    const auto columns = [](std::initializer_list<std::string_view> names) {
        SacctLayout layout;
        layout.m_width = names.size();
        std::size_t position = 0;
        for (const std::string_view name : names)
            layout.put(name, position++);
        return layout;
    };
    // Open XDMoD's shredder asks sacct for these, the newest first; see its documentation of the Slurm
    // resource manager.
    static const SacctLayout withQos =
        columns({"jobid",   "jobidraw",  "cluster",   "partition", "qos",      "account", "group",
                 "gid",     "user",      "uid",       "submit",    "eligible", "start",   "end",
                 "elapsed", "exitcode",  "state",     "nnodes",    "ncpus",    "reqcpus", "reqmem",
                 "reqtres", "alloctres", "timelimit", "nodelist",  "jobname"});
    static const SacctLayout withTres = columns(
        {"jobid",   "jobidraw", "cluster", "partition", "account",   "group",    "gid",    "user",   "uid",
         "submit",  "eligible", "start",   "end",       "elapsed",   "exitcode", "state",  "nnodes", "ncpus",
         "reqcpus", "reqmem",   "reqtres", "alloctres", "timelimit", "nodelist", "jobname"});
    static const SacctLayout withGresAndTres =
        columns({"jobid",    "jobidraw",  "cluster",   "partition", "account", "group",  "gid",
                 "user",     "uid",       "submit",    "eligible",  "start",   "end",    "elapsed",
                 "exitcode", "state",     "nnodes",    "ncpus",     "reqcpus", "reqmem", "reqgres",
                 "reqtres",  "alloctres", "timelimit", "nodelist",  "jobname"});
    static const SacctLayout withGres = columns(
        {"jobid",   "jobidraw", "cluster", "partition", "account",   "group",    "gid",    "user",   "uid",
         "submit",  "eligible", "start",   "end",       "elapsed",   "exitcode", "state",  "nnodes", "ncpus",
         "reqcpus", "reqmem",   "reqgres", "reqtres",   "timelimit", "nodelist", "jobname"});

    // Submit, Eligible, Start, End and a length stand side by side nowhere else (a uid alone looks like epoch
    // seconds).
    const auto timesAt = [&fields](std::size_t position) {
        return isTime(fields[position]) && parseSlurmTime(fields[position + 1]) &&
               parseSlurmTime(fields[position + 2]) && parseSlurmTime(fields[position + 3]) &&
               parseDuration(fields[position + 4]);
    };
    if (fields.size() >= withQos.width() && timesAt(10))
        return &withQos;
    if (fields.size() < withTres.width() || !timesAt(9))
        return nullptr;
    if (isTimeLimit(fields[22])) {
        // Field 20 is ReqTRES or ReqGRES. Where it is empty the line does not say, and the one list that
        // there is is the best word on what the job held; a line alone decides, so that a log means the same
        // however it is split.
        return fields[20].empty() || isTresList(fields[20]) ? &withTres : &withGres;
    }
    return fields.size() >= withGresAndTres.width() && isTimeLimit(fields[23]) ? &withGresAndTres : nullptr;
}

std::size_t SacctLayout::firstFreeText() const
{
    return m_freeText.empty() ? m_width : *std::min_element(m_freeText.begin(), m_freeText.end());
}

SacctRow::SacctRow(const std::vector<std::string_view>& fields, const SacctLayout& layout,
                   const Surplus& surplus)
    : m_layout(&layout)
{
    const std::size_t all = std::accumulate(surplus.begin(), surplus.end(), std::size_t{0});
    invariant(fields.size() == layout.width() + all, "a row was read with a wrong shape");
    for (std::size_t column = 0; column < columnCount; ++column) {
        const std::optional<std::size_t> position = layout.position(static_cast<Column>(column));
        if (!position)
            continue;
        std::size_t at = *position;
        std::size_t own = 0;
        for (std::size_t text = 0; text < surplus.size(); ++text) {
            at += layout.freeText()[text] < *position ? surplus[text] : 0;
            own += layout.freeText()[text] == *position ? surplus[text] : 0;
        }
        const char* const begin = fields[at].data();
        const std::string_view last = fields[at + own];
        m_fields[column] = {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
    }
}

} // namespace hpcbill::slurm

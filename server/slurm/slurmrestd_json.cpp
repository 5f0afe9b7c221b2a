// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurmrestd_json.h"

#include "common/slurm/state.h"
#include "common/slurm/times.h"
#include "common/slurm/tres.h"
#include "server/slurm/source.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdlib>
#include <utility>
#include <vector>

namespace hpcbill::slurm
{
namespace
{

// Each job is parsed whole before anything is looked up in it, because a look-up on demand trusts that what it
// passes over is sound.
namespace json = simdjson::dom;
namespace ondemand = simdjson::ondemand;

constexpr std::int64_t nothingFound = 9003;
constexpr std::int64_t protocolAuthentication =
    1007;                                // SLURM_PROTOCOL_AUTHENTICATION_ERROR: answered with 200
constexpr std::int64_t newestTried = 43; // v0.0.43, Slurm 25.05

simdjson::padded_string_view padded(std::string& body)
{
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(body.data(), body.size(), body.capacity());
}

/// What stops the reading of a job; caught in readJob() alone.
struct Stop {
    RowFault fault;
};

/// A number in either spelling; none for null, for what is not set or infinite, and for numbers beyond int64
/// (Slurm's "no value").
std::optional<std::int64_t> numberOf(json::element value)
{
    if (value.is_null())
        return std::nullopt;
    if (!value.is_object()) {
        if (!value.is_number())
            throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
        std::int64_t number = 0;
        if (value.get_int64().get(number) == simdjson::SUCCESS)
            return number;
        return std::nullopt;
    }
    bool isSet = false;
    bool isInfinite = false;
    std::optional<std::int64_t> number;
    for (const json::key_value_pair field : json::object(value)) {
        if (field.key == "set")
            isSet = bool(field.value);
        else if (field.key == "infinite")
            isInfinite = bool(field.value);
        else if (field.key == "number" && !field.value.is_object())
            number = numberOf(field.value);
    }
    return isSet && !isInfinite ? number : std::nullopt;
}

/// The member of that name; none when it is absent.
std::optional<json::element> find(const json::object& object, std::string_view name)
{
    json::element value;
    if (object.at_key(name).get(value) != simdjson::SUCCESS)
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> number(const json::object& object, std::string_view name)
{
    const std::optional<json::element> value = find(object, name);
    return value ? numberOf(*value) : std::nullopt;
}

std::string text(const json::object& object, std::string_view name)
{
    const std::optional<json::element> value = find(object, name);
    if (!value || value->is_null())
        return {};
    return std::string(std::string_view(*value));
}

std::optional<json::object> member(const json::object& object, std::string_view name)
{
    const std::optional<json::element> value = find(object, name);
    if (!value || value->is_null())
        return std::nullopt;
    return json::object(*value);
}

json::object requiredMember(const json::object& object, std::string_view name)
{
    const std::optional<json::object> found = member(object, name);
    if (!found)
        throw Stop{{RejectReason::columnCount, fmt::format("the job has no \"{}\"", name)}};
    return *found;
}

/// "3-9,12" of the mask "0x13F8": the tasks of an array that wait.
std::string taskRanges(std::string_view hex)
{
    std::vector<std::size_t> tasks;
    for (std::size_t at = 0; at < hex.size(); ++at) {
        const char c = hex[hex.size() - 1 - at];
        const int nibble = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        for (std::size_t bit = 0; bit < 4; ++bit) {
            if ((nibble >> bit & 1) != 0)
                tasks.push_back(4 * at + bit);
        }
    }
    std::string ranges;
    for (std::size_t first = 0; first < tasks.size();) {
        std::size_t last = first;
        while (last + 1 < tasks.size() && tasks[last + 1] == tasks[last] + 1)
            ++last;
        ranges += fmt::format("{}{}", ranges.empty() ? "" : ",", tasks[first]);
        if (last > first)
            ranges += fmt::format("{}{}", last > first + 1 ? '-' : ',', tasks[last]);
        first = last + 1;
    }
    return ranges;
}

/// The list of waiting tasks as sacct writes it: "3-9%2".
std::string waitingTasks(std::string task, std::int64_t atOnce)
{
    if (task.starts_with("0x") && task.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos)
        task = taskRanges(std::string_view(task).substr(2));
    if (atOnce > 0 && task.find('%') == std::string::npos)
        task += fmt::format("%{}", atOnce);
    return task;
}

void readId(const json::object& object, JobRecord& job)
{
    const std::optional<std::int64_t> id = number(object, "job_id");
    if (!id || *id <= 0)
        throw Stop{{RejectReason::jobId, "job_id is not the number of a job"}};
    job.jobId = *id;
    job.displayId = std::to_string(*id);
    if (const std::optional<json::object> het = member(object, "het")) {
        const std::int64_t leader = number(*het, "job_id").value_or(0);
        if (leader > 0)
            job.displayId = fmt::format("{}+{}", leader, number(*het, "job_offset").value_or(0));
    }
    const std::optional<json::object> array = member(object, "array");
    if (!array)
        return;
    const std::int64_t arrayId = number(*array, "job_id").value_or(0);
    if (arrayId <= 0)
        return;
    if (const std::optional<std::int64_t> task = number(*array, "task_id")) {
        job.displayId = fmt::format("{}_{}", arrayId, *task);
        return;
    }
    const std::string waiting = text(*array, "task");
    std::int64_t atOnce = 0;
    if (const std::optional<json::object> limits = member(*array, "limits")) {
        const std::optional<json::object> most = member(*limits, "max");
        const std::optional<json::object> running = most ? member(*most, "running") : std::nullopt;
        atOnce = running ? number(*running, "tasks").value_or(0) : 0;
    }
    if (!waiting.empty())
        job.displayId = fmt::format("{}_[{}]", arrayId, waitingTasks(waiting, atOnce));
}

void readTimes(const json::object& object, JobRecord& job)
{
    const json::object time = requiredMember(object, "time");
    const auto moment = [&time](std::string_view name) -> std::optional<UtcTime> {
        const std::optional<std::int64_t> seconds = number(time, name);
        if (!seconds || *seconds == 0)
            return std::nullopt;
        // The same range as in sacct's text.
        const std::optional<SlurmTime> read = parseSlurmTime(std::to_string(*seconds));
        if (!read)
            throw Stop{{RejectReason::time, fmt::format("time.{} {} is not a time", name, *seconds)}};
        return read->at;
    };
    const std::optional<UtcTime> submit = moment("submission");
    if (!submit)
        throw Stop{{RejectReason::time, "time.submission is missing, and it is part of a job's identity"}};
    job.submitAt = *submit;
    job.eligibleAt = moment("eligible");
    job.startedAt = moment("start");
    job.endedAt = moment("end");
    const std::optional<std::int64_t> elapsed = number(time, "elapsed");
    if (!elapsed)
        throw Stop{{RejectReason::elapsed, "time.elapsed is missing"}};
    job.elapsedSeconds = *elapsed;
    job.suspendedSeconds = number(time, "suspended").value_or(0);
}

/// A word, or since v0.0.40 a list of the base state and flags (job_state_codes.html). A run that was requeued or
/// resized has the base state 0, which is PENDING, and is over by its flag: what is final counts, as sacct tells it.
std::string stateWord(json::element value)
{
    if (!value.is_array())
        return std::string(std::string_view(value));
    std::string first;
    for (const json::element word : json::array(value)) {
        const std::string_view text(word);
        if (isFinalState(text))
            return std::string(text);
        if (first.empty())
            first = text;
    }
    return first;
}

void readState(const json::object& object, JobRecord& job)
{
    const json::object state = requiredMember(object, "state");
    const std::optional<json::element> current = find(state, "current");
    if (!current)
        throw Stop{{RejectReason::state, "state.current is missing"}};
    const std::string word = stateWord(*current);
    const std::optional<State> known = parseState(word);
    if (!known)
        throw Stop{
            {RejectReason::state, fmt::format("state \"{}\" is not one that this program knows", word)}};
    job.state = known->base;
    if (std::string by = text(object, "kill_request_user"); !by.empty())
        job.cancelledBy = std::move(by);
    if (const std::optional<json::object> exit = member(object, "exit_code")) {
        constexpr std::int64_t largest = 0xFFFF;
        const std::int64_t code = number(*exit, "return_code").value_or(0);
        job.exitCode = code >= 0 && code <= largest ? static_cast<int>(code) : 0;
        if (const std::optional<json::object> signal = member(*exit, "signal")) {
            const std::optional<std::int64_t> older = number(*signal, "signal_id");
            const std::int64_t id = older ? *older : number(*signal, "id").value_or(0);
            job.exitSignal = id >= 0 && id <= largest ? static_cast<int>(id) : 0;
        }
    }
    // 22.05 tells 0 for every plain exit, and with 0 nothing fails: which code it was is not known.
    if (job.state == "FAILED" && job.exitCode == 0 && job.exitSignal == 0)
        job.exitCode = -1;
}

void readAllocated(const json::object& object, JobRecord& job)
{
    const json::object tres = requiredMember(object, "tres");
    const std::optional<json::element> list = find(tres, "allocated");
    if (!list)
        throw Stop{{RejectReason::tres, "tres.allocated is missing"}};
    std::optional<std::int64_t> allGpus;
    std::int64_t typedGpus = 0;
    for (const json::element part : json::array(*list)) {
        const json::object entry = part;
        const std::string type = text(entry, "type");
        const std::string name = text(entry, "name");
        const std::optional<std::int64_t> count = number(entry, "count");
        if (type == "energy") {
            job.energyJoules = count;
            continue;
        }
        const bool isGpu = type == "gres" && (name == "gpu" || name.starts_with("gpu:"));
        if (!isGpu && type != "cpu" && type != "mem" && type != "node")
            continue;
        if (!count)
            throw Stop{{RejectReason::tres, fmt::format("tres.allocated has no count of {} {}", type, name)}};
        if (type == "cpu")
            job.cpus = *count;
        else if (type == "mem")
            job.memoryMib = *count;
        else if (type == "node")
            job.nodes = *count;
        else if (name == "gpu")
            allGpus = *count;
        else if (__builtin_add_overflow(typedGpus, *count, &typedGpus))
            throw Stop{{RejectReason::range, "the GPUs are out of range"}};
        if (type == "gres" && name.size() > 4 && *count > 0)
            addGpuType(job.gpuTypes, std::string_view(name).substr(4)); // behind "gpu:"
    }
    job.gpus = allGpus.value_or(typedGpus); // "gpu" counts all, "gpu:TYPE" parts of the same
}

void readNodes(const json::object& object, JobRecord& job)
{
    const std::string nodes = text(object, "nodes");
    job.hadNodes = job.startedAt && !nodes.empty() && nodes != "None assigned";
    if (!job.hadNodes) {
        // v0.0.36 gives the begin time that a cancelled job did not live to see.
        if (job.startedAt && job.endedAt && *job.endedAt < *job.startedAt)
            job.startedAt.reset();
        return;
    }
    // v0.0.36 gives the eligible time as start, and the end and the length rightly: length = end - start -
    // suspended.
    constexpr std::int64_t longest = 1'000'000'000'000; // no more than a time can be moved by
    if (job.endedAt && job.startedAt == job.eligibleAt && std::abs(job.elapsedSeconds) < longest &&
        std::abs(job.suspendedSeconds) < longest)
        job.startedAt = *job.endedAt - std::chrono::seconds(job.elapsedSeconds) -
                        std::chrono::seconds(job.suspendedSeconds);
    job.nodeList = nodes;
    readAllocated(object, job);
    if (const std::optional<std::int64_t> count = number(object, "allocation_nodes"); count && job.nodes == 0)
        job.nodes = *count;
}

/// The errors that mean more than "nothing found"; no sentence when there are none.
struct Errors {
    std::string sentence;
    FailureKind kind = FailureKind::server;
};

void add(Errors& to, json::element errors)
{
    std::string& sentence = to.sentence;
    if (errors.is_null())
        return;
    for (const json::element element : json::array(errors)) {
        const json::object error = element;
        const std::int64_t code = number(error, "error_number").value_or(0);
        if (code == nothingFound)
            continue;
        if (code == protocolAuthentication)
            to.kind = FailureKind::unauthenticated;
        const std::string what = text(error, "error");
        const std::string description = text(error, "description");
        sentence += fmt::format("{}error {}: {}{}{}", sentence.empty() ? "" : "; ", code, what,
                                what.empty() || description.empty() ? "" : ", ", description);
    }
}

/// A part of the text, with whatever stands behind it as padding.
json::element parsed(json::parser& parser, std::string_view part)
{
    constexpr bool isPadded = true;
    return parser.parse(part.data(), part.size(), !isPadded);
}

/// The text of a value, up to the bracket that closes it.
std::string_view rawOf(ondemand::value value)
{
    if (value.type() == ondemand::json_type::object)
        return ondemand::object(value.get_object()).raw_json();
    if (value.type() == ondemand::json_type::array)
        return ondemand::array(value.get_array()).raw_json();
    return value.raw_json_token();
}

/// Goes through the whole answer, so that one that was cut anywhere is found out before any of it is
/// believed.
std::optional<Errors> failureIn(ondemand::document& answer)
{
    Errors errors;
    json::parser parser;
    for (ondemand::field field : answer.get_object()) {
        const std::string_view name = field.unescaped_key();
        if (name == "errors")
            add(errors, parsed(parser, rawOf(field.value())));
    }
    if (answer.current_location().error() != simdjson::OUT_OF_BOUNDS)
        throw simdjson::simdjson_error(simdjson::TRAILING_CONTENT);
    return errors.sentence.empty() ? std::nullopt : std::optional(errors);
}

bool isCutOff(simdjson::error_code error)
{
    return error == simdjson::EMPTY || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT ||
           error == simdjson::UNCLOSED_STRING;
}

} // namespace

Result<JobRecord, RowFault> readJob(json::parser& parser, std::string_view element)
try {
    const json::object object = parser.parse(element);
    JobRecord job;
    readId(object, job);
    readTimes(object, job);
    readState(object, job);
    job.cluster = text(object, "cluster");
    job.partition = text(object, "partition");
    job.qos = text(object, "qos");
    job.account = text(object, "account");
    job.user = text(object, "user");
    job.name = text(object, "name");
    readNodes(object, job);
    if (std::optional<RowFault> fault = faultOf(job))
        return fail(*std::move(fault));
    return job;
} catch (Stop& stopped) {
    return fail(std::move(stopped.fault));
} catch (const simdjson::simdjson_error& error) {
    return fail(
        RowFault{RejectReason::columnCount,
                 fmt::format("the job or a member has another shape than expected: {}", error.what())});
}

void throwErrors(json::parser& parser, std::string_view errors)
try {
    Errors told;
    add(told, parser.parse(errors));
    if (!told.sentence.empty())
        throw SourceFailure(told.kind, told.sentence);
} catch (const simdjson::simdjson_error& error) {
    throw SourceFailure(FailureKind::notJson,
                        fmt::format("the errors that slurmrestd tells cannot be read: {}", error.what()));
}

std::optional<std::string> errorsOf(std::string& body)
try {
    ondemand::parser parser;
    ondemand::document answer = parser.iterate(padded(body));
    const std::optional<Errors> errors = failureIn(answer);
    return errors ? std::optional(errors->sentence) : std::nullopt;
} catch (const simdjson::simdjson_error&) {
    return std::nullopt; // text/plain, most likely: the status says enough
}

std::optional<int> newestKnownVersion(std::string& openapi)
try {
    constexpr std::string_view prefix = "/slurmdb/v0.0.";
    json::parser parser;
    const simdjson::padded_string_view view = padded(openapi);
    const json::object paths = parsed(parser, view)["paths"];
    std::int64_t newest = 0;
    for (const json::key_value_pair path : paths) {
        const std::string_view name = path.key;
        if (!name.starts_with(prefix))
            continue;
        const std::string_view rest = name.substr(prefix.size());
        const std::size_t slash = rest.find('/');
        if (slash == std::string_view::npos ||
            (rest.substr(slash) != "/jobs" && rest.substr(slash) != "/jobs/"))
            continue;
        const std::int64_t version = parseCount(rest.substr(0, slash)).value_or(0);
        if (version <= newestTried && version > newest)
            newest = version;
    }
    return newest == 0 ? std::nullopt : std::optional(static_cast<int>(newest));
} catch (const simdjson::simdjson_error& error) {
    throw SourceFailure(
        isCutOff(error.error()) ? FailureKind::truncated : FailureKind::notJson,
        fmt::format("the list of slurmrestd's paths cannot be read as JSON: {}", error.what()));
}

} // namespace hpcbill::slurm

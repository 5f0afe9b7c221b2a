// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/tres.h"

#include "common/slurm/times.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

__extension__ typedef __int128 Int128;

/// digits[.digits] times 1024^power, to the nearest whole number, half to even; nothing when it is out of
/// range.
std::optional<std::int64_t> scaled(std::string_view number, int power)
{
    const std::size_t point = number.find('.');
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : number.substr(point + 1);
    if (point != std::string_view::npos && (fraction.empty() || fraction.size() > 6))
        return std::nullopt;
    const std::optional<std::int64_t> whole = parseCount(number.substr(0, point));
    const std::optional<std::int64_t> decimals =
        fraction.empty() ? std::optional<std::int64_t>(0) : parseCount(fraction);
    if (!whole || !decimals)
        return std::nullopt;
    Int128 denominator = 1;
    for (std::size_t place = 0; place < fraction.size(); ++place)
        denominator *= 10;
    Int128 numerator = *whole * denominator + *decimals;
    for (; power < 0; ++power)
        denominator *= 1024;
    for (; power > 0; --power)
        if (__builtin_mul_overflow(numerator, static_cast<Int128>(1024), &numerator))
            return std::nullopt;
    Int128 value = numerator / denominator;
    const Int128 rest = numerator % denominator;
    if (rest > denominator - rest || (rest == denominator - rest && value % 2 != 0))
        ++value;
    if (value > std::numeric_limits<std::int64_t>::max())
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

/// The power of 1024 that the letter stands for, counted from plain numbers; takes the letter off.
std::optional<int> takeUnit(std::string_view& text)
{
    constexpr std::string_view letters = "KMGTPE";
    if (text.empty())
        return std::nullopt;
    const std::size_t at = letters.find(text.back());
    if (at == std::string_view::npos)
        return 0;
    text.remove_suffix(1);
    return static_cast<int>(at) + 1;
}

/// Collects GPUs whose total and typed parts may both be listed.
struct GpuCount {
    std::optional<std::int64_t> total;
    std::int64_t typed = 0;
    std::string types;

    /// `type` is empty for the total.
    bool add(std::string_view type, std::int64_t count)
    {
        if (!type.empty() && count > 0)
            addGpuType(types, type);
        std::int64_t& sum = type.empty() ? (total ? *total : total.emplace(0)) : typed;
        return !__builtin_add_overflow(sum, count, &sum);
    }
    [[nodiscard]] std::int64_t count() const { return total.value_or(typed); }
};

std::string_view takePart(std::string_view& list)
{
    const std::size_t comma = list.find(',');
    const std::string_view part = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    return part;
}

enum class Kind { cpu, memory, energy, node, gpu, other };

struct Name {
    Kind kind = Kind::other;
    std::string_view type; ///< "a100" of gres/gpu:a100
};

/// Nothing for a name that may be a GPU and cannot be known: a numeric id that the site's database gave out.
std::optional<Name> nameOf(std::string_view name)
{
    // TRES_CPU … TRES_PAGES of slurm.h are fixed; higher ids differ from site to site.
    if (name == "cpu" || name == "1")
        return Name{Kind::cpu, {}};
    if (name == "mem" || name == "2")
        return Name{Kind::memory, {}};
    if (name == "energy" || name == "3")
        return Name{Kind::energy, {}};
    if (name == "node" || name == "4")
        return Name{Kind::node, {}};
    if (name == "gres/gpu" || name == "gres:gpu")
        return Name{Kind::gpu, {}};
    if (name.starts_with("gres/gpu:") || name.starts_with("gres:gpu:"))
        return Name{Kind::gpu, name.substr(9)};
    const std::optional<std::int64_t> id = parseCount(name);
    if (id && *id > 8)
        return std::nullopt;
    return Name{};
}

std::optional<std::string> addPart(std::string_view part, Tres& tres, GpuCount& gpus)
{
    const std::string quoted = '"' + std::string(part) + '"';
    const std::size_t equals = part.rfind('=');
    if (equals == std::string_view::npos || equals == 0)
        return quoted + " is not NAME=COUNT";
    const std::string_view value = part.substr(equals + 1);
    const std::optional<Name> name = nameOf(part.substr(0, equals));
    if (!name)
        return quoted + " has a numeric id that only the cluster's own database can name";
    bool good = true;
    switch (name->kind) {
    case Kind::cpu:
        good = (tres.cpus = parseShortCount(value)).has_value();
        break;
    case Kind::node:
        good = (tres.nodes = parseShortCount(value)).has_value();
        break;
    case Kind::memory: {
        const std::optional<std::int64_t> mib = parseMemoryMib(value);
        good = mib.has_value();
        tres.memoryMib = mib.value_or(0);
        break;
    }
    case Kind::gpu: {
        const std::optional<std::int64_t> count = parseShortCount(value);
        good = count && gpus.add(name->type, *count);
        break;
    }
    case Kind::energy:
        // Slurm prints 2^64-2 where it measured nothing; energy is not billed, so what cannot be read is not
        // known.
        tres.energyJoules = parseCount(value);
        break;
    case Kind::other:
        break;
    }
    return good ? std::nullopt : std::optional(quoted + " has no readable count");
}

} // namespace

std::optional<std::int64_t> parseMemoryMib(std::string_view text)
{
    constexpr int mib = 2; // 1024^2 bytes
    const std::string_view whole = text;
    const std::optional<int> unit = takeUnit(text);
    if (!unit)
        return std::nullopt;
    return scaled(text, whole.size() == text.size() ? 0 : *unit - mib);
}

std::optional<std::int64_t> parseShortCount(std::string_view text)
{
    const std::optional<int> unit = takeUnit(text);
    return unit ? scaled(text, *unit) : std::nullopt;
}

Result<Tres, std::string> parseTres(std::string_view text)
{
    Tres tres;
    GpuCount gpus;
    while (!text.empty()) {
        const std::string_view part = takePart(text);
        if (std::optional<std::string> fault = addPart(part, tres, gpus))
            return fail(*std::move(fault));
    }
    tres.gpus = gpus.count();
    tres.gpuTypes = std::move(gpus.types);
    return tres;
}

Result<Gpus, std::string> parseGresGpus(std::string_view text)
{
    if (text == "(null)" || text == "N/A")
        return Gpus{};
    GpuCount gpus;
    while (!text.empty()) {
        // "(S:0,1)" or "(IDX:0-1)" may hold commas; what stands in it is only where the GPUs are.
        const std::size_t open = text.find('(');
        const std::size_t comma = text.find(',');
        std::string_view part;
        if (open < comma) {
            const std::size_t close = text.find(')', open);
            if (close == std::string_view::npos)
                return fail('"' + std::string(text) + "\" lacks a closing bracket");
            part = text.substr(0, open);
            text.remove_prefix(close + 1);
            static_cast<void>(takePart(text));
        } else {
            part = takePart(text);
        }
        for (const std::string_view prefix : {"gres/", "gres:"})
            if (part.starts_with(prefix))
                part.remove_prefix(prefix.size());
        const std::size_t colon = part.find(':');
        if (part.substr(0, colon) != "gpu")
            continue;
        const std::string_view rest =
            colon == std::string_view::npos ? std::string_view("1") : part.substr(colon + 1);
        const std::size_t last = rest.rfind(':');
        const std::string_view count = last == std::string_view::npos ? rest : rest.substr(last + 1);
        const std::string_view type =
            last == std::string_view::npos ? std::string_view{} : rest.substr(0, last);
        const std::optional<std::int64_t> number = parseShortCount(count);
        // "gpu:a100" names a type and asks for one.
        if (!number && last == std::string_view::npos && !count.empty()) {
            if (!gpus.add(count, 1))
                return fail(std::string("too many GPUs"));
            continue;
        }
        if (!number || !gpus.add(type, *number))
            return fail('"' + std::string(part) + "\" has no readable count");
    }
    return Gpus{gpus.count(), std::move(gpus.types)};
}

void addGpuType(std::string& types, std::string_view type)
{
    std::size_t at = 0;
    while (at < types.size()) {
        const std::size_t end = std::min(types.find(',', at), types.size());
        const std::string_view listed = std::string_view(types).substr(at, end - at);
        if (listed == type)
            return;
        if (type < listed)
            break;
        at = end + 1;
    }
    if (at > types.size()) // behind the last one
        types.append(",").append(type);
    else if (types.empty())
        types = type;
    else
        types.insert(at, std::string(type) + ',');
}

} // namespace hpcbill::slurm

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/error.h"
#include "common/time/time.h"
#include "server/http/cursor.h"
#include "server/http/request.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::http
{

/// Reads a request's query. What a route reads is what it allows: `finish()`, which must be called once all
/// is read, throws InvalidInput naming every parameter that is unknown, repeated or wrong. Until then wrong
/// values read as absent.
class Query final
{
public:
    static constexpr std::int64_t defaultLimit = 100;
    static constexpr std::int64_t maxLimit = 1000;

    explicit Query(const Request& request);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    std::optional<std::string> text(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
    /// A moment, or a date for its first moment in UTC.
    std::optional<UtcTime> time(std::string_view name);
    std::optional<std::chrono::sys_days> date(std::string_view name);
    /// One of `choices`.
    std::optional<std::string> choice(std::string_view name, const std::vector<std::string_view>& choices);

    /// `limit`: 1 to 1000, 100 where absent.
    std::int64_t limit();
    /// `cursor`, as `Cursor(list, …)` of the previous page wrote it, with `size` parts.
    std::optional<Cursor> cursor(std::string_view list, std::size_t size);

    /// For rules between parameters that the reader does not know.
    void refuse(std::string_view name, std::string detail);
    /// Call once all is read.
    void finish();

private:
    const std::string* find(std::string_view name);

    const TextPairs& m_pairs;
    std::set<std::string, std::less<>> m_known;
    std::vector<FieldError> m_errors;
    int m_exceptionsAtStart;
    bool m_finished = false;
};

} // namespace hpcbill::http

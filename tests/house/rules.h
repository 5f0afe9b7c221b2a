// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/house/source_tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::house
{

using Findings = std::vector<Finding>;

/// Who may include whom, and that only faces are included from outside a feature.
Findings includeArrows(const SourceTree& tree);
/// Qt, Poco, libpq and so on stay where they belong.
Findings libraries(const SourceTree& tree);
/// A table is written by the folder that owns it, and every table has an owner.
Findings tableWriters(const SourceTree& tree);
/// No file of more than 500 lines or 25 KB.
Findings sizes(const SourceTree& tree);
/// Words that have a better replacement.
Findings bannedWords(const SourceTree& tree);
/// Every source, suite, migration and folder is named by a CMakeLists.txt.
Findings unbuilt(const SourceTree& tree);
/// The licence line, and `#pragma once`.
Findings firstLines(const SourceTree& tree);
/// No floating point near money.
Findings floatingPoint(const SourceTree& tree);

/// A fault that is meant, with the reason why.
struct Exemption {
    std::string rule;
    std::string path;
    std::string reason;
};

/// Lines of `RULE PATH REASON…`; `#` begins a comment. A line without a reason becomes a finding.
std::vector<Exemption> readExemptions(const std::string& file, std::string_view text, Findings& findings);

/// What is left of the findings; exemptions that nothing needs any more are findings themselves.
Findings withoutExempted(Findings findings, const std::vector<Exemption>& exemptions, const std::string& file);

} // namespace hpcbill::house

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <iosfwd>

namespace hpcbill::audit
{
class LogVerifier;
}

namespace hpcbill::cli
{

/// Verifies an exported log, JSON Lines or CSV, as it comes, in constant memory: lines are parsed and hashed on several threads, and
/// compared in their order. How many bytes there were, as far as was read; 0 for CSV without a record too. Does not finish the verifier.
std::size_t verifyStream(std::istream& stream, audit::LogVerifier& verifier);

} // namespace hpcbill::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace hpcbill::support
{

/// One gzip member, with a file's name and a comment in its header.
std::string gzipped(std::string_view text, int level = 6);

/// One zstd frame with a checksum. `windowLog` is the power of two of the window; 0 leaves it to the library.
std::string zstdPacked(std::string_view text, int level = 3, int windowLog = 0);

} // namespace hpcbill::support

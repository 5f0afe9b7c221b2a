// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/scratch_directory.h"

#include <stdexcept>
#include <string>

#include <cstdlib>

namespace hpcbill::support
{

ScratchDirectory::ScratchDirectory()
{
    std::string name = std::filesystem::temp_directory_path() / "hpcbill-XXXXXX";
    if (!mkdtemp(name.data()))
        throw std::runtime_error("cannot make a temporary directory " + name);
    m_path = name;
    std::filesystem::permissions(m_path, std::filesystem::perms{0755});
}

ScratchDirectory::~ScratchDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace hpcbill::support

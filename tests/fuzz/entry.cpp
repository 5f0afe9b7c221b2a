// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer's way in; which target, each program is told when it is compiled.
#include "tests/fuzz/targets.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count)
{
    static const hpcbill::fuzz::Target& target = []() -> const hpcbill::fuzz::Target& {
        for (const hpcbill::fuzz::Target& one : hpcbill::fuzz::all) {
            if (one.name == HPCBILL_FUZZ_TARGET)
                return one;
        }
        __builtin_trap();
    }();
    target.feed({reinterpret_cast<const char*>(bytes), count});
    return 0;
}

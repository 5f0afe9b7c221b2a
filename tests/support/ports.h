// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace hpcbill::support
{

/// The first of so many neighbouring ports of 127.0.0.1 that nobody listens on, for a program that has to be told its port. They
/// are below those that the kernel gives to outgoing connections, which could take one before it is used; each call begins
/// elsewhere, and each process. Throws std::runtime_error when there are none.
std::uint16_t freePorts(int count = 1);

} // namespace hpcbill::support

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/api_error.h"

namespace hpcbill::client
{

/// What went wrong and what to do next, in one or two sentences of the present language.
QString errorText(const ApiError& error);
/// `Request 01J…`: what to quote to an operator; empty without an answer.
QString requestText(const ApiError& error);

} // namespace hpcbill::client

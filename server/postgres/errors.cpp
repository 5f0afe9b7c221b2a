// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/errors.h"

namespace hpcbill::postgres
{

// Out of line, so that each class has one home for its type information.
DatabaseError::~DatabaseError() = default;
Unavailable::~Unavailable() = default;
QueryError::~QueryError() = default;
ConstraintViolation::~ConstraintViolation() = default;
SerializationFailure::~SerializationFailure() = default;
Timeout::~Timeout() = default;

} // namespace hpcbill::postgres

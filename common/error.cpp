// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"

#include <utility>

namespace hpcbill
{
namespace
{

std::string sentenceOf(const std::vector<FieldError>& fields)
{
    std::string sentence;
    for (const FieldError& field : fields) {
        if (!sentence.empty())
            sentence += "; ";
        sentence += field.field.empty() ? field.detail : field.field + ": " + field.detail;
    }
    return sentence.empty() ? "The input is not valid." : sentence;
}

} // namespace

// The destructors stand here so that each kind has one vtable, and can be caught across libraries.
Error::~Error() = default;
InvalidInput::~InvalidInput() = default;
NotFound::~NotFound() = default;
Conflict::~Conflict() = default;
Stale::~Stale() = default;
PreconditionRequired::~PreconditionRequired() = default;
Forbidden::~Forbidden() = default;
Unauthenticated::~Unauthenticated() = default;
PayloadTooLarge::~PayloadTooLarge() = default;
AmountTooLarge::~AmountTooLarge() = default;
Overloaded::~Overloaded() = default;

InvalidInput::InvalidInput(std::vector<FieldError> fields)
    : Error("invalid_input", sentenceOf(fields))
    , m_fields(std::move(fields))
{
}

InvalidInput::InvalidInput(std::string field, std::string detail)
    : InvalidInput(std::vector<FieldError>{{std::move(field), std::move(detail)}})
{
}

} // namespace hpcbill

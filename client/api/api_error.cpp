// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/api_error.h"

namespace hpcbill::client
{

QString ApiError::detailOf(const QString& field) const
{
    for (const FieldError& error : fields) {
        if (error.field == field)
            return error.detail;
    }
    return {};
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace hpcbill::client
{

/// The text of a bank's file: UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-874, in
/// which Thai banks write. Nothing where the bytes are no text in any of them.
std::optional<QString> statementText(const QByteArray& bytes);

} // namespace hpcbill::client

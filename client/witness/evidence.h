// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/witness/seen.h"

namespace hpcbill::client
{

/// `cut_off`, `rewritten`, `no_proof`, `key_changed`, `signature_wrong`, `admitted`.
QString codeOf(AlarmKind kind);

/// All that somebody needs to see for themselves that history was changed, without us and without the server: a JSON document,
/// described in docs/witness.md.
QByteArray evidenceOf(const Alarm& alarm, const QList<TrustedKey>& keys, const QList<SeenCheckpoint>& seen);

} // namespace hpcbill::client

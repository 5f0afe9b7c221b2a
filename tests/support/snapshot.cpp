// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/snapshot.h"

namespace hpcbill::support
{

std::string snapshotOf(const TestDatabase& database)
{
    // query_to_xml runs a statement that is put together here, once for each table.
    return database.value(R"sql(
        select string_agg(format('%s: %s', c.relname, (xpath('/row/digest/text()', query_to_xml(format(
                   'select count(*) || '' '' || md5(coalesce(string_agg(%s, '''' order by t::text), '''')) as digest from %s t %s',
                   case when c.relname = 'sessions' then '''''' else 't::text' end, c.oid::regclass,
                   case when c.relname = 'outbox' then 'where event_type <> ''audit.checkpoint''' end), false, true, '')))[1]),
               E'\n' order by c.relname)
        from pg_class c
        where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
          and c.relname not in ('audit_checkpoints', 'audit_nodes', 'audit_keys')
    )sql");
}

} // namespace hpcbill::support

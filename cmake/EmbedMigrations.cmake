# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DOUTPUT=FILE -DFILES=a.sql|b.sql -P EmbedMigrations.cmake: the SQL files as a C++ source.
string(REPLACE "|" ";" files "${FILES}")
set(rows "")
foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    string(REGEX MATCH "^[0-9]+" number "${name}")
    math(EXPR version "1${number} - 10000")
    file(READ "${file}" sql)
    string(APPEND rows "        {${version}, \"${name}\", R\"migration(${sql})migration\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made of server/migrations by cmake/EmbedMigrations.cmake.
#include \"server/postgres/migrate.h\"

namespace hpcbill::postgres
{

const std::vector<Migration>& knownMigrations()
{
    static const std::vector<Migration> migrations{
${rows}    };
    return migrations;
}

} // namespace hpcbill::postgres
")

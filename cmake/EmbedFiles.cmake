# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DOUTPUT=FILE -DFILES=a|b -DHEADER=h -DFUNCTION=ns::f -P EmbedFiles.cmake: text files as a C++ source that defines
# `std::string_view f(std::string_view name)`, which answers a file's content by its name, and nothing for a name it does not know.
string(REPLACE "|" ";" files "${FILES}")
set(rows "")
foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    file(READ "${file}" content)
    string(APPEND rows "    if (name == \"${name}\") return R\"embedded(${content})embedded\";\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made by cmake/EmbedFiles.cmake.
#include \"${HEADER}\"

std::string_view ${FUNCTION}(std::string_view name)
{
${rows}    return {};
}
")

# SPDX-License-Identifier: GPL-3.0-or-later
# How everything here is compiled and linked.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(HPCBILL_WERROR "Treat warnings as errors" ON)
option(HPCBILL_FUZZ "Build the fuzzers, by clang" OFF)
set(HPCBILL_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

find_program(CCACHE ccache)
if(CCACHE)
    # Precompiled headers need these to be cached at all (ccache manual, "Precompiled headers").
    set(ccache_command ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${ccache_command})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache_command})
endif()

add_library(hpcbill_options INTERFACE)
target_compile_options(hpcbill_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wold-style-cast $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast> -Wshadow
    -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
    $<$<BOOL:${HPCBILL_WERROR}>:-Werror>
    $<$<AND:$<BOOL:${CCACHE}>,$<CXX_COMPILER_ID:GNU>>:-fpch-preprocess>)
if(HPCBILL_SANITIZE)
    set(sanitized TRUE) # a list with commas is no argument of a generator expression
else()
    set(sanitized FALSE)
endif()
# Optimised or sanitized, GCC 12 follows paths through std::string and std::optional that cannot be taken, and warns of what would happen there
# (GCC bugs 105329, 105562, 105651). What these warnings are for, the sanitizer builds find.
target_compile_options(hpcbill_options INTERFACE
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<OR:$<CONFIG:Release,RelWithDebInfo>,$<BOOL:${sanitized}>>>:-Wno-stringop-overread;-Wno-stringop-overflow;-Wno-array-bounds;-Wno-restrict;-Wno-maybe-uninitialized>")
if(HPCBILL_SANITIZE)
    target_compile_options(hpcbill_options INTERFACE -fsanitize=${HPCBILL_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(hpcbill_options INTERFACE -fsanitize=${HPCBILL_SANITIZE})
else()
    target_compile_definitions(hpcbill_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
    target_compile_options(hpcbill_options INTERFACE -fstack-protector-strong)
    target_link_options(hpcbill_options INTERFACE -Wl,-z,relro,-z,now)
endif()

find_program(MOLD mold)
if(MOLD)
    target_link_options(hpcbill_options INTERFACE -fuse-ld=mold)
endif()

# A precompiled header is taken only where every macro that it looks at is the same, and Poco sets some that the C library's
# headers look at: they are set everywhere.
target_compile_definitions(hpcbill_options INTERFACE $<TARGET_PROPERTY:Poco::Foundation,INTERFACE_COMPILE_DEFINITIONS>)

# hpcbill_headers(NAME HEADERS... LIBRARIES LIBRARIES...): headers compiled once, for target_precompile_headers(... REUSE_FROM NAME).
function(hpcbill_headers name)
    cmake_parse_arguments(PARSE_ARGV 1 headers "" "" "LIBRARIES")
    set(source "${CMAKE_BINARY_DIR}/${name}.cpp")   # they hang on a target, and a target needs a source
    file(WRITE "${source}.new" "// Empty.\n")
    file(COPY_FILE "${source}.new" "${source}" ONLY_IF_DIFFERENT)
    add_library(${name} OBJECT "${source}")
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE hpcbill_options ${headers_LIBRARIES})
    target_precompile_headers(${name} PRIVATE ${headers_UNPARSED_ARGUMENTS})
endfunction()

# hpcbill_library(NAME SOURCES...): a static library of ours, its headers included by their path from the root.
function(hpcbill_library name)
    add_library(${name} STATIC ${ARGN})
    target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE hpcbill_options)
endfunction()

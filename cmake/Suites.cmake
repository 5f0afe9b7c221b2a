# SPDX-License-Identifier: GPL-3.0-or-later
# hpcbill_suite(FILE LIBRARIES...): tests/a/b/tst_c.cpp becomes the executable tst_a_b_c and the CTest test a.b.c.
# A suite speaks by its exit code alone; scripts/test counts what was skipped.
function(hpcbill_suite file)
    file(RELATIVE_PATH path "${CMAKE_SOURCE_DIR}/tests" "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    string(REGEX REPLACE "\\.cpp$" "" path "${path}")
    string(REGEX REPLACE "tst_" "" path "${path}")
    string(REPLACE "/" "." test "${path}")
    string(REPLACE "/" "_" target "tst_${path}")
    add_executable(${target} ${file})
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE hpcbill_options Qt6::Test ${ARGN})
    # GCC takes a precompiled header only where the macros that it looks at are the same: those of Poco, of Qt's modules, and
    # the folder of each suite, which only QFINDTESTDATA needs.
    target_compile_options(${target} PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    if("hpcbill_client" IN_LIST ARGN AND NOT "${ARGN}" MATCHES "hpcbill_support")
        target_precompile_headers(${target} REUSE_FROM hpcbill_suite_window)
    elseif(NOT "${ARGN}" MATCHES "Qt6::|hpcbill_client|hpcbill_desktop")
        target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:Poco::Foundation,INTERFACE_COMPILE_DEFINITIONS>)
        target_precompile_headers(${target} REUSE_FROM hpcbill_suite)
    endif()
    target_compile_definitions(${target} PRIVATE
        HPCBILL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HPCBILL_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${test} COMMAND ${target})
    set_tests_properties(${test} PROPERTIES TIMEOUT 300 ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8")
endfunction()

# What nearly every suite includes, compiled once for those without and once for those with a window.
function(hpcbill_suite_headers name)
    add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/tests/support/suite_headers.cpp)
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE hpcbill_options Qt6::Test ${ARGN})
    target_compile_options(${name} PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    target_precompile_headers(${name} PRIVATE <QtTest> <nlohmann/json.hpp> <map> <memory> <string> <vector>)
endfunction()

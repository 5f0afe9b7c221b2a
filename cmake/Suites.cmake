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
    target_compile_definitions(${target} PRIVATE
        HPCBILL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HPCBILL_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${test} COMMAND ${target})
    set_tests_properties(${test} PROPERTIES TIMEOUT 300 ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8")
endfunction()

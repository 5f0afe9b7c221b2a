# SPDX-License-Identifier: GPL-3.0-or-later
# hpcbill_suite(FILE LIBRARIES...): tests/a/b/tst_c.cpp becomes the executable tst_a_b_c and the CTest test a.b.c.
# A suite speaks by its exit code alone; scripts/test counts what was skipped.
# Its limit is for what hangs, and several times what it takes on a machine that is slow.
function(hpcbill_suite file)
    file(RELATIVE_PATH path "${CMAKE_SOURCE_DIR}/tests" "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    string(REGEX REPLACE "\\.cpp$" "" path "${path}")
    string(REGEX REPLACE "tst_" "" path "${path}")
    string(REPLACE "/" "." test "${path}")
    string(REPLACE "/" "_" target "tst_${path}")
    # One moc run per suite; AUTOMOC would compile a file of its own for each beside it.
    string(REGEX REPLACE "\\.cpp$" ".moc" moc "${file}")
    qt_generate_moc("${file}" "${CMAKE_CURRENT_BINARY_DIR}/${moc}" TARGET ${target})
    add_executable(${target} ${file} "${CMAKE_CURRENT_BINARY_DIR}/${moc}")
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
    target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE hpcbill_options Qt6::Test fmt::fmt ${ARGN})
    # Macros that differ from suite to suite, and that only QFINDTESTDATA needs: with them no precompiled header would be taken.
    target_compile_options(${target} PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    if("${ARGN}" MATCHES "hpcbill_client|hpcbill_desktop")
        target_precompile_headers(${target} REUSE_FROM hpcbill_suite_window)
    else()
        target_link_libraries(${target} PRIVATE Qt6::Network)
        target_precompile_headers(${target} REUSE_FROM hpcbill_suite)
    endif()
    target_compile_definitions(${target} PRIVATE
        HPCBILL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HPCBILL_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${test} COMMAND ${target})
    set(seconds 900)
    if(test MATCHES "^e2e\\.")
        set(seconds 1500)
    elseif(test STREQUAL "slurm.ingest")
        set(seconds 1800)
    endif()
    # Qt's own limit, of five minutes a function, must not decide before that.
    set_tests_properties(${test} PROPERTIES TIMEOUT ${seconds} ENVIRONMENT
        "QTEST_FUNCTION_TIMEOUT=${seconds}000;QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;DBUS_SESSION_BUS_ADDRESS=disabled:;TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan-suppressions.txt")
endfunction()

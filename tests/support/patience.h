// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

// Precompiled for every suite (tests/CMakeLists.txt). Qt's QTRY_ macros wait five seconds, which a loaded machine takes for one request
// now and then; a suite then fails for want of time alone. What comes at once is seen at once however long one is ready to wait.
// <QTest> has a guard: including it again does not bring Qt's own back.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT(expression, 60'000)
#define QTRY_VERIFY2(expression, message) QTRY_VERIFY2_WITH_TIMEOUT(expression, message, 60'000)
#define QTRY_COMPARE(expression, expected) QTRY_COMPARE_WITH_TIMEOUT(expression, expected, 60'000)

// SPDX-License-Identifier: GPL-3.0-or-later
// Empty: the suites' precompiled headers hang on a target, and a target needs a source.

// SPDX-License-Identifier: GPL-3.0-or-later
// Read by moc alone, before each file: moc of Qt 6.4 cannot parse the attribute that libstdc++'s namespaces
// carry.
#define _GLIBCXX_VISIBILITY(V)

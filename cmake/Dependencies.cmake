# SPDX-License-Identifier: GPL-3.0-or-later
# Everything from outside; all of it is packaged by Debian 12 (scripts/packages).
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(Poco REQUIRED COMPONENTS Foundation Net NetSSL Crypto Util JSON)
find_package(PostgreSQL REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Network Sql Charts Svg Test LinguistTools)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(ctemplate REQUIRED IMPORTED_TARGET libctemplate)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# libcsv says nothing to pkg-config.
find_library(csv_library csv REQUIRED)
find_path(csv_headers csv.h REQUIRED)
add_library(libcsv SHARED IMPORTED)
set_target_properties(libcsv PROPERTIES IMPORTED_LOCATION "${csv_library}" INTERFACE_INCLUDE_DIRECTORIES "${csv_headers}")

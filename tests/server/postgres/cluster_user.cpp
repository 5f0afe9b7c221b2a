// SPDX-License-Identifier: GPL-3.0-or-later
// A program that uses the embedded cluster of a directory until it is told to end or killed: what a test can
// kill.
#include "server/postgres/embedded_cluster.h"
#include "server/postgres/errors.h"

#include <iostream>
#include <string>

int main(int argc, char** argv)
{
    if (argc != 2)
        return 2;
    try {
        const hpcbill::postgres::EmbeddedCluster cluster(argv[1], {"fsync=off"});
        std::cout << "ready" << std::endl;
        std::string line;
        std::getline(std::cin, line);
    } catch (const hpcbill::postgres::DatabaseError& error) {
        std::cout << error.what() << std::endl;
        return 1;
    }
    return 0;
}

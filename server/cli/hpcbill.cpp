// SPDX-License-Identifier: GPL-3.0-or-later
// The operators' command line: hpcbill [--config FILE] [--json] VERB …
#include "common/error.h"
#include "server/cli/invocation.h"
#include "server/http/log.h"
#include "server/postgres/errors.h"

#include <Poco/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

namespace
{

using namespace hpcbill;

struct Verb {
    std::string_view name;
    int (*run)(cli::Invocation&);
    std::string_view usage;
};

constexpr std::array verbs{
    Verb{"migrate", &cli::migrate, "migrate                                 bring the schema up to date"},
    Verb{"check-config", &cli::checkConfig,
         "check-config                            name every setting for which hpcbilld would not start: unsafe or wrong"},
    Verb{"user", &cli::user,
         "user add NAME --role ROLE [--temporary] make a user; the password comes from a prompt or standard "
         "input,\n"
         "                                        and is to be changed at the first login where it is temporary\n"
         "  user password NAME [--permanent]      set a password, which is to be changed at the next login unless permanent\n"
         "  user unlock NAME | --address ADDRESS [--reason TEXT]   let a user log in again, or everybody from an address that is locked\n"
         "  user role NAME ROLE | list"},
    Verb{"token", &cli::token,
         "token add NAME --role ROLE --route ROUTE --days N   make an API token for a machine and print its secret,\n"
         "                                        once; several --role and --route; a route is \"GET /api/v1/jobs\"\n"
         "                                        or \"GET /api/v1/*\"\n"
         "  token revoke NAME | list"},
    Verb{"import", &cli::importFile,
         "import FILE --cluster NAME [--time-zone ZONE]   read a file of sacct lines, also gzip or zstd (- is standard input)"},
    Verb{"ingest", &cli::ingest,
         "ingest --once [--cluster NAME] [--source slurmrestd|sacct|csv] [--from DATE]   poll now"},
    Verb{"receipts", &cli::receipts,
         "receipts run --month YYYY-MM            bill everybody's unbilled jobs that ended before the end of a month"},
    Verb{"secrets", &cli::secrets,
         "secrets rotate PROVIDER [--name NAME]   put a new webhook secret in force beside the old one; it comes from a prompt or\n"
         "                                        standard input\n"
         "  secrets retire ID | list"},
    Verb{"audit", &cli::audit,
         "audit verify [FILE] [--checkpoint FILE] [--key KEY]   check the audit log, or an export of it\n"
         "  audit export [--from DATE] [--to DATE]  write it, or a window of it, as JSON Lines\n"
         "  audit checkpoint                      print what is signed of it, for keeping elsewhere\n"
         "  audit keys | rotate-key               by which keys; by a new one from now on"},
    Verb{"doctor", &cli::doctor,
         "doctor                                  recount what is derived and compare"},
};

void printUsage(std::FILE* stream)
{
    fmt::print(stream, "usage: hpcbill [--config FILE] [--json] VERB\n\n");
    for (const Verb& verb : verbs)
        fmt::print(stream, "  {}\n", verb.usage);
    fmt::print(stream,
               "\nExit codes: 0 good, 1 what was checked is bad, 2 wrong usage, 3 could not be done.\n");
}

int run(std::vector<std::string> words)
{
    std::optional<std::filesystem::path> configFile;
    bool json = false;
    while (!words.empty() && words.front().starts_with("-")) {
        if (words.front() == "--help")
            return printUsage(stdout), cli::good;
        if (words.front() == "--version")
            return fmt::print("hpcbill {}\n", HPCBILL_VERSION), cli::good;
        if (words.front() == "--json") {
            json = true;
        } else if (words.front() == "--config" && words.size() > 1) {
            configFile = words[1];
            words.erase(words.begin());
        } else {
            throw cli::UsageError(fmt::format("{} is not understood", words.front()));
        }
        words.erase(words.begin());
    }
    if (words.empty())
        throw cli::UsageError("the verb is missing");
    for (const Verb& verb : verbs) {
        if (verb.name != words.front())
            continue;
        words.erase(words.begin());
        if (const auto flag = std::find(words.begin(), words.end(), "--json"); flag != words.end()) {
            json = true;
            words.erase(flag);
        }
        cli::Invocation call(std::move(configFile), json, std::move(words));
        return verb.run(call);
    }
    throw cli::UsageError(fmt::format("{} is not a verb", words.front()));
}

} // namespace

int main(int count, char** words)
{
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run({words + 1, words + count});
    } catch (const cli::UsageError& error) {
        fmt::print(stderr, "hpcbill: {}\n\n", error.what());
        printUsage(stderr);
        return cli::usageError;
    } catch (const InvalidInput& error) {
        for (const FieldError& field : error.fields())
            fmt::print(stderr, "hpcbill: {}: {}\n", field.field, field.detail);
    } catch (const postgres::Unavailable& error) {
        fmt::print(
            stderr,
            "hpcbill: The database went away or cannot be reached. What was not committed is undone: run the "
            "same command again when it is back.\n{}\n",
            error.what());
    } catch (const Poco::Exception& error) {
        fmt::print(stderr, "hpcbill: {}\n", error.displayText());
    } catch (const std::exception& error) {
        fmt::print(stderr, "hpcbill: {}\n", error.what());
    }
    return cli::failed;
}

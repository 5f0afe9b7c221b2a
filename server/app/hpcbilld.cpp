// SPDX-License-Identifier: GPL-3.0-or-later
// The server: reads its configuration, serves until SIGTERM or SIGINT, ends in order.
#include "common/error.h"
#include "server/app/application.h"
#include "server/app/config.h"
#include "server/http/log.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

namespace
{

using namespace hpcbill;

constexpr int exitUsage = 2;
constexpr int exitFailed = 3;

constexpr const char* usageText =
    "usage: hpcbilld [--config FILE]\n"
    "Serves HPC Billing. Settings come from FILE (NAME = value) and, over it, from the environment;\n"
    "docs/configuration.md lists them. DATABASE_URL is the only one that must be set.\n";

/// All threads that start later inherit the mask, so that these signals reach nobody but the waiting main
/// thread.
sigset_t blockedSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

int serve(const std::optional<std::filesystem::path>& configFile)
{
    const auto [config, faults] = app::examineConfig(configFile);
    for (const app::ConfigFault& fault : faults)
        fmt::print(stderr, "hpcbilld: {}: {}\n", fault.name, fault.detail);
    if (!faults.empty())
        return exitFailed;

    http::configureLogging(config.logLevel);
    const sigset_t signals = blockedSignals();
    app::Application application(config);
    application.start();
    Poco::Logger& log = Poco::Logger::get("hpcbilld");
    log.information(fmt::format("serving on http://{}:{}", config.httpAddress, application.port()));
    int signal = 0;
    sigwait(&signals, &signal);
    log.information(fmt::format("stopping on signal {}", signal));
    application.stop();
    return 0;
}

} // namespace

int main(int count, char** words)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::optional<std::filesystem::path> configFile;
    const std::vector<std::string_view> arguments(words + 1, words + count);
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        if (arguments[at] == "--help")
            return fmt::print("{}", usageText), 0;
        if (arguments[at] == "--version")
            return fmt::print("hpcbilld {}\n", HPCBILL_VERSION), 0;
        if (arguments[at] == "--config" && at + 1 < arguments.size()) {
            configFile = arguments[++at];
            continue;
        }
        fmt::print(stderr, "hpcbilld: {} is not understood\n{}", arguments[at], usageText);
        return exitUsage;
    }
    try {
        return serve(configFile);
    } catch (const InvalidInput& error) {
        for (const FieldError& field : error.fields())
            fmt::print(stderr, "hpcbilld: {}: {}\n", field.field, field.detail);
    } catch (const Poco::Exception& error) {
        fmt::print(stderr, "hpcbilld: {}\n", error.displayText());
    } catch (const std::exception& error) {
        fmt::print(stderr, "hpcbilld: {}\n", error.what());
    }
    return exitFailed;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/app/config.h"
#include "server/http/route.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace hpcbill::app
{

struct Features;

/// The server as a whole: built from its configuration, started, stopped.
class Application final
{
public:
    /// Opens the database, brings its schema up to date and builds every feature. Serves nothing yet.
    explicit Application(const Config& config, Amounts amounts = Amounts::used);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    /// Binds the port and begins to poll the clusters.
    void start();
    /// Ends polls and requests under way in order.
    void stop();

    [[nodiscard]] std::uint16_t port() const;
    /// Everything that the server answers, with who may ask for it.
    [[nodiscard]] const std::vector<http::Route>& routes() const;

    /// For the command line.
    [[nodiscard]] Features& features();

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::app

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTemporaryDir>

#include <cstdint>
#include <string>

namespace hpcbill::support
{

/// A headless Chromium, driven by chromedriver over WebDriver (https://www.w3.org/TR/webdriver2/). Elements
/// are named by CSS selectors. Everything throws std::runtime_error with the driver's words when it cannot be
/// done.
class Browser final
{
public:
    Browser();
    ~Browser();
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;

    /// Whether chromium and chromedriver are installed.
    static bool isInstalled();

    void open(const std::string& url);
    [[nodiscard]] std::string url() const;
    /// Clicks on what leads to another page, and waits until that page is there. Elements are waited for, up
    /// to ten seconds.
    void follow(const std::string& selector);
    void type(const std::string& selector, const std::string& text);
    [[nodiscard]] std::string textOf(const std::string& selector);
    [[nodiscard]] bool has(const std::string& selector);
    /// What a script returns: its body, with `return`.
    nlohmann::json run(const std::string& script) const;

    /// The window's inner size in CSS pixels.
    void resize(int width, int height);
    void setDark(bool dark);
    /// The whole page, however long, as PNG.
    void screenshot(const std::string& file);

private:
    nlohmann::json command(const std::string& method, const std::string& path,
                           const nlohmann::json& body = nullptr) const;
    nlohmann::json devTools(const std::string& name, const nlohmann::json& parameters) const;
    std::string find(const std::string& selector);

    QTemporaryDir m_profile;
    QProcess m_driver;
    std::uint16_t m_port = 0;
    std::string m_session;
    int m_width = 1280;
    int m_height = 900;
};

} // namespace hpcbill::support

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/browser.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

#include <QByteArray>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>

#include <stdexcept>

namespace hpcbill::support
{
namespace
{

using Json = nlohmann::json;
constexpr int patienceMs = 120'000;
constexpr const char* elementKey =
    "element-6066-11e4-a52e-4f735466cecf"; // WebDriver's own name for "this is an element"

} // namespace

bool Browser::isInstalled()
{
    return !QStandardPaths::findExecutable("chromedriver").isEmpty() &&
           !QStandardPaths::findExecutable("chromium").isEmpty();
}

Browser::Browser()
{
    m_driver.setProcessChannelMode(QProcess::MergedChannels);
    m_driver.start("chromedriver", {"--port=0"});
    const QRegularExpression started("started successfully on port (\\d+)");
    QByteArray said;
    QElapsedTimer timer;
    timer.start();
    while (m_port == 0) {
        if (timer.elapsed() > patienceMs || !m_driver.waitForReadyRead(patienceMs))
            throw std::runtime_error("chromedriver does not start: " + said.toStdString());
        said += m_driver.readAll();
        if (const auto match = started.match(QString::fromUtf8(said)); match.hasMatch())
            m_port = match.captured(1).toUShort();
    }
    const Json arguments{"--headless",
                         "--no-sandbox",
                         "--disable-gpu",
                         "--disable-quic",
                         "--no-first-run",
                         "--disable-background-networking",
                         "--disable-component-update",
                         "--disable-sync",
                         "--hide-scrollbars",
                         "--lang=en",
                         "--user-data-dir=" + m_profile.path().toStdString()};
    const Json options{{"binary", QStandardPaths::findExecutable("chromium").toStdString()},
                       {"args", arguments}};
    const Json answer = command(
        "POST", "/session",
        {{"capabilities", {{"alwaysMatch", {{"browserName", "chrome"}, {"goog:chromeOptions", options}}}}}});
    m_session = "/session/" + answer["sessionId"].get<std::string>();
    command("POST", m_session + "/timeouts", {{"implicit", 10'000}});
    resize(m_width, m_height);
}

Browser::~Browser()
{
    try {
        command("DELETE", m_session);
    } catch (const std::exception& failure) {
        qWarning("the browser did not end in order: %s", failure.what());
    }
    m_driver.terminate();
    m_driver.waitForFinished(patienceMs);
}

Json Browser::command(const std::string& method, const std::string& path, const Json& body) const
{
    Poco::Net::HTTPClientSession session("127.0.0.1", m_port);
    session.setTimeout(Poco::Timespan(patienceMs / 1000, 0));
    Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
    const std::string text =
        method == "POST" ? (body.is_null() ? Json::object() : body).dump() : std::string();
    request.setContentType("application/json");
    request.setContentLength(static_cast<std::streamsize>(text.size()));
    session.sendRequest(request) << text;
    Poco::Net::HTTPResponse head;
    std::string answer;
    Poco::StreamCopier::copyToString(session.receiveResponse(head), answer);
    Json value = Json::parse(answer).at("value");
    if (head.getStatus() != Poco::Net::HTTPResponse::HTTP_OK)
        throw std::runtime_error(path + ": " + value.value("message", answer));
    return value;
}

Json Browser::devTools(const std::string& name, const Json& parameters) const
{
    return command("POST", m_session + "/goog/cdp/execute", {{"cmd", name}, {"params", parameters}});
}

void Browser::open(const std::string& url)
{
    command("POST", m_session + "/url", {{"url", url}});
}

std::string Browser::url() const
{
    return command("GET", m_session + "/url");
}

std::string Browser::find(const std::string& selector)
{
    return command("POST", m_session + "/element", {{"using", "css selector"}, {"value", selector}})
        .at(elementKey);
}

void Browser::follow(const std::string& selector)
{
    // A form's answer is under way when the click returns. The old page is told from the new one by a mark on
    // its window.
    run("window.isOldPage = true");
    command("POST", m_session + "/element/" + find(selector) + "/click");
    QElapsedTimer timer;
    timer.start();
    while (!run("return !window.isOldPage && document.readyState === 'complete'").get<bool>()) {
        if (timer.elapsed() > patienceMs / 2)
            throw std::runtime_error("no other page came after a click on " + selector);
    }
}

void Browser::type(const std::string& selector, const std::string& text)
{
    command("POST", m_session + "/element/" + find(selector) + "/value", {{"text", text}});
}

std::string Browser::textOf(const std::string& selector)
{
    return command("GET", m_session + "/element/" + find(selector) + "/text");
}

bool Browser::has(const std::string& selector)
{
    return run("return document.querySelector(" + Json(selector).dump() + ") !== null");
}

Json Browser::run(const std::string& script) const
{
    return command("POST", m_session + "/execute/sync", {{"script", script}, {"args", Json::array()}});
}

void Browser::resize(int width, int height)
{
    m_width = width;
    m_height = height;
    devTools("Emulation.setDeviceMetricsOverride",
             {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
}

void Browser::setDark(bool dark)
{
    devTools("Emulation.setEmulatedMedia",
             {{"features",
               Json::array({{{"name", "prefers-color-scheme"}, {"value", dark ? "dark" : "light"}}})}});
}

void Browser::screenshot(const std::string& file)
{
    const int height = m_height;
    resize(m_width, std::max(height, run("return document.documentElement.scrollHeight").get<int>()));
    const std::string encoded = command("GET", m_session + "/screenshot");
    resize(m_width, height);
    QFile picture(QString::fromStdString(file));
    if (!picture.open(QIODevice::WriteOnly))
        throw std::runtime_error("cannot write " + file);
    picture.write(QByteArray::fromBase64(QByteArray::fromStdString(encoded)));
}

} // namespace hpcbill::support

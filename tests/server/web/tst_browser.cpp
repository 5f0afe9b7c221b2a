// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/web/web_world.h"
#include "tests/support/browser.h"

#include <QDir>
#include <QtTest>

#include <memory>

using namespace hpcbill;

namespace
{

/// Every text on the page that contrasts with its ground by less than 4.5 : 1 (WCAG 2.1, 1.4.3), as "text
/// (ratio)".
const std::string faintTexts = R"js(
    const channel = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    const rgb = text => text.match(/[\d.]+/g).map(Number);
    const luminance = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
    const ground = element => {
        for (let e = element; e; e = e.parentElement) {
            const c = rgb(getComputedStyle(e).backgroundColor);
            if (c.length < 4 || c[3] > 0) return c;
        }
        return [255, 255, 255];
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || element.closest('title')) continue;
        const style = getComputedStyle(element);
        const own = luminance(rgb(element instanceof SVGElement ? style.fill : style.color));
        const below = luminance(ground(element));
        const ratio = (Math.max(own, below) + 0.05) / (Math.min(own, below) + 0.05);
        if (ratio < 4.5) faint.push(text + ' (' + ratio.toFixed(2) + ')');
    }
    return faint.join('; ');
)js";

/// What a screen reader or a keyboard would stumble over.
const std::string obstacles = R"js(
    const found = [];
    for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
        if (!field.labels.length) found.push('no label: ' + field.name);
    for (const button of document.querySelectorAll('button, a'))
        if (!button.textContent.trim()) found.push('no name: ' + button.outerHTML);
    for (const table of document.querySelectorAll('table'))
        if (!table.caption || !table.querySelector('th[scope=col]')) found.push('a table without caption or headings');
    if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
    if (document.querySelectorAll('main').length !== 1) found.push('not one main');
    if (!document.documentElement.lang) found.push('no language');
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    if (new Set(ids).size !== ids.length) found.push('an id twice');
    return found.join('; ');
)js";

slurm::JobRecord jobOf(std::int64_t id, const std::string& user, const std::string& name)
{
    slurm::JobRecord job = support::finishedJob(id);
    job.user = user;
    job.name = name;
    return job;
}

} // namespace

/// A researcher's visit, in a real browser.
class TestBrowser final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (!support::Browser::isInstalled())
            QSKIP("chromium and chromedriver are not installed");
        m_world = std::make_unique<support::WebWorld>();
        std::vector<slurm::JobRecord> records = support::manyJobs(400, 7);
        records.push_back(jobOf(900'001, "alice", "a-name-of-alice"));
        records.push_back(jobOf(900'002, "bob", "a-name-of-bob"));
        m_world->merge(records);
        for (const char* address : {"192.0.2.7", "2001:db8::7"})
            m_world->sessions.logIn("alice", support::WebWorld::password, identity::SessionKind::api,
                                    {"alice", std::nullopt, address, ""});
        m_browser = std::make_unique<support::Browser>();
        m_folder = HPCBILL_BINARY_DIR "/screenshots";
        QVERIFY(QDir().mkpath(QString::fromStdString(m_folder)));
    }
    void cleanupTestCase()
    {
        m_browser.reset();
        m_world.reset();
    }

    void aResearcherLogsInSeesTheirJobsAndMakesAReceipt()
    {
        m_browser->open(address("/me"));
        shoot("login");
        m_browser->type("#username", "alice");
        m_browser->type("#password", support::WebWorld::password);
        m_browser->follow("main button");
        QCOMPARE(m_browser->textOf("h1"), std::string("Your usage"));
        QVERIFY(m_browser->run("return document.body.innerText.includes('a-name-of-alice')").get<bool>());
        QVERIFY(!m_browser->run("return document.body.innerText.includes('a-name-of-bob')").get<bool>());
        shoot("usage");

        m_browser->follow(".tabs a:nth-child(2)");
        shoot("by-month");
        m_browser->open(address("/me?before=2026-12-01")); // the trend goes back two years, and the jobs do not move
        m_browser->follow(".tabs a:nth-child(4)");
        QVERIFY(m_browser->has("svg .bar"));
        shoot("trend");

        m_browser->open(address("/me"));
        m_browser->follow("tbody a");
        shoot("job");
        m_browser->follow("main a");

        m_browser->follow(".pair .primary");
        QVERIFY(m_browser->url().find("/me/receipts/1") != std::string::npos);
        QCOMPARE(m_world->database.value("select username || ' ' || status from receipts"),
                 std::string("alice pending"));
        shoot("receipt");
        m_browser->follow("header nav a:nth-child(2)");
        shoot("receipts");

        m_browser->follow("tbody a");
        m_browser->follow("main form button");
        QVERIFY(m_browser->url().find("/payments/thanks?rid=1") != std::string::npos);
        shoot("thanks-pending");
        m_browser->follow("main form button[value=paid]");
        QVERIFY(m_browser->run("return document.body.innerText.includes('the payment has arrived')").get<bool>());
        shoot("thanks");
        QCOMPARE(m_world->database.value("select status from receipts"), std::string("paid"));

        m_browser->open(address("/me/receipts/4711"));
        QCOMPARE(m_browser->textOf("h1"), std::string("Not found"));
        shoot("not-found");
    }

    void aResearcherLooksAfterTheirSessions()
    {
        m_browser->open(address("/me"));
        m_browser->follow(".who a.user");
        QCOMPARE(m_browser->textOf("h1"), std::string("Your sessions"));
        shoot("sessions");
        m_browser->open(address("/me/password"));
        shoot("password");
    }

    void anAuditorSeesTheConsole()
    {
        m_world->users.add("audrey", support::WebWorld::password, api::Role::auditor, {"system", std::nullopt, "", ""});
        m_browser->open(address("/me"));
        m_browser->follow(".who form:last-child button");
        m_browser->type("#username", "audrey");
        m_browser->type("#password", support::WebWorld::password);
        m_browser->follow("main button");
        m_browser->follow("header nav a:nth-child(3)");
        QCOMPARE(m_browser->textOf("h1"), std::string("Console"));
        shoot("console");
        m_browser->follow(".who form:last-child button");
        m_browser->type("#username", "alice");
        m_browser->type("#password", support::WebWorld::password);
        m_browser->follow("main button");
    }

    void theLanguageChangesWhereOneIs()
    {
        m_browser->open(address("/me?view=aggregate"));
        m_browser->follow(".who form button");
        QVERIFY(m_browser->url().ends_with("/me?view=aggregate"));
        QCOMPARE(m_browser->textOf("h1"), std::string("การใช้งานของคุณ"));
        shoot("by-month-th");
        m_browser->open(address("/me"));
        shoot("usage-th");
        m_browser->open(address("/payments/thanks?rid=1"));
        shoot("thanks-th");
        m_browser->open(address("/me/sessions"));
        shoot("sessions-th");
        m_browser->follow(".who form:last-child button");
        QVERIFY(m_browser->url().find("/login") != std::string::npos);
        QCOMPARE(m_browser->textOf("h1"), std::string("เข้าสู่ระบบ"));
        shoot("login-th");
    }

private:
    std::string address(const std::string& path) const
    {
        return m_world->url() + path;
    }

    /// In two widths and two themes; nothing may be wider than the window, faint, or out of a screen reader's
    /// reach.
    void shoot(const std::string& name)
    {
        for (const bool dark : {false, true}) {
            m_browser->setDark(dark);
            for (const int width : {360, 390, 1280}) {
                m_browser->resize(width, 900);
                const std::string shot = name + "-" + std::to_string(width) + (dark ? "-dark" : "");
                QVERIFY2(m_browser->run("return document.documentElement.scrollWidth").get<int>() <= width,
                         (shot + " is too wide").c_str());
                QCOMPARE(m_browser->run(faintTexts).get<std::string>(), std::string());
                QCOMPARE(m_browser->run(obstacles).get<std::string>(), std::string());
                if (width != 360 && (!dark || width == 1280))
                    m_browser->screenshot(m_folder + "/" + shot + ".png");
            }
        }
        m_browser->setDark(false);
        m_browser->resize(1280, 900);
    }

    std::unique_ptr<support::WebWorld> m_world;
    std::unique_ptr<support::Browser> m_browser;
    std::string m_folder;
};

QTEST_GUILESS_MAIN(TestBrowser)
#include "tst_browser.moc"

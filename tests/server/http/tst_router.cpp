// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/router.h"

#include <QtTest>

using namespace hpcbill;
using http::Method;

namespace
{

http::Router sampleRouter()
{
    const http::Handler none = [](const http::Request&) { return http::noContent(); };
    return http::Router({
        {Method::get, "/", api::anyone, none},
        {Method::get, "/me/receipts/{id}", api::anyone, none},
        {Method::get, "/me/receipts/{id}.pdf", api::anyone, none},
        {Method::get, "/me/receipts/{id}.th.pdf", api::anyone, none},
        {Method::get, "/me/receipts/new", api::anyone, none},
        {Method::get, "/jobs/{cluster}/{job_id}", api::anyone, none},
        {Method::put, "/rates/{tier}", api::admins, none},
        {Method::get, "/rates/{tier}", api::readers, none},
    });
}

} // namespace

class TestRouter final : public QObject
{
    Q_OBJECT

private slots:
    void pathsLeadToTheirPattern_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("parameters");
        const auto row = [](const char* path, const char* pattern, const char* parameters) {
            QTest::newRow(path) << QByteArray(path) << QByteArray(pattern) << QByteArray(parameters);
        };
        row("/", "/", "");
        row("/me/receipts/7", "/me/receipts/{id}", "id=7 ");
        row("/me/receipts/7.pdf", "/me/receipts/{id}.pdf", "id=7 ");
        row("/me/receipts/7.th.pdf", "/me/receipts/{id}.th.pdf", "id=7 ");
        row("/me/receipts/new", "/me/receipts/new", "");
        row("/jobs/a%2Fb/5", "/jobs/{cluster}/{job_id}", "cluster=a/b job_id=5 ");
        row("/jobs/%E0%B8%81/5", "/jobs/{cluster}/{job_id}", "cluster=\xE0\xB8\x81 job_id=5 ");
        row("/jobs//5", "", "");
        row("/jobs/a%zz/5", "", "");
        row("/jobs/a%00/5", "", "");
        row("/me/receipts/", "", "");
        row("/me/receipts/7/", "", "");
        row("/nothing", "", "");
        row("", "", "");
    }
    void pathsLeadToTheirPattern()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, parameters);
        const http::Router router = sampleRouter();
        const http::RouteMatch match = router.find(Method::get, path.toStdString());
        QByteArray found;
        for (const auto& [name, value] : match.parameters)
            found += QByteArray::fromStdString(name + "=" + value + " ");
        QCOMPARE(match.route != nullptr ? QByteArray::fromStdString(match.route->pattern) : QByteArray(),
                 pattern);
        QCOMPARE(found, parameters);
    }

    void aKnownPathTellsItsMethods()
    {
        const http::Router router = sampleRouter();
        QCOMPARE(router.find(Method::delete_, "/rates/mu").allow, std::string("GET, HEAD, PUT"));
        QCOMPARE(router.find(std::nullopt, "/rates/mu").allow, std::string("GET, HEAD, PUT"));
        QCOMPARE(router.find(Method::delete_, "/nothing").allow, std::string());
    }

    void headIsAnsweredByGet()
    {
        const http::Router router = sampleRouter();
        const http::RouteMatch match = router.find(Method::head, "/rates/mu");
        QVERIFY(match.route != nullptr);
        QCOMPARE(match.route->roles, api::readers);
    }
};

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"

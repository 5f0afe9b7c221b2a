// SPDX-License-Identifier: GPL-3.0-or-later
// The checker itself: small trees with one fault each, and their innocent neighbours.
#include "tests/house/rules.h"

#include <QtTest>

using namespace hpcbill;
using house::Findings;
using house::SourceTree;

namespace
{

using Rule = Findings (*)(const SourceTree&);
using Files = QMap<QString, QString>;

SourceTree treeOf(const Files& files)
{
    SourceTree tree;
    for (auto file = files.begin(); file != files.end(); ++file)
        tree.emplace(file.key().toStdString(), house::sourceFile(file.key().toStdString(), file.value().toStdString()));
    return tree;
}

/// "rule path:line" of each finding.
QStringList placesOf(const Findings& findings)
{
    QStringList places;
    for (const house::Finding& finding : findings)
        places << QString::fromStdString(finding.rule + " " + finding.path + ":" + std::to_string(finding.line));
    return places;
}

/// A header that exists, so that an include of it is judged by its place alone.
Files including(const QString& from, const QString& to)
{
    return {{from, "// a comment\n#include \"" + to + "\"\n"}, {to, "#pragma once\n"}};
}

} // namespace

Q_DECLARE_METATYPE(Rule)

class TestRules final : public QObject
{
    Q_OBJECT

private slots:
    void aRuleFindsItsFault_data()
    {
        QTest::addColumn<Rule>("rule");
        QTest::addColumn<Files>("files");
        QTest::addColumn<QStringList>("places");
        const auto fine = [](const char* name, Rule rule, const Files& files) { QTest::newRow(name) << rule << files << QStringList{}; };
        const auto bad = [](const char* name, Rule rule, const Files& files, const QStringList& places) {
            QTest::newRow(name) << rule << files << places;
        };
        const Rule arrows = house::includeArrows;
        bad("common includes server", arrows, including("common/money/money.cpp", "server/http/json.h"), {"include common/money/money.cpp:2"});
        bad("money includes pricing", arrows, including("common/money/a.h", "common/pricing/pricing.h"), {"include common/money/a.h:2"});
        fine("pricing includes money", arrows, including("common/pricing/a.h", "common/money/money.h"));
        bad("a feature includes one to its right", arrows, including("server/rates/rates.cpp", "server/usage/usage.h"), {"include server/rates/rates.cpp:2"});
        fine("a feature includes the face of one to its left", arrows, including("server/usage/usage.cpp", "server/rates/rates.h"));
        bad("a feature includes another's inside", arrows, including("server/usage/usage.cpp", "server/rates/store.h"), {"face server/usage/usage.cpp:2"});
        bad("pages include another feature's routes", arrows, including("server/web/me.cpp", "server/usage/routes.h"), {"face server/web/me.cpp:2"});
        fine("the composition includes routes", arrows, including("server/app/features.cpp", "server/usage/routes.h"));
        bad("http includes a feature", arrows, including("server/http/router.cpp", "server/identity/identity.h"), {"include server/http/router.cpp:2"});
        bad("the application includes the command line", arrows, including("server/app/a.cpp", "server/cli/b.h"), {"include server/app/a.cpp:2"});
        bad("a page includes another page", arrows, including("client/pages/usage/UsagePage.cpp", "client/pages/audit/AuditPage.h"),
            {"include client/pages/usage/UsagePage.cpp:2"});
        bad("a page includes the window", arrows, including("client/pages/usage/UsagePage.cpp", "client/app/MainWindow.h"),
            {"include client/pages/usage/UsagePage.cpp:2"});
        fine("a page includes its own", arrows, including("client/pages/usage/UsagePage.cpp", "client/pages/usage/UsageModel.h"));
        bad("the client includes the server", arrows, including("client/api/Client.cpp", "server/http/json.h"), {"include client/api/Client.cpp:2"});
        bad("the product includes a test", arrows, including("server/app/a.cpp", "tests/support/test_database.h"), {"include server/app/a.cpp:2"});
        fine("a test includes anything", arrows, including("tests/server/rates/tst_store.cpp", "server/rates/store.h"));
        bad("a path that is not from the root", arrows, {{"server/http/a.cpp", "#include \"router.h\"\n"}, {"server/http/router.h", ""}},
            {"include server/http/a.cpp:1"});
        fine("a commented include", arrows, {{"common/a.cpp", "// #include \"server/x.h\"\n/*\n#include \"server/x.h\"\n*/\n"}});

        const Rule libraries = house::libraries;
        bad("Qt in the server", libraries, {{"server/http/a.h", "#include <QString>\n"}}, {"library server/http/a.h:1"});
        bad("Qt in common", libraries, {{"common/a.h", "#include <QtCore/QString>\n"}}, {"library common/a.h:1"});
        bad("Poco in the client", libraries, {{"client/api/a.h", "\n#include <Poco/URI.h>\n"}}, {"library client/api/a.h:2"});
        bad("libpq in a feature", libraries, {{"server/usage/a.cpp", "#include <libpq-fe.h>\n"}}, {"library server/usage/a.cpp:1"});
        bad("the network in a page", libraries, {{"client/pages/usage/a.cpp", "#include <QNetworkReply>\n"}}, {"library client/pages/usage/a.cpp:1"});
        bad("threads in common", libraries, {{"common/a.h", "#include <thread>\n"}}, {"library common/a.h:1"});
        fine("libpq where it belongs", libraries, {{"server/postgres/a.cpp", "#include <libpq-fe.h>\n"}});

        const Rule tables = house::tableWriters;
        const auto sql = [](const char* path, const char* statement) { return Files{{path, QString("auto s = R\"sql(\n%1\n)sql\";\n").arg(statement)}}; };
        bad("insert by a stranger", tables, sql("server/web/a.cpp", "insert into users (name) values ($1)"), {"table server/web/a.cpp:2"});
        bad("update by a stranger", tables, sql("server/receipts/a.cpp", "UPDATE jobs j SET state = $1"), {"table server/receipts/a.cpp:2"});
        bad("delete by a stranger", tables, sql("server/usage/a.cpp", "delete from public.receipt_items"), {"table server/usage/a.cpp:2"});
        bad("copy by a stranger", tables, sql("server/slurm/a.cpp", "copy jobs (a, b) from stdin (format binary)"), {"table server/slurm/a.cpp:2"});
        bad("a family of tables", tables, sql("server/app/a.cpp", "insert into audit_checkpoints values ($1)"), {"table server/app/a.cpp:2"});
        fine("by its owner", tables, sql("server/usage/a.cpp", "insert into jobs (a) values ($1) on conflict do update set a = 1"));
        fine("reading joins", tables, sql("server/receipts/a.cpp", "select j.a from jobs j join users u on true for update of j"));
        fine("a temporary table", tables, sql("server/slurm/a.cpp", "insert into stage (a) values (1)"));
        fine("words in a comment", tables, {{"server/web/a.cpp", "// insert into users\n"}});
        bad("a table without owner", tables, {{"server/migrations/0009_x.sql", "-- x\ncreate table wonders (a int);\n"}},
            {"table server/migrations/0009_x.sql:2"});

        const Rule words = house::bannedWords;
        bad("catch all", words, {{"server/app/a.cpp", "try {\n} catch ( ... ) {}\n"}}, {"catch server/app/a.cpp:2"});
        fine("catch all in a comment", words, {{"server/app/a.cpp", "// catch (...)\nauto s = \"catch (...)\";\n"}});
        bad("sleeping", words, {{"tests/a/tst_a.cpp", "std::this_thread::sleep_for(1s);\nQTest::qWait(5);\n"}}, {"sleep tests/a/tst_a.cpp:1", "sleep tests/a/tst_a.cpp:2"});
        bad("pumping", words, {{"client/app/a.cpp", "QCoreApplication::processEvents();"}}, {"events client/app/a.cpp:1"});
        bad("a modal dialog", words, {{"client/pages/rates/a.cpp", "dialog.exec();"}}, {"exec client/pages/rates/a.cpp:1"});
        bad("old connect", words, {{"client/app/a.cpp", "connect(a, SIGNAL(b()), c, SLOT(d()));"}}, {"connect client/app/a.cpp:1", "connect client/app/a.cpp:1"});
        bad("the clock", words, {{"server/usage/a.cpp", "auto t = std::chrono::system_clock::now();"}}, {"clock server/usage/a.cpp:1"});
        fine("the clock in its place", words, {{"server/app/a.cpp", "auto t = std::chrono::system_clock::now();"}});
        bad("now() in a statement", words, sql("server/usage/a.cpp", "where ended_at < now()"), {"now server/usage/a.cpp:2"});
        fine("now() of the transaction", words, {{"server/usage/a.cpp", "auto t = tx.now();"}});
        bad("select all", words, sql("server/usage/a.cpp", "SELECT j.* from jobs j"), {"select server/usage/a.cpp:2"});
        fine("count all", words, sql("server/usage/a.cpp", "select count(*) from jobs"));
        bad("a singleton", words, {{"server/app/a.cpp", "Log::instance().write();"}}, {"singleton server/app/a.cpp:1"});
        bad("all of std", words, {{"common/a.cpp", "using namespace std;"}}, {"namespace common/a.cpp:1"});
        fine("literals of std", words, {{"common/a.cpp", "using namespace std::chrono_literals;"}});
        bad("put off", words, {{"scripts/x", "# TODO later\n"}}, {"later scripts/x:1"});
        fine("put off with an issue", words, {{"scripts/x", "# TODO(#12) later\n"}});
        bad("a name that tells nothing", words, {{"client/a.h", "class DialogManager final {\n"}}, {"name client/a.h:1"});
        fine("somebody else's name", words, {{"client/a.h", "class QNetworkAccessManager;\n"}});

        const Rule sizes = house::sizes;
        bad("many lines", sizes, {{"server/a.cpp", QString("x\n").repeated(501)}}, {"size server/a.cpp:501"});
        bad("many bytes", sizes, {{"scripts/a", QString(25 * 1024 + 1, 'x')}}, {"size scripts/a:0"});
        fine("as much as allowed", sizes, {{"server/a.cpp", QString("x\n").repeated(500)}});

        const Rule unbuilt = house::unbuilt;
        const QString sources = "hpcbill_library(a a.cpp sub/b.cpp ${CMAKE_SOURCE_DIR}/server/migrations/1.sql)\n# c.cpp\n";
        bad("a source in no list", unbuilt, {{"CMakeLists.txt", "add_subdirectory(server)"}, {"server/CMakeLists.txt", sources}, {"server/a.cpp", ""},
                                             {"server/sub/b.cpp", ""}, {"server/c.cpp", ""}, {"server/migrations/1.sql", ""}, {"server/migrations/2.sql", ""}},
            {"unbuilt server/c.cpp:1", "unbuilt server/migrations/2.sql:1"});
        bad("a suite that is compiled and not run", unbuilt,
            {{"CMakeLists.txt", "add_subdirectory(tests/x)"}, {"tests/x/CMakeLists.txt", "add_executable(t tst_a.cpp)\nhpcbill_suite(tst_b.cpp lib)"},
             {"tests/x/tst_a.cpp", ""}, {"tests/x/tst_b.cpp", ""}}, {"unbuilt tests/x/tst_a.cpp:1"});
        bad("a folder that nothing adds", unbuilt, {{"CMakeLists.txt", ""}, {"tests/x/CMakeLists.txt", ""}}, {"unbuilt tests/x/CMakeLists.txt:1"});

        const Rule first = house::firstLines;
        const QString licence = "// SPDX-License-Identifier: GPL-3.0-or-later\n";
        bad("no licence", first, {{"common/a.cpp", "#include <x>\n"}}, {"licence common/a.cpp:1"});
        bad("another licence", first, {{"common/a.cpp", "// SPDX-License-Identifier: MIT\n"}}, {"licence common/a.cpp:1"});
        bad("no guard", first, {{"common/a.h", licence + "int a();\n// #pragma once\n"}}, {"guard common/a.h:1"});
        fine("a script", first, {{"scripts/a", "#!/bin/bash\n# SPDX-License-Identifier: GPL-3.0-or-later\n"}});

        const Rule floats = house::floatingPoint;
        bad("a double", floats, {{"common/money/a.h", "\ndouble rate;\n"}}, {"float common/money/a.h:2"});
        bad("a float in SQL", floats, sql("server/receipts/a.cpp", "select sum(amount)::double precision"), {"float server/receipts/a.cpp:2"});
        fine("elsewhere", floats, {{"client/widgets/a.h", "double x;"}});
        fine("the word in prose", floats, {{"common/money/a.h", "// never a double\n"}});
    }

    void aRuleFindsItsFault()
    {
        QFETCH(const Rule, rule);
        QFETCH(const Files, files);
        QFETCH(const QStringList, places);
        QCOMPARE(placesOf(rule(treeOf(files))), places);
    }

    void anExemptionCoversItsFindingOnly()
    {
        Findings findings{{"catch", "a.cpp", 3, "x"}, {"catch", "b.cpp", 4, "x"}, {"size", "a.cpp", 501, "x"}};
        findings = house::withoutExempted(findings, {{"catch", "a.cpp", "top of a thread"}}, "list");
        QCOMPARE(placesOf(findings), QStringList({"catch b.cpp:4", "size a.cpp:501"}));
    }

    void anExemptionThatNothingNeedsIsAFinding()
    {
        QCOMPARE(placesOf(house::withoutExempted({}, {{"catch", "a.cpp", "top of a thread"}}, "list")), QStringList{"exemption list:1"});
    }

    void anExemptionNeedsAReason()
    {
        Findings findings;
        const auto exemptions = house::readExemptions("list", "# rule path reason\ncatch a.cpp\ncatch b.cpp top of a thread\n", findings);
        QCOMPARE(exemptions.size(), std::size_t{1});
        QCOMPARE(exemptions.front().reason, std::string("top of a thread"));
        QCOMPARE(placesOf(findings), QStringList{"exemption list:2"});
    }

    void theViewsOfAFileAreToldApart()
    {
        const house::SourceFile file = house::sourceFile("a.cpp", "int a = 1'000; // it's\nauto s = \"x \\\" // y\"; /* z */ char c = '\"'; R\"q()\" b)q\";");
        QCOMPARE(file.code.size(), file.text.size());
        QVERIFY(file.code.find("1'000") != std::string::npos);
        QVERIFY(file.code.find("char c = '\"'") != std::string::npos);
        QVERIFY(file.strings.find("x \\\" // y") != std::string::npos);
        QVERIFY(file.strings.find(")\" b)q") != std::string::npos);
        QVERIFY(file.comments.find("it's") != std::string::npos);
        QVERIFY(file.comments.find("z") != std::string::npos);
        QVERIFY(file.code.find('z') == std::string::npos);
        QCOMPARE(file.lineAt(file.text.find("auto")), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestRules)
#include "tst_rules.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The house rules on the tree as it is.
#include "tests/house/rules.h"

#include <QtTest>

#include <fstream>
#include <iterator>

using namespace hpcbill;

namespace
{

constexpr const char* exemptionsFile = "tests/house/exemptions.txt";

std::string readText(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

} // namespace

class TestTree final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_tree = house::readTree(HPCBILL_SOURCE_DIR);
        // A checker that finds nothing to read would be content with everything.
        QVERIFY(m_tree.contains("common/money/money.h"));
        QVERIFY(m_tree.contains("scripts/test"));
        QVERIFY(m_tree.contains("server/migrations/0001_audit_and_identity.sql"));
        QVERIFY2(m_tree.size() > 100, std::to_string(m_tree.size()).c_str());
    }

    void theHouseRulesHold()
    {
        house::Findings findings;
        const auto exemptions = house::readExemptions(exemptionsFile, readText(std::string(HPCBILL_SOURCE_DIR "/") + exemptionsFile), findings);
        for (const auto rule : {house::includeArrows, house::libraries, house::tableWriters, house::sizes, house::bannedWords,
                                house::unbuilt, house::firstLines, house::floatingPoint}) {
            const house::Findings found = rule(m_tree);
            findings.insert(findings.end(), found.begin(), found.end());
        }
        findings = house::withoutExempted(std::move(findings), exemptions, exemptionsFile);
        QVERIFY2(findings.empty(), house::listOf(findings).c_str());
    }

private:
    house::SourceTree m_tree;
};

QTEST_GUILESS_MAIN(TestTree)
#include "tst_tree.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/classifier.h"

#include <QtTest>

#include <rapidcheck.h>

#include <regex>

using namespace hpcbill::rates;

class ClassifierTest : public QObject
{
    Q_OBJECT

private slots:
    void aPatternMatchesWhatItShould_data();
    void aPatternMatchesWhatItShould();
    void aPatternThatWillNotDoIsRefused_data();
    void aPatternThatWillNotDoIsRefused();
    void theFirstRuleThatMatchesDecides();
    void withoutRulesNobodyDecides();
    void anExpressionThatMakesOthersBacktrackForeverIsQuick();
    void whatLiesBehindTheDecidingRuleChangesNothing();
    void simpleExpressionsMeanWhatTheyMeanElsewhere();
};

void ClassifierTest::aPatternMatchesWhatItShould_data()
{
    QTest::addColumn<QString>("match");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("user");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char* match, const char* pattern, const char* user, bool matches) {
        QTest::addRow("%s %s %s %s", match, pattern, matches ? "matches" : "leaves", user) << match << pattern << user << matches;
    };
    row("exact", "alice", "alice", true);
    row("exact", "alice", "alice2", false);
    row("exact", "alice", "Alice", false);
    row("exact", "a*", "abc", false);
    row("exact", "a*", "a*", true);
    row("suffix", ".mu.ac.th", "somchai.mu.ac.th", true);
    row("suffix", ".mu.ac.th", ".mu.ac.th", true);
    row("suffix", ".mu.ac.th", "somchai.mu.ac.th.example.org", false);
    row("suffix", ".mu.ac.th", "mu.ac.th", false);
    row("glob", "*.mu.ac.th", "somchai.mu.ac.th", true);
    row("glob", "*.mu.ac.th", "somchaiXmu.ac.th", false);
    row("glob", "gov-?", "gov-a", true);
    row("glob", "gov-?", "gov-ab", false);
    row("glob", "gov", "xgovx", false);
    row("glob", "*", "anybody", true);
    row("regex", "gov", "xgovx", true);
    row("regex", "^gov", "xgov", false);
    row("regex", "^(gov|moph)-[a-z]+$", "moph-somsri", true);
    row("regex", "^(gov|moph)-[a-z]+$", "moph-1", false);
    row("regex", "(?i)^GOV", "gov-a", true);
    row("regex", "^ก.$", "กข", true); // a letter, not a byte
}

void ClassifierTest::aPatternMatchesWhatItShould()
{
    QFETCH(const QString, match);
    QFETCH(const QString, pattern);
    QFETCH(const QString, user);
    QFETCH(const bool, matches);
    const Classifier classifier({{.match = parseTierMatch(match.toStdString()).value(), .pattern = pattern.toStdString(), .tier = "gov"}});
    QCOMPARE(classifier.matches(0, user.toStdString()), matches);
    QCOMPARE(classifier.decide(user.toStdString()).has_value(), matches);
}

void ClassifierTest::aPatternThatWillNotDoIsRefused_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::newRow("nothing") << "";
    QTest::newRow("too long") << QString(201, 'a');
    QTest::newRow("an open bracket") << "(a";
    QTest::newRow("looks ahead") << "^(?!gov)";
    QTest::newRow("looks behind") << "(?<=x)a";
    QTest::newRow("refers back") << "(a)\\1";
    QTest::newRow("repeats too often") << "a{1001}";
    QTest::newRow("grows without end") << "((a{100}){100}){100}";
}

void ClassifierTest::aPatternThatWillNotDoIsRefused()
{
    QFETCH(const QString, pattern);
    const auto fault = patternFault(TierMatch::regex, pattern.toStdString());
    QVERIFY(fault.has_value());
    QVERIFY(!fault->empty());
}

void ClassifierTest::theFirstRuleThatMatchesDecides()
{
    const Classifier classifier({{TierMatch::exact, "alice", "private"}, {TierMatch::glob, "a*", "gov"}, {TierMatch::glob, "*", "mu"}});
    QCOMPARE(classifier.decide("alice").value(), std::size_t{0});
    QCOMPARE(classifier.decide("anna").value(), std::size_t{1});
    QCOMPARE(classifier.decide("bob").value(), std::size_t{2});
}

void ClassifierTest::withoutRulesNobodyDecides()
{
    QVERIFY(!Classifier({}).decide("alice").has_value());
}

void ClassifierTest::anExpressionThatMakesOthersBacktrackForeverIsQuick()
{
    // 2^200 ways for a matcher that tries them one by one; that this test comes to an end is what it proves.
    const Classifier classifier({{TierMatch::regex, "^(a+)+$", "gov"}, {TierMatch::regex, "^(a|a|a?)*b$", "gov"}});
    QVERIFY(!classifier.decide(std::string(200, 'a') + "!").has_value());
}

void ClassifierTest::whatLiesBehindTheDecidingRuleChangesNothing()
{
    const auto rules = [](int count) {
        return rc::gen::container<std::vector<TierRule>>(
            static_cast<std::size_t>(count),
            rc::gen::map(rc::gen::pair(rc::gen::elementOf(std::vector{TierMatch::exact, TierMatch::suffix, TierMatch::glob, TierMatch::regex}),
                                       rc::gen::elementOf(std::vector<std::string>{"a", "b", "ab", "*a", "a?", "?b*", "^a", "b$"})),
                         [](const std::pair<TierMatch, std::string>& rule) {
                             // A star in front is a glob's, not an expression's.
                             const bool isGlob = rule.second.find_first_of("*?") != std::string::npos && rule.first == TierMatch::regex;
                             return TierRule{isGlob ? TierMatch::glob : rule.first, rule.second, "gov"};
                         }));
    };
    QVERIFY(rc::check([&rules] {
        const auto first = *rules(4);
        const auto more = *rules(4);
        const auto user = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab")));
        auto all = first;
        all.insert(all.end(), more.begin(), more.end());
        const auto decided = Classifier(first).decide(user);
        if (decided)
            RC_ASSERT(Classifier(all).decide(user) == decided);
        else
            RC_ASSERT(!Classifier(all).decide(user) || *Classifier(all).decide(user) >= first.size());
    }));
}

void ClassifierTest::simpleExpressionsMeanWhatTheyMeanElsewhere()
{
    QVERIFY(rc::check([] {
        const auto part = *rc::gen::elementOf(std::vector<std::string>{"a", "[ab]", "(a|ba)", "a?", "b*", "."});
        const auto rest = *rc::gen::elementOf(std::vector<std::string>{"", "b", "b+", "$", "a{2}"});
        const auto start = *rc::gen::elementOf(std::vector<std::string>{"", "^"});
        const auto user = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc")));
        const std::string pattern = start + part + rest;
        RC_ASSERT(Classifier({{TierMatch::regex, pattern, "gov"}}).matches(0, user) ==
                  std::regex_search(user, std::regex(pattern, std::regex::ECMAScript)));
    }));
}

QTEST_GUILESS_MAIN(ClassifierTest)
#include "tst_classifier.moc"

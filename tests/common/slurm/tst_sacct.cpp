// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/sacct.h"

#include <QtTest>

#include <rapidcheck.h>

#include <vector>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

struct Reading {
    std::vector<JobRecord> jobs;
    std::vector<Reject> rejects;
    SacctSummary summary;
};

Reading readText(std::string_view text, std::size_t chunk = 1000, Tail tail = Tail::read,
                 const std::string& delimiter = "|")
{
    Reading reading;
    SacctReader reader([&](JobRecord&& job) { reading.jobs.push_back(std::move(job)); },
                       [&](Reject&& reject) { reading.rejects.push_back(std::move(reject)); }, delimiter);
    for (std::size_t at = 0; at < text.size(); at += chunk)
        reader.feed(text.substr(at, chunk));
    reading.summary = reader.finish(tail);
    return reading;
}

/// The code with which the text as a whole is refused; empty when it is not.
std::string refusal(std::string_view text)
{
    try {
        static_cast<void>(readText(text));
    } catch (const UnreadableLog& error) {
        return error.code();
    }
    return {};
}

const std::string header =
    "JobIDRaw|JobID|User|Account|Partition|QOS|Cluster|State|ExitCode|Submit|Eligible|Start|End|"
    "ElapsedRaw|NNodes|NCPUS|AllocTRES|NodeList|JobName\n";

std::string row(const std::string& id, const std::string& name)
{
    return id + "|" + id +
           "|alice|chem|cpu|normal|c1|COMPLETED|3:0|1000|1001|1100|1160|60|1|4|"
           "billing=4,cpu=4,gres/gpu=1,mem=1.50G,node=1|n1|" +
           name + "\n";
}

/// The name in the middle, the free text Comment last, as sites' own scripts often ask for.
const std::string middleHeader = "JobID|JobName|User|State|Submit|Start|End|Elapsed|AllocTRES|Comment\n";

std::string middleRow(const std::string& id, const std::string& name, const std::string& comment)
{
    return id + "|" + name + "|alice|COMPLETED|1000|1100|1160|00:01:00|cpu=4,mem=1G,node=1|" + comment + "\n";
}

const std::string xdmodTimes =
    "2016-12-22T07:15:12|2016-12-22T07:15:12|2016-12-22T07:15:13|2016-12-22T07:16:13|00:01:00";

} // namespace

class TestSacct : public QObject
{
    Q_OBJECT

private slots:
    void aRowBecomesAJob();
    void columnsStandInAnyOrder();
    void stepsArePassedOver();
    void namesMayHoldAnything_data();
    void namesMayHoldAnything();
    void namesInTheMiddleMayHoldDelimiters();
    void namesInTheMiddleMayHoldLineFeeds();
    void byteOrderMarksAndCrLfArePassedOver();
    void severalOutputsInOneFileAreOne();
    void aNameCannotForgeARecordUnderASecretDelimiter();
    void badRowsArePutAside_data();
    void badRowsArePutAside();
    void aDamagedIdIsPutAside_data();
    void aDamagedIdIsPutAside();
    void aCutLineIsTold();
    void textsThatAreNotSacctsAreRefused_data();
    void textsThatAreNotSacctsAreRefused();
    void aMissingColumnIsNamed();
    void waitingJobsHoldNothing();
    void withoutRawIdsOnlyArraysArePutAside();
    void memoryDoesNotGrowWithTheText();
    void chunksAndNamesDoNotMatter();
    void anyBytesAreReadOrPutAside();
};

void TestSacct::aRowBecomesAJob()
{
    const Reading reading = readText(header + row("42", "train"));
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    const JobRecord& job = reading.jobs[0];
    QCOMPARE(job.jobId, std::int64_t{42});
    QCOMPARE(job.displayId, std::string("42"));
    QCOMPARE(job.user, std::string("alice"));
    QCOMPARE(job.account, std::string("chem"));
    QCOMPARE(job.partition, std::string("cpu"));
    QCOMPARE(job.qos, std::string("normal"));
    QCOMPARE(job.cluster, std::string("c1"));
    QCOMPARE(job.state, std::string("COMPLETED"));
    QCOMPARE(job.exitCode, 3);
    QCOMPARE(job.nodeList, std::string("n1"));
    QCOMPARE(job.name, std::string("train"));
    QVERIFY(!job.timesAreLocal);
    QVERIFY(job.submitAt == UtcTime(std::chrono::seconds(1000)));
    QVERIFY(job.endedAt == UtcTime(std::chrono::seconds(1160)));
    QCOMPARE(job.nodes, std::int64_t{1});
    QCOMPARE(cpuSeconds(job), std::int64_t{240});
    QCOMPARE(gpuSeconds(job), std::int64_t{60});
    QCOMPARE(memoryMibSeconds(job), std::int64_t{1536 * 60});
    QVERIFY(!reading.summary.unterminated);
}

void TestSacct::columnsStandInAnyOrder()
{
    const Reading reading = readText("End|Extra1|State|AllocTRES|Elapsed|jobid|Start|USER|Submit|\n"
                                     "1160|x|CANCELLED by 1003|cpu=2,node=1|00:01:00|14+1|1100|bob|1000|\n");
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    QCOMPARE(reading.jobs[0].jobId, std::int64_t{15}); // component 1 of 14
    QCOMPARE(reading.jobs[0].displayId, std::string("14+1"));
    QCOMPARE(reading.jobs[0].state, std::string("CANCELLED"));
    QVERIFY(reading.jobs[0].cancelledBy == "1003");
    QCOMPARE(reading.jobs[0].cpus, std::int64_t{2});
}

void TestSacct::stepsArePassedOver()
{
    const Reading reading =
        readText(header + row("10", "job") + row("10.batch", "batch") + row("10.extern", "extern") +
                 row("10.0", "a|b") + row("8_1.0", "sh") + row("11", "job"));
    QCOMPARE(reading.summary.jobs, std::uint64_t{2});
    QCOMPARE(reading.summary.steps, std::uint64_t{4});
    QCOMPARE(reading.summary.rejects, std::uint64_t{0});
}

void TestSacct::namesMayHoldAnything_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("a delimiter") << QByteArray("a|b");
    QTest::newRow("delimiters only") << QByteArray("|||");
    QTest::newRow("a line feed") << QByteArray("one\ntwo");
    QTest::newRow("a blank line") << QByteArray("one\n\ntwo");
    QTest::newRow("a line like numbers") << QByteArray("one\n17\n18|x");
    QTest::newRow("delimiters and line feeds") << QByteArray("a|\n|b\n|");
    QTest::newRow("Thai") << QByteArray("งาน|ทดสอบ");
    QTest::newRow("latin1") << QByteArray("M\xFCller");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("spaces") << QByteArray("  a  ");
    QTest::newRow("a carriage return") << QByteArray("a\rb");
}

void TestSacct::namesMayHoldAnything()
{
    QFETCH(QByteArray, name);
    const Reading reading =
        readText(header + row("1", "before") + row("2", name.toStdString()) + row("3", "after"));
    QCOMPARE(reading.summary.rejects, std::uint64_t{0});
    QCOMPARE(reading.jobs.size(), std::size_t{3});
    QCOMPARE(QByteArray::fromStdString(reading.jobs[1].name), name);
    QCOMPARE(reading.jobs[2].name, std::string("after"));
}

void TestSacct::namesInTheMiddleMayHoldDelimiters()
{
    const Reading reading =
        readText(middleHeader + middleRow("1", "a|b|c", "") + middleRow("2", "plain", "x|y") +
                 middleRow("3", "a|b", "x|y|z") + middleRow("4.batch", "s|h", ""));
    QCOMPARE(reading.summary.rejects, std::uint64_t{0});
    QCOMPARE(reading.summary.steps, std::uint64_t{1});
    QCOMPARE(reading.jobs.size(), std::size_t{3});
    QCOMPARE(reading.jobs[0].name, std::string("a|b|c"));
    QCOMPARE(reading.jobs[1].name, std::string("plain"));
    QCOMPARE(reading.jobs[2].name, std::string("a|b"));
    for (const JobRecord& job : reading.jobs) {
        QCOMPARE(job.user, std::string("alice"));
        QCOMPARE(cpuSeconds(job), std::int64_t{240});
    }
}

void TestSacct::namesInTheMiddleMayHoldLineFeeds()
{
    const std::string twoIds =
        "JobIDRaw|JobID|JobName|User|State|Submit|Start|End|Elapsed|AllocTRES|NodeList\n";
    const std::string tail = "|alice|COMPLETED|1000|1100|1160|00:01:00|cpu=4,mem=1G,node=1|n1\n";
    const Reading reading = readText(twoIds + "1|1|one\ntwo|three" + tail + "2|2|plain" + tail +
                                     "3|3|x\n4|y" + tail + "5|5|z" + tail);
    QCOMPARE(reading.summary.rejects, std::uint64_t{0});
    QCOMPARE(reading.jobs.size(), std::size_t{4});
    QCOMPARE(reading.jobs[0].name, std::string("one\ntwo|three"));
    QCOMPARE(reading.jobs[2].name, std::string("x\n4|y"));
}

void TestSacct::byteOrderMarksAndCrLfArePassedOver()
{
    std::string text = "\xEF\xBB\xBF" + header + row("1", "one") + row("2", "two");
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
        text.insert(at, "\r");
    const Reading reading = readText(text);
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QCOMPARE(reading.jobs[1].name, std::string("two"));
}

void TestSacct::severalOutputsInOneFileAreOne()
{
    const Reading reading = readText(header + row("1", "one") + "\n" + header + row("2", "two") + "\n\n");
    QCOMPARE(reading.summary.rejects, std::uint64_t{0});
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QCOMPARE(reading.jobs[0].name, std::string("one"));
    QCOMPARE(reading.jobs[1].name, std::string("two"));
}

void TestSacct::aNameCannotForgeARecordUnderASecretDelimiter()
{
    const std::string secret = "\x1f"
                               "9c41\x1f";
    const auto with = [&secret](std::string text) {
        for (std::size_t at = text.find('|'); at != std::string::npos;
             at = text.find('|', at + secret.size()))
            text.replace(at, 1, secret);
        return text;
    };
    const std::string forged = row("666", "stolen");
    const Reading reading =
        readText(with(header) + with(row("1", "")).insert(with(row("1", "")).size() - 1, "x\n" + forged),
                 1000, Tail::read, secret);
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    QCOMPARE(reading.jobs[0].name, "x\n" + forged.substr(0, forged.size() - 1));
}

void TestSacct::badRowsArePutAside_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QByteArray>("reason");
    const auto bad = [](const char* name, const char* from, const char* to, const char* reason) {
        QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QByteArray(reason);
    };
    bad("columns missing", "|n1|bad", "", "column_count");
    bad("an unknown state", "COMPLETED", "EXPLODED", "state");
    bad("no submit time", "|1000|", "|Unknown|", "time");
    bad("an unreadable time", "|1160|", "|soon|", "time");
    bad("times of two kinds", "|1160|", "|2016-12-22T07:15:13|", "time");
    bad("an end before the start", "|1160|", "|1099|", "time");
    bad("elapsed not a number", "|60|", "|1m|", "elapsed");
    bad("elapsed negative", "|60|", "|-60|", "elapsed");
    bad("elapsed beyond all range", "|60|", "|9223372036854775807|", "range");
    bad("a TRES without count", "mem=1.50G", "mem", "tres");
    bad("CPUs not a number", "|4|billing", "|many|billing", "number");
    bad("exit code of letters", "|3:0|", "|x:y|", "number");
    bad("nobody", "|alice|", "||", "user");
    bad("an account in latin1", "|chem|", "|M\xFCller|", "text");
}

void TestSacct::badRowsArePutAside()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QByteArray, reason);
    QByteArray changed = QByteArray::fromStdString(row("7", "bad"));
    QCOMPARE(changed.count(from), 1);
    changed.replace(from, to);
    const std::string raw = changed.chopped(1).toStdString();
    const Reading reading = readText(header + row("1", "before") + raw + "\n" + row("8", "after"));
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QCOMPARE(reading.jobs[0].name, std::string("before"));
    QCOMPARE(reading.rejects.size(), std::size_t{1});
    QCOMPARE(QByteArray::fromStdString(std::string(codeOf(reading.rejects[0].reason))), reason);
    QCOMPARE(reading.rejects[0].raw, raw);
    QCOMPARE(reading.rejects[0].place, std::uint64_t{3});
    QVERIFY(!reading.rejects[0].detail.empty());
}

void TestSacct::aDamagedIdIsPutAside_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("damaged");
    QTest::addColumn<QByteArray>("last");
    const auto damage = [](const char* name, auto&&... texts) {
        (QTest::newRow(name) << ... << QByteArray::fromStdString(texts));
    };
    const auto both = [&damage](const char* name, const std::string& damaged) {
        damage(name, header, row("1", "job1"), damaged, row("3", "job3"));
    };
    std::string shownOnly = row("2", "job2");
    shownOnly.replace(0, 4, "2|?|");
    std::string stateToo = row("X11", "job2");
    stateToo.replace(stateToo.find("COMPLETED"), 9, "C\xFF");
    both("both ids", row("X11", "job2"));
    both("the raw id alone", row("2", "job2").insert(0, "\x80"));
    both("the shown id alone", shownOnly);
    both("no ids at all", row("", "job2"));
    both("the state as well", stateToo);
    both("the name has delimiters", row("X11", "j|o|b"));
    both("the name has line feeds", row("X11", "job2\nrest\n\n17"));
    damage("the name in the middle", middleHeader, middleRow("1", "job1", ""), middleRow("?", "j|2", "c|d"),
           middleRow("3", "job3", ""));
    const std::string xdmod = "|c1|p1|high|acct|grp|100|alice|1001|" + xdmodTimes +
                              "|0:0|COMPLETED|2|12|12|4000Mn|cpu=12,node=2|cpu=12,mem=8G,node=2|1-00:00:00|n[1-2]|";
    damage("no header", "", "1|1" + xdmod + "job1\n", "X|X" + xdmod + "job2\n", "3|3" + xdmod + "job3\n");
}

void TestSacct::aDamagedIdIsPutAside()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, damaged);
    QFETCH(QByteArray, last);
    const Reading reading = readText((header + first + damaged + last).toStdString());
    QCOMPARE(reading.rejects.size(), std::size_t{1});
    QCOMPARE(std::string(codeOf(reading.rejects[0].reason)), std::string("job_id"));
    QCOMPARE(reading.rejects[0].raw, damaged.chopped(1).toStdString());
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QCOMPARE(reading.jobs[0].name, std::string("job1"));
    QCOMPARE(reading.jobs[1].name, std::string("job3"));
}

void TestSacct::aCutLineIsTold()
{
    const std::string whole = header + row("1", "one") + row("2", "two");
    const std::string cut = whole.substr(0, whole.size() - 2);
    const Reading left = readText(cut, 1000, Tail::leave);
    QCOMPARE(left.jobs.size(), std::size_t{1});
    QVERIFY(left.summary.unterminated.has_value());
    QVERIFY(left.summary.unterminated->starts_with("2|2|"));
    const Reading read = readText(cut, 1000, Tail::read);
    QCOMPARE(read.jobs.size(), std::size_t{2});
    QCOMPARE(read.jobs[1].name, std::string("tw"));
    QVERIFY(read.summary.unterminated.has_value());
}

void TestSacct::textsThatAreNotSacctsAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("empty") << QByteArray("") << QByteArray("sacct_empty");
    QTest::newRow("blank lines") << QByteArray("\n\n") << QByteArray("sacct_empty");
    QTest::newRow("prose") << QByteArray("Dear sir,\n") << QByteArray("sacct_unknown_format");
    QTest::newRow("JSON") << QByteArray("{\"jobs\": []}\n") << QByteArray("sacct_unknown_format");
    QTest::newRow("commas") << QByteArray("JobID,User,State\n1,a,b\n") << QByteArray("sacct_unknown_format");
    QTest::newRow("columns of fixed width")
        << QByteArray("JobID           JobName  Partition\n") << QByteArray("sacct_unknown_format");
    QTest::newRow("no line feed at all") << QByteArray(3 << 20, 'x') << QByteArray("sacct_unknown_format");
    QTest::newRow("a row without header")
        << QByteArray::fromStdString(row("1", "x")) << QByteArray("sacct_unknown_format");
    QTest::newRow("a header that lacks columns")
        << QByteArray("JobID|User\n") << QByteArray("sacct_missing_column");
    QTest::newRow("a header alone") << QByteArray::fromStdString(header) << QByteArray("");
}

void TestSacct::textsThatAreNotSacctsAreRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, code);
    QCOMPARE(QByteArray::fromStdString(refusal(text.toStdString())), code);
}

void TestSacct::aMissingColumnIsNamed()
{
    for (const std::string_view column :
         {"User", "State", "Submit", "Start", "End", "ElapsedRaw", "AllocTRES"}) {
        std::string without = header;
        without.replace(without.find("|" + std::string(column) + "|"), column.size() + 1, "");
        try {
            static_cast<void>(readText(without));
            QFAIL("the header was taken");
        } catch (const UnreadableLog& error) {
            QCOMPARE(error.code(), std::string("sacct_missing_column"));
            QVERIFY(QByteArray(error.what())
                        .contains(QByteArray(column.data(), static_cast<qsizetype>(column.size()))));
        }
    }
}

void TestSacct::waitingJobsHoldNothing()
{
    const Reading reading = readText(
        header +
        "35|35|bob|bio|gpu|normal|c1|PENDING|0:0|1000|1000|Unknown|Unknown|0|1|8||None assigned|waits\n"
        "36|36|bob|bio|gpu|normal|c1|CANCELLED by 7|0:0|1000|1000|None|1010|0|1|8||None assigned|never\n"
        "37|37|bob|bio|gpu|normal|c1|RUNNING|0:0|1000|1000|1005|Unknown|8|1|8|cpu=8,node=1|n1|runs\n");
    QCOMPARE(reading.jobs.size(), std::size_t{3});
    for (const JobRecord& job : {reading.jobs[0], reading.jobs[1]}) {
        QVERIFY(!ranOnNodes(job));
        QCOMPARE(job.cpus, std::int64_t{0});
        QVERIFY(job.nodeList.empty());
    }
    QVERIFY(!isFinished(reading.jobs[0]));
    QVERIFY(isFinished(reading.jobs[1]));
    QVERIFY(ranOnNodes(reading.jobs[2]));
    QVERIFY(!isFinished(reading.jobs[2]));
    QVERIFY(!reading.jobs[2].endedAt);
}

void TestSacct::withoutRawIdsOnlyArraysArePutAside()
{
    const Reading reading = readText(middleHeader + middleRow("8_1", "a", "") + middleRow("9", "b", ""));
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    QCOMPARE(reading.jobs[0].jobId, std::int64_t{9});
    QCOMPARE(reading.rejects.size(), std::size_t{1});
    QVERIFY(reading.rejects[0].reason == RejectReason::jobId);
    QVERIFY(QByteArray::fromStdString(reading.rejects[0].detail).contains("JobIDRaw"));
}

void TestSacct::memoryDoesNotGrowWithTheText()
{
    std::uint64_t jobs = 0;
    std::vector<RejectReason> reasons;
    std::size_t largestRaw = 0;
    SacctReader reader([&](JobRecord&&) { ++jobs; },
                       [&](Reject&& reject) {
                           reasons.push_back(reject.reason);
                           largestRaw = std::max(largestRaw, reject.raw.size());
                       });
    reader.feed(header);
    reader.feed(row("1", "one"));
    const std::string part(1 << 16, 'x'); // a line of 10 MiB
    for (int count = 0; count < 160; ++count)
        reader.feed(part);
    reader.feed("\n" + row("2", "two"));
    for (int count = 0; count < 160; ++count) // a name of 160 lines, 10 MiB
        reader.feed(part + "\n");
    reader.feed(row("3", "three"));
    const SacctSummary summary = reader.finish();
    QCOMPARE(jobs, std::uint64_t{2});
    QVERIFY(!reasons.empty());
    QVERIFY(reasons.front() == RejectReason::tooLong);
    QVERIFY(largestRaw <= (std::size_t{64} << 10));
    QCOMPARE(summary.rejects, std::uint64_t{reasons.size()});
}

void TestSacct::chunksAndNamesDoNotMatter()
{
    QVERIFY(rc::check([] {
        const auto names = *rc::gen::container<std::vector<std::string>>(
            rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab|\n ,=\xFF"))));
        std::string text = header;
        std::vector<std::string> expected;
        for (std::size_t at = 0; at < names.size(); ++at) {
            // Line feeds at the end of a name cannot be told from blank lines between records.
            std::string name = names[at].substr(0, names[at].find_last_not_of('\n') + 1);
            text += row(std::to_string(at + 1), name);
            expected.push_back(std::move(name));
        }
        const auto chunk = *rc::gen::inRange<std::size_t>(1, 200);
        const Reading reading = readText(text, chunk);
        RC_ASSERT(reading.summary.rejects == 0U);
        std::vector<std::string> read;
        for (const JobRecord& job : reading.jobs)
            read.push_back(job.name);
        RC_ASSERT(read == expected);
    }));
}

void TestSacct::anyBytesAreReadOrPutAside()
{
    const std::string xdmod =
        "7|7|c1|p1|high|acct|grp|100|alice|1001|" + xdmodTimes +
        "|0:0|COMPLETED|2|12|12|4000Mn|cpu=12,node=2|cpu=12,gres/gpu=4,mem=8G,node=2|1-00:00:00|n[1-2]|x\n";
    const std::string texts[] = {header + row("1", "one") + row("2.batch", "b") + row("3", "t|w|o"),
                                 middleHeader + middleRow("1", "a|b", "c|d") + middleRow("2", "e", ""),
                                 xdmod + xdmod};
    QVERIFY(rc::check([&texts] {
        std::string text = texts[*rc::gen::inRange<std::size_t>(0, 3)];
        const auto changes = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
            rc::gen::pair(rc::gen::inRange<std::size_t>(0, text.size()),
                          rc::gen::oneOf(rc::gen::arbitrary<char>(),
                                         rc::gen::elementOf(std::string("|\n\r=,.:-+_[]()0129KMGT ")))));
        for (const auto& [place, byte] : changes)
            text[place] = byte;
        const Reading reading = [&text] {
            try {
                return readText(text, *rc::gen::inRange<std::size_t>(1, 300));
            } catch (const UnreadableLog&) {
                return Reading{}; // refused as a whole, with a reason
            }
        }();
        for (const JobRecord& job : reading.jobs)
            RC_ASSERT(!faultOf(job));
        RC_ASSERT(reading.summary.jobs == reading.jobs.size());
        RC_ASSERT(reading.summary.rejects == reading.rejects.size());
        for (const Reject& reject : reading.rejects)
            RC_ASSERT(!reject.detail.empty());
    }));
}

QTEST_GUILESS_MAIN(TestSacct)
#include "tst_sacct.moc"

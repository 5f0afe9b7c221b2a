// SPDX-License-Identifier: GPL-3.0-or-later
// Receipts as PDF, read back by poppler.
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"
#include "tests/support/pdf.h"

#include <QtTest>

#include <memory>
#include <sstream>

using namespace hpcbill;

class PrintTest : public QObject
{
    Q_OBJECT

private slots:
    void everyAmountIsFound_data();
    void everyAmountIsFound();
    void pagesAreCountedAndTheirHeadingsRepeated_data();
    void pagesAreCountedAndTheirHeadingsRepeated();
    void itSaysWhoBillsWhomAndWhen();
    void namesOfAnyBytesAndAnyLengthStandOnIt();
    void taxIsAddedOrContained();
    void rulesThatAppliedAreToldInWords();
    void ratesOfSeveralTiersAreTold();
    void itSaysWhatBecameOfIt();
    void nothingThatChangesLaterChangesAByte();
    void aChangedStateIsAnotherFile();
    void fontsAreEmbedded();
    void withoutAnAddressThereIsNoCode();

private:
    /// Of a currency, with a tax.
    void begin(const char* currency = "THB", const pricing::Tax& tax = {}, const receipts::Issuer& issuer = {});
    void merge(const std::vector<slurm::JobRecord>& records);
    receipts::Receipt bill(const std::string& user = "alice");
    receipts::Receipt found(receipts::ReceiptId id);
    std::string printed(const receipts::Receipt& receipt, std::string_view language);
    QStringList pages(const receipts::Receipt& receipt, std::string_view language = "en");
    /// All pages.
    QString text(const receipts::Receipt& receipt, std::string_view language = "en") { return pages(receipt, language).join(" | "); }

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<prometheus::Registry> m_metrics;
    std::unique_ptr<receipts::Receipts> m_receipts;
    std::unique_ptr<receipts::Printer> m_printer;
};

namespace
{

const api::Actor finance{.name = "finance1", .role = api::Role::admin, .address = "", .requestId = ""};
const receipts::Issuer centre{.name = "High Performance Computing Centre", .address = "1 Ratchadamnoen Road\nBangkok 10200", .taxId = "0994000158378"};

pricing::Tax tax(const char* rate, pricing::TaxMode mode)
{
    return {.label = std::string_view(rate) == "0" ? "" : "VAT", .rate = *pricing::parseTaxRate(rate), .mode = mode};
}

std::vector<slurm::JobRecord> jobsOf(int count)
{
    std::vector<slurm::JobRecord> jobs;
    for (std::int64_t id = 1; id <= count; ++id) {
        jobs.push_back(support::finishedJob(id));
        jobs.back().cpus = id * id * 37; // amounts with and without gaps
        jobs.back().memoryMib = 512 + 7 * id;
    }
    return jobs;
}

/// Words as poppler gives them back: whole, between blanks.
bool hasWord(const QString& text, const std::string& word)
{
    return (" " + text + " ").contains(" " + QString::fromStdString(word) + " ");
}
} // namespace

void PrintTest::begin(const char* currency, const pricing::Tax& taxed, const receipts::Issuer& issuer)
{
    m_printer.reset();
    m_receipts.reset();
    m_ground = std::make_unique<support::Ground>(*Currency::parse(currency));
    m_metrics = std::make_unique<prometheus::Registry>();
    m_receipts = std::make_unique<receipts::Receipts>(receipts::Receipts::Parts{.pool = m_ground->database.pool(),
                                                                                .audit = m_ground->audit,
                                                                                .prices = m_ground->prices,
                                                                                .outbox = m_ground->outbox,
                                                                                .metrics = *m_metrics},
                                                      taxed, issuer);
    m_printer = std::make_unique<receipts::Printer>(
        receipts::Printer::Parts{.pool = m_ground->database.pool(), .receipts = *m_receipts, .prices = m_ground->prices},
        "https://billing.example.org");
}

void PrintTest::merge(const std::vector<slurm::JobRecord>& records)
{
    const auto cluster = support::addCluster(m_ground->database, "testbed");
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_ground->jobs.merge(tx, cluster, records);
    tx.commit();
}

receipts::Receipt PrintTest::bill(const std::string& user)
{
    return m_receipts->create(user, support::at("2027-01-01T00:00:00Z"), std::nullopt, finance);
}

receipts::Receipt PrintTest::found(receipts::ReceiptId id)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    return m_receipts->find(tx, id);
}

std::string PrintTest::printed(const receipts::Receipt& receipt, std::string_view language)
{
    std::ostringstream out;
    m_printer->print(receipt, language).write(out);
    return out.str();
}

QStringList PrintTest::pages(const receipts::Receipt& receipt, std::string_view language)
{
    return support::pdfPages(printed(receipt, language));
}

void PrintTest::everyAmountIsFound_data()
{
    QTest::addColumn<QByteArray>("currency");
    QTest::addColumn<QByteArray>("rate");
    QTest::addColumn<bool>("isContained");
    for (const char* currency : {"THB", "JPY", "KWD"}) {
        QTest::addRow("%s", currency) << QByteArray(currency) << QByteArray("0") << false;
        QTest::addRow("%s, tax added", currency) << QByteArray(currency) << QByteArray("7") << false;
        QTest::addRow("%s, tax contained", currency) << QByteArray(currency) << QByteArray("8.25") << true;
    }
}

void PrintTest::everyAmountIsFound()
{
    QFETCH(QByteArray, currency);
    QFETCH(QByteArray, rate);
    QFETCH(bool, isContained);
    begin(currency.constData(), tax(rate.constData(), isContained ? pricing::TaxMode::inclusive : pricing::TaxMode::exclusive));
    merge(jobsOf(120));
    const receipts::Receipt receipt = bill();
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto items = m_receipts->items(tx, receipt.id, 1000, 0);
    QCOMPARE(items.size(), std::size_t{120});
    for (const char* language : {"en", "th"}) {
        const QString all = text(receipt, language);
        for (const receipts::ReceiptItem& item : items)
            QVERIFY2(hasWord(all, toDecimal(item.amount)), toDecimal(item.amount).c_str());
        for (const Money& amount : {receipt.subtotal, receipt.tax, receipt.total})
            QVERIFY2(hasWord(all, toDecimal(amount)), toDecimal(amount).c_str());
        for (const receipts::ReceiptPrice& price : receipt.prices)
            QVERIFY2(hasWord(all, price.amount), price.amount.c_str());
        QVERIFY(all.contains("(" + currency + ")"));
    }
}

void PrintTest::pagesAreCountedAndTheirHeadingsRepeated_data()
{
    QTest::addColumn<int>("jobs");
    for (const int jobs : {1, 37, 38, 39, 40, 41, 5'100})
        QTest::addRow("%d", jobs) << jobs;
}

void PrintTest::pagesAreCountedAndTheirHeadingsRepeated()
{
    QFETCH(int, jobs);
    begin();
    merge(jobsOf(jobs));
    const receipts::Receipt receipt = bill();
    const QStringList all = pages(receipt);
    QVERIFY(all.size() > jobs / 60 && all.size() <= 2 + jobs / 40);
    for (int page = 0; page < all.size(); ++page) {
        const QString& content = all[page];
        QVERIFY2(content.contains(QString("Page %1 of %2").arg(page + 1).arg(all.size())), qPrintable(content));
        QVERIFY(content.contains(QString::fromStdString(receipt.number)));
        QVERIFY(content.contains("alice"));
        if (content.contains("testbed"))
            QVERIFY2(content.contains("Core-hours") && content.contains("Amount (THB)"), qPrintable(content));
    }
    QCOMPARE(all.join(" ").count("testbed"), jobs);
    QVERIFY(all.last().contains("Total (THB)"));
}

void PrintTest::itSaysWhoBillsWhomAndWhen()
{
    begin("THB", {}, centre);
    merge(jobsOf(1));
    const receipts::Receipt receipt = bill();
    const QString english = text(receipt);
    for (const char* expected : {"High Performance Computing Centre", "1 Ratchadamnoen Road", "Bangkok 10200", "Tax ID 0994000158378", "Receipt",
                                 "to be paid", "no proof of payment", "Billed to", "alice", "– 2027-01-01 00:00", "the start",
                                 "https://billing.example.org/me/receipts/1", "per core-hour"})
        QVERIFY2(english.contains(QString::fromUtf8(expected)), qPrintable(expected + (" is not in " + english)));
    QVERIFY(hasWord(english, receipt.number));
    QVERIFY(english.contains(QString::fromStdString(toDecimal(receipt.rates.cpu))));
    QCOMPARE(support::pdfCodes(printed(receipt, "en")), QStringList{"https://billing.example.org/me/receipts/1"});
    const QString thai = text(receipt, "th");
    for (const char* expected : {"ใบเสร็จ", "รอชำระ", "เรียกเก็บจาก", "ออกเมื่อ", "ต่อแกน-ชั่วโมง", "รวม", "หน้า 1 จาก 1", "เลขประจำตัวผู้เสียภาษี 0994000158378"})
        QVERIFY2(thai.contains(QString::fromUtf8(expected)), qPrintable(expected + (" is not in " + thai)));
}

void PrintTest::namesOfAnyBytesAndAnyLengthStandOnIt()
{
    begin("THB", {}, {.name = std::string(200, 'W'), .address = std::string(200, 'x') + "\n" + std::string(200, 'y'), .taxId = "(\\) %"});
    std::vector<slurm::JobRecord> jobs = jobsOf(6);
    const std::string user = "auserof" + std::string(200, 'n');
    const std::array names{std::string("tab\tand\nline"), std::string("\xff\xfe\x80"), std::string("ที่น้ำทิ้ง ผู้ใหญ่"), std::string("שלום עולם"),
                           std::string("名前 🙂"), std::string(1000, 'm')};
    for (std::size_t at = 0; at < names.size(); ++at) {
        jobs[at].name = names[at];
        jobs[at].user = user;
    }
    merge(jobs);
    const receipts::Receipt receipt = bill(user);
    for (const char* language : {"en", "th"}) {
        const QString all = text(receipt, language);
        QVERIFY2(all.contains("tab and line") || all.contains("tab\\tand"), qPrintable(all));
        QVERIFY(all.contains(QString::fromUtf8("ที่น้ำทิ้ง ผู้ใหญ่")));
        QVERIFY2(all.contains("auserofn") && all.count('n') >= 200, qPrintable(all)); // in several lines
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        for (const receipts::ReceiptItem& item : m_receipts->items(tx, receipt.id, 100, 0))
            QVERIFY(hasWord(all, toDecimal(item.amount)));
    }
}

void PrintTest::taxIsAddedOrContained()
{
    begin("THB", tax("7", pricing::TaxMode::exclusive));
    merge(jobsOf(1));
    QVERIFY(text(bill()).contains("VAT 7 %"));
    begin("THB", tax("8.25", pricing::TaxMode::inclusive));
    merge(jobsOf(1));
    QVERIFY(text(bill()).contains("VAT 8.25 %, contained in the prices"));
}

void PrintTest::rulesThatAppliedAreToldInWords()
{
    begin();
    std::vector<slurm::JobRecord> jobs = jobsOf(3);
    jobs[1].state = "NODE_FAIL";
    jobs[2].partition = "debug";
    merge(jobs);
    QVERIFY(text(bill()).contains("nothing is charged."));
    m_receipts->voidReceipt(receipts::ReceiptId{1}, {.reason = "again", .hasCreditNote = false}, finance);

    std::vector<pricing::Rule> list = pricing::shippedRules();
    pricing::Rule half{.name = "debug is half", .when = {}, .action = pricing::Action::multiply, .factorMicro = 500'000, .goesOn = true};
    half.when.partition = {"debug"};
    pricing::Rule cap{.name = "debug is cheap", .when = {}, .action = pricing::Action::cap, .amountMinor = 1234};
    cap.when.partition = {"debug"};
    pricing::Rule unused{.name = "nobody is here", .when = {}, .action = pricing::Action::free};
    unused.when.user = {"nobody"};
    list.insert(list.end(), {half, cap, unused});
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        m_ground->rules.change(pricing::Rules(list, Currency::thb()), "a test", m_ground->rules.inForce(tx).id, finance);
    }
    const receipts::Receipt receipt = bill();
    const QString english = text(receipt);
    for (const char* expected : {"Rules that applied", "nothing is charged.", "“debug is half”: the cost is multiplied by 0.5.",
                                 "“debug is cheap”: the job costs 12.34 THB at most."})
        QVERIFY2(english.contains(QString::fromUtf8(expected)), qPrintable(expected + (" is not in " + english)));
    QVERIFY(hasWord(english, std::to_string(list.size() - 2) + "," + std::to_string(list.size() - 1))); // beside the job
    QVERIFY(hasWord(english, "12.34"));
    QVERIFY(!english.contains("nobody is here"));
    QVERIFY(text(receipt, "th").contains(QString::fromUtf8("“debug is half”: ค่าใช้จ่ายคูณด้วย 0.5")));
}

void PrintTest::ratesOfSeveralTiersAreTold()
{
    begin();
    m_ground->database.run("insert into account_tiers values ('industry', 'private', 'admin', 'contract', now())");
    std::vector<slurm::JobRecord> jobs = jobsOf(2);
    jobs[1].account = "industry";
    merge(jobs);
    const receipts::Receipt receipt = bill();
    QCOMPARE(receipt.prices.size(), std::size_t{2});
    const QString english = text(receipt);
    for (const receipts::ReceiptPrice& price : receipt.prices)
        QVERIFY(hasWord(english, price.tier) && hasWord(english, price.cpu) && hasWord(english, price.amount));
    QVERIFY(english.contains("testbed, private"));
}

void PrintTest::itSaysWhatBecameOfIt()
{
    begin("THB", tax("7", pricing::TaxMode::exclusive), centre);
    merge(jobsOf(100));
    const receipts::Receipt receipt = bill();
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
        m_receipts->markPaid(tx, m_receipts->lock(tx, receipt.id), {receipts::PaidHow::manual, "bank_transfer", "KB-2026-11-77"});
        tx.commit();
    }
    const QString paid = text(found(receipt.id));
    QVERIFY(paid.contains("bank_transfer, reference KB-2026-11-77"));
    QVERIFY(hasWord(paid, "paid"));
    QVERIFY(!paid.contains("no proof of payment"));

    m_receipts->voidReceipt(receipt.id, {.reason = "an internal remark", .hasCreditNote = true}, finance);
    const receipts::Receipt another = m_receipts->reissue(receipt.id, "again", std::nullopt, finance);
    const receipts::Receipt gone = found(receipt.id);
    const QStringList taken = pages(gone);
    for (const QString& page : taken)
        QVERIFY2(page.contains("void"), qPrintable(page));
    QVERIFY(taken[0].contains(QString::fromStdString(gone.creditNote->number)));
    QVERIFY(hasWord(taken[0], toDecimal(gone.creditNote->total)));
    QVERIFY(taken[0].contains(QString("Replaced by ") + QString::fromStdString(another.number)) || taken[0].contains(QString::fromStdString(another.number)));
    QVERIFY(!taken[0].contains("an internal remark"));
    QVERIFY(text(another).contains(QString::fromStdString(receipt.number)));
    QVERIFY(text(gone, "th").contains(QString::fromUtf8("ใบลดหนี้")));
}

void PrintTest::nothingThatChangesLaterChangesAByte()
{
    begin("THB", tax("7", pricing::TaxMode::exclusive), centre);
    std::vector<slurm::JobRecord> jobs = jobsOf(60);
    jobs[3].state = "NODE_FAIL";
    merge(jobs);
    const receipts::Receipt receipt = bill();
    const std::array before{printed(receipt, "en"), printed(receipt, "th")};
    QVERIFY(printed(receipt, "en") == before[0]);
    QVERIFY(before[0] != before[1]);

    rates::RateChange change;
    change.tier = "mu";
    change.rates = {.cpu = Rate::fromMicro(9'000'000), .gpu = {}, .mem = {}};
    change.reason = "a test";
    m_ground->rates.change(change, std::nullopt, finance);
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        m_ground->rules.change(pricing::Rules{}, "nothing is free any more", m_ground->rules.inForce(tx).id, finance);
    }
    for (slurm::JobRecord& job : jobs) {
        job.name = "another name";
        job.displayId = "77_1";
        job.endedAt = *job.endedAt + std::chrono::hours(1);
        ++job.cpus;
    }
    merge(jobs);
    QCOMPARE(m_ground->database.value("select count(*) from jobs where name = 'another name'"), std::string("60"));
    // Another server, with other settings.
    prometheus::Registry metrics;
    const receipts::Receipts other({.pool = m_ground->database.pool(),
                                    .audit = m_ground->audit,
                                    .prices = m_ground->prices,
                                    .outbox = m_ground->outbox,
                                    .metrics = metrics},
                                   tax("10", pricing::TaxMode::inclusive), {.name = "Another", .address = {}, .taxId = {}});
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const receipts::Receipt again = other.find(tx, receipt.id);
    QVERIFY(printed(again, "en") == before[0]);
    QVERIFY(printed(again, "th") == before[1]);
    QCOMPARE(m_printer->print(again, "en").etag, m_printer->print(receipt, "en").etag);
}

void PrintTest::aChangedStateIsAnotherFile()
{
    begin();
    merge(jobsOf(1));
    const receipts::Receipt receipt = bill();
    const receipts::Printout english = m_printer->print(receipt, "en");
    const receipts::Printout thai = m_printer->print(receipt, "th");
    QCOMPARE(english.fileName, receipt.number + ".pdf");
    QCOMPARE(thai.fileName, receipt.number + ".th.pdf");
    QVERIFY(english.etag != thai.etag);
    m_receipts->voidReceipt(receipt.id, {.reason = "wrong", .hasCreditNote = false}, finance);
    QVERIFY(m_printer->print(found(receipt.id), "en").etag != english.etag);
}

void PrintTest::fontsAreEmbedded()
{
    begin();
    merge(jobsOf(1));
    for (const char* language : {"en", "th"}) {
        const QStringList fonts = support::pdfFonts(printed(found(bill().id), language));
        QVERIFY(fonts.size() >= 2);
        for (const QString& font : fonts)
            QVERIFY2(font.startsWith("NotoSans") && font.endsWith(" yes"), qPrintable(font));
        m_receipts->voidReceipt(receipts::ReceiptId{language == std::string("en") ? 1 : 2}, {.reason = "again", .hasCreditNote = false}, finance);
    }
}

void PrintTest::withoutAnAddressThereIsNoCode()
{
    begin();
    merge(jobsOf(1));
    m_printer = std::make_unique<receipts::Printer>(
        receipts::Printer::Parts{.pool = m_ground->database.pool(), .receipts = *m_receipts, .prices = m_ground->prices}, "");
    const receipts::Receipt receipt = bill();
    QVERIFY(!text(receipt).contains("/me/receipts/"));
    QCOMPARE(support::pdfCodes(printed(receipt, "en")), QStringList{});
}

QTEST_GUILESS_MAIN(PrintTest)
#include "tst_print.moc"

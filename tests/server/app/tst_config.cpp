// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/app/config.h"

#include <QtTest>

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>

using namespace hpcbill;

class ConfigTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void theEnvironmentStandsOverTheFile();
    void aSecretComesFromItsFileWithoutTheLineFeed();
    void whereASecretIsTakenFrom_data();
    void whereASecretIsTakenFrom();
    void whereTheTokenOfSlurmIsTakenFrom();
    void everyFaultIsNamedAtOnce();
    void aValueThatCannotBeReadIsNamed_data();
    void aValueThatCannotBeReadIsNamed();
    void aFileThatIsNotThereIsNamed();
    void developmentTakesTheDefaults();
    void productionRefusesWhatIsUnsafe_data();
    void productionRefusesWhatIsUnsafe();
    void aFileThatIsMissingIsNamed_data();
    void aFileThatIsMissingIsNamed();
    void anAddressThatNobodyCanListenAtIsNamed();
    void aShortSecretInAFileIsRefusedToo();
    void developmentMayTrustEverybody();
    void allThatIsWrongIsExaminedAtOnce();
    void aTaxIsReadWithItsName();
    void anIssuerIsReadWithTheLinesOfItsAddress();
    void aSafeProductionIsTaken();
    void eachClusterHasItsOwnSettings();
    void whatClustersLackIsNamed();

private:
    void set(const QByteArray& name, const QByteArray& value);
    std::filesystem::path write(const char* name, const QByteArray& content);
    static QStringList namesOf(const InvalidInput& error);

    QList<QByteArray> m_set;
    QTemporaryDir m_directory;
};

void ConfigTest::init()
{
    set("DATABASE_URL", "embedded:/nowhere");
}

void ConfigTest::cleanup()
{
    for (const QByteArray& name : std::as_const(m_set))
        qunsetenv(name.constData());
    m_set.clear();
}

void ConfigTest::set(const QByteArray& name, const QByteArray& value)
{
    qputenv(name.constData(), value);
    m_set << name;
}

std::filesystem::path ConfigTest::write(const char* name, const QByteArray& content)
{
    QFile file(m_directory.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("the test cannot write %s", name);
    return file.fileName().toStdString();
}

QStringList ConfigTest::namesOf(const InvalidInput& error)
{
    QStringList names;
    for (const FieldError& field : error.fields())
        names << QString::fromStdString(field.field);
    return names;
}

void ConfigTest::theEnvironmentStandsOverTheFile()
{
    const auto file = write("hpcbilld.properties", "HTTP_PORT = 9001\nBILLING_CURRENCY = JPY\n");
    set("HTTP_PORT", "9002");
    const auto config = app::readConfig(file);
    QCOMPARE(config.httpPort, std::uint16_t{9002});
    QCOMPARE(std::string(config.currency.code()), std::string("JPY"));
}

void ConfigTest::aSecretComesFromItsFileWithoutTheLineFeed()
{
    set("APP_SECRET_KEY_FILE", QByteArray::fromStdString(write("key", "s3cret\n").string()));
    QCOMPARE(app::readConfig(std::nullopt).appSecretKey, std::string("s3cret"));
    set("APP_SECRET_KEY_FILE", "/nowhere/key");
    QVERIFY_EXCEPTION_THROWN(app::readConfig(std::nullopt), InvalidInput);
}

void ConfigTest::whereASecretIsTakenFrom_data()
{
    QTest::addColumn<QStringList>("given");
    QTest::addColumn<QString>("taken");
    const QStringList all{"environment", "environment's file", "file", "file's file"};
    for (qsizetype first = 0; first < all.size(); ++first) {
        for (qsizetype second = first; second < all.size(); ++second)
            QTest::addRow("%s, %s", qPrintable(all[first]), qPrintable(all[second])) << QStringList{all[first], all[second]} << all[first];
    }
    QTest::newRow("all") << all << all.first();
    QTest::newRow("none") << QStringList() << QString();
}

void ConfigTest::whereASecretIsTakenFrom()
{
    QFETCH(QStringList, given);
    QFETCH(QString, taken);
    QByteArray properties;
    if (given.contains("environment"))
        set("APP_SECRET_KEY", "environment");
    if (given.contains("environment's file"))
        set("APP_SECRET_KEY_FILE", QByteArray::fromStdString(write("key-1", "environment's file\n").string()));
    if (given.contains("file"))
        properties += "APP_SECRET_KEY = file\n";
    if (given.contains("file's file"))
        properties += "APP_SECRET_KEY_FILE = " + QByteArray::fromStdString(write("key-2", "file's file\n").string()) + "\n";
    QCOMPARE(QString::fromStdString(app::readConfig(write("hpcbilld.properties", properties)).appSecretKey), taken);
}

void ConfigTest::whereTheTokenOfSlurmIsTakenFrom()
{
    const auto file = write("hpcbilld.properties",
                            "SLURMRESTD_URL = https://slurm.example.org\nSLURMRESTD_TOKEN_FILE = /run/token\nSLURMRESTD_TOKEN = old\n");
    const auto read = [&file] { return *app::readConfig(file).clusters.at(0).settings.slurmrestd; };
    QCOMPARE(read().tokenFile, std::filesystem::path("/run/token")); // of the two in one place the file that is read again
    set("SLURMRESTD_TOKEN", "new");
    QCOMPARE(read().tokenFile, std::filesystem::path());
    QCOMPARE(read().token, std::string("new"));
    set("SLURMRESTD_TOKEN_FILE", "/run/other");
    QCOMPARE(read().tokenFile, std::filesystem::path("/run/other"));
}

void ConfigTest::everyFaultIsNamedAtOnce()
{
    set("DATABASE_URL", "");
    set("HTTP_PORT", "high");
    set("APP_ENV", "prod");
    try {
        app::readConfig(std::nullopt);
        QFAIL("three faults were taken");
    } catch (const InvalidInput& error) {
        QCOMPARE(namesOf(error), QStringList({"APP_ENV", "DATABASE_URL", "HTTP_PORT"}));
    }
}

void ConfigTest::aValueThatCannotBeReadIsNamed_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("a port too high") << QByteArray("HTTP_PORT") << QByteArray("65536");
    QTest::newRow("a port below zero") << QByteArray("HTTP_PORT") << QByteArray("-1");
    QTest::newRow("neither true nor false") << QByteArray("METRICS_ENABLED") << QByteArray("maybe");
    QTest::newRow("no seconds") << QByteArray("POLL_INTERVAL_SEC") << QByteArray("0");
    QTest::newRow("a tax with its sign") << QByteArray("BILLING_TAX_RATE") << QByteArray("7%");
    QTest::newRow("a tax above all") << QByteArray("BILLING_TAX_RATE") << QByteArray("100.1");
    QTest::newRow("a tax neither on top nor contained") << QByteArray("BILLING_TAX_MODE") << QByteArray("both");
    QTest::newRow("a tax of two lines") << QByteArray("BILLING_TAX_LABEL") << QByteArray("VAT\nvat");
    QTest::newRow("a tax without a name") << QByteArray("BILLING_TAX_LABEL") << QByteArray("");
    QTest::newRow("an issuer of two lines") << QByteArray("BILLING_ISSUER_NAME") << QByteArray("HPC\nCentre");
    QTest::newRow("an issuer in no UTF-8") << QByteArray("BILLING_ISSUER_TAX_ID") << QByteArray("\xff");
    QTest::newRow("an address as long as a letter") << QByteArray("BILLING_ISSUER_ADDRESS") << QByteArray("1\n2\n3\n4\n5\n6\n7");
    QTest::newRow("no currency") << QByteArray("BILLING_CURRENCY") << QByteArray("XXX");
    QTest::newRow("a level of another program") << QByteArray("LOG_LEVEL") << QByteArray("INFO");
    QTest::newRow("a proxy by name") << QByteArray("TRUSTED_PROXIES") << QByteArray("10.0.0.1, foo");
    QTest::newRow("a network too wide") << QByteArray("METRICS_NETWORKS") << QByteArray("10.0.0.0/33");
    QTest::newRow("a network by name") << QByteArray("WEBHOOK_ALLOWED_NETWORKS") << QByteArray("baz");
    QTest::newRow("no zone") << QByteArray("CLUSTER_TIME_ZONE") << QByteArray("Nowhere/X");
    QTest::newRow("a region and no zone") << QByteArray("CLUSTER_TIME_ZONE") << QByteArray("Asia");
    QTest::newRow("a file and no zone") << QByteArray("CLUSTER_TIME_ZONE") << QByteArray("../../../etc/localtime");
    QTest::newRow("a cluster with a blank") << QByteArray("CLUSTER_NAME") << QByteArray("main cluster");
    QTest::newRow("a URL without a host") << QByteArray("PUBLIC_URL") << QByteArray("https://");
    QTest::newRow("slurmrestd without a host") << QByteArray("SLURMRESTD_URL") << QByteArray("https:");
    QTest::newRow("a URL with half a port") << QByteArray("PUBLIC_URL") << QByteArray("https://billing.example.org:port");
    QTest::newRow("no URL of slurmrestd") << QByteArray("SLURMRESTD_URL") << QByteArray("https://slurm.example.org:port");
    QTest::newRow("a log with a blank") << QByteArray("AUDIT_ORIGIN") << QByteArray("our log");
    QTest::newRow("seconds with a unit") << QByteArray("AUTH_THROTTLE_LOCK_SEC") << QByteArray("15m");
}

void ConfigTest::aValueThatCannotBeReadIsNamed()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    set(name, value);
    try {
        app::readConfig(std::nullopt);
        QFAIL("it was taken");
    } catch (const InvalidInput& error) {
        QCOMPARE(namesOf(error), QStringList(QString::fromLatin1(name)));
    }
}

void ConfigTest::aFileThatIsNotThereIsNamed()
{
    QVERIFY_EXCEPTION_THROWN(app::readConfig("/nowhere/hpcbilld.properties"), InvalidInput);
}

void ConfigTest::developmentTakesTheDefaults()
{
    QVERIFY(app::unsafeSettings(app::readConfig(std::nullopt)).empty());
}

void ConfigTest::productionRefusesWhatIsUnsafe_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("a short key") << QByteArray("APP_SECRET_KEY") << QByteArray("short");
    QTest::newRow("open cookies") << QByteArray("SESSION_COOKIE_SECURE") << QByteArray("false");
    QTest::newRow("a weak first password") << QByteArray("ADMIN_PASSWORD") << QByteArray("admin");
    QTest::newRow("a short secret of the provider") << QByteArray("PAYMENT_WEBHOOK_SECRET") << QByteArray(15, 's');
    QTest::newRow("a short secret of Stripe") << QByteArray("STRIPE_WEBHOOK_SECRET") << QByteArray(15, 's');
    QTest::newRow("a short secret of Omise") << QByteArray("OMISE_WEBHOOK_SECRET") << QByteArray(15, 's');
    QTest::newRow("everybody a proxy") << QByteArray("TRUSTED_PROXIES") << QByteArray("10.0.0.1, 0.0.0.0/0");
    QTest::newRow("everybody of IPv6 a proxy") << QByteArray("TRUSTED_PROXIES") << QByteArray("::/0");
    QTest::newRow("everybody a proxy, by another address") << QByteArray("TRUSTED_PROXIES") << QByteArray("10.1.2.3/0");
    QTest::newRow("metrics for everybody") << QByteArray("METRICS_NETWORKS") << QByteArray("0.0.0.0/0");
    QTest::newRow("metrics for everybody of IPv6") << QByteArray("METRICS_NETWORKS") << QByteArray("127.0.0.1 ::/0");
    QTest::newRow("a token over plain http")
        << QByteArray("SLURMRESTD_URL") << QByteArray("http://slurm.example.org:6820");
    QTest::newRow("another protocol")
        << QByteArray("SLURMRESTD_URL") << QByteArray("ftp://slurm.example.org");
}

void ConfigTest::productionRefusesWhatIsUnsafe()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    set("APP_ENV", "production");
    set("APP_SECRET_KEY", QByteArray(32, 'k'));
    set("SLURMRESTD_TOKEN", "token");
    set(name.constData(), value);
    const auto faults = app::unsafeSettings(app::readConfig(std::nullopt));
    QCOMPARE(faults.size(), 1U);
    QCOMPARE(QByteArray::fromStdString(faults[0].name), name);
}

void ConfigTest::aFileThatIsMissingIsNamed_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"SLURMRESTD_TOKEN_FILE", "SLURMRESTD_CA_FILE", "SLURMRESTD_CLIENT_CERT_FILE", "SLURMRESTD_CLIENT_KEY_FILE"})
        QTest::newRow(name) << QByteArray(name);
}

void ConfigTest::aFileThatIsMissingIsNamed()
{
    QFETCH(QByteArray, name);
    set("CLUSTERS", "annex");
    set("ANNEX_SLURMRESTD_URL", "https://slurm.example.org");
    set("ANNEX_SLURMRESTD_TOKEN", "token");
    for (const QByteArray& path : {QByteArray("/nowhere/file"), QByteArray::fromStdString(write("empty", "").string())}) {
        set("ANNEX_" + name, path);
        const auto faults = app::unsafeSettings(app::readConfig(std::nullopt));
        QCOMPARE(faults.size(), 1U);
        QCOMPARE(QByteArray::fromStdString(faults[0].name), "ANNEX_" + name);
        QVERIFY(faults[0].detail.starts_with(path.toStdString()));
    }
    set("ANNEX_" + name, QByteArray::fromStdString(write("file", "content").string()));
    QVERIFY(app::unsafeSettings(app::readConfig(std::nullopt)).empty());
}

void ConfigTest::anAddressThatNobodyCanListenAtIsNamed()
{
    set("HTTP_ADDRESS", "127.0.0.1.7");
    const auto faults = app::unsafeSettings(app::readConfig(std::nullopt));
    QCOMPARE(faults.size(), 1U);
    QCOMPARE(faults[0].name, std::string("HTTP_ADDRESS"));
}

void ConfigTest::aShortSecretInAFileIsRefusedToo()
{
    set("APP_ENV", "production");
    set("APP_SECRET_KEY", QByteArray(32, 'k'));
    set("STRIPE_WEBHOOK_SECRET_FILE", QByteArray::fromStdString(write("secret", QByteArray(15, 's') + '\n').string()));
    const auto faults = app::unsafeSettings(app::readConfig(std::nullopt));
    QCOMPARE(faults.size(), 1U);
    QCOMPARE(faults[0].name, std::string("STRIPE_WEBHOOK_SECRET"));
}

void ConfigTest::developmentMayTrustEverybody()
{
    set("TRUSTED_PROXIES", "0.0.0.0/0 ::/0");
    set("PAYMENT_WEBHOOK_SECRET", "short");
    QVERIFY(app::unsafeSettings(app::readConfig(std::nullopt)).empty());
}

void ConfigTest::allThatIsWrongIsExaminedAtOnce()
{
    set("APP_ENV", "production");
    set("APP_SECRET_KEY_FILE", "/nowhere/key"); // once, and not for being too short as well
    set("HTTP_PORT", "abc");
    set("SESSION_COOKIE_SECURE", "false");
    set("CLUSTERS", "main");
    set("MAIN_SLURMRESTD_URL", "https://slurm.example.org:port"); // once, and not as no source and no https as well
    set("MAIN_SLURMRESTD_TOKEN", "token");
    QStringList names;
    for (const app::ConfigFault& fault : app::examineConfig(std::nullopt).faults)
        names << QString::fromStdString(fault.name);
    QCOMPARE(names, QStringList({"HTTP_PORT", "APP_SECRET_KEY_FILE", "MAIN_SLURMRESTD_URL", "SESSION_COOKIE_SECURE"}));
}

void ConfigTest::aTaxIsReadWithItsName()
{
    QCOMPARE(app::readConfig(std::nullopt).tax, pricing::Tax{});
    set("BILLING_TAX_RATE", "8.25");
    set("BILLING_TAX_MODE", "inclusive");
    const auto tax = app::readConfig(std::nullopt).tax;
    QCOMPARE(tax.label, std::string("VAT"));
    QCOMPARE(toDecimal(tax.rate), std::string("8.250000"));
    QCOMPARE(tax.mode, pricing::TaxMode::inclusive);
}

void ConfigTest::anIssuerIsReadWithTheLinesOfItsAddress()
{
    QCOMPARE(app::readConfig(std::nullopt).issuer, receipts::Issuer{});
    set("BILLING_ISSUER_NAME", "ศูนย์คอมพิวเตอร์");
    set("BILLING_ISSUER_ADDRESS", "1 Ratchadamnoen Road\n  Bangkok 10200\n");
    set("BILLING_ISSUER_TAX_ID", "0994000158378");
    const receipts::Issuer expected{.name = "ศูนย์คอมพิวเตอร์", .address = "1 Ratchadamnoen Road\nBangkok 10200", .taxId = "0994000158378"};
    QCOMPARE(app::readConfig(std::nullopt).issuer, expected);
}

void ConfigTest::aSafeProductionIsTaken()
{
    set("APP_ENV", "production");
    set("APP_SECRET_KEY", QByteArray(32, 'k'));
    set("SLURMRESTD_URL", "https://slurm.example.org");
    set("SLURMRESTD_TOKEN_FILE", QByteArray::fromStdString(write("token", "token\n").string()));
    set("SLURMRESTD_CA_FILE", QByteArray::fromStdString(write("ca.pem", "certificate\n").string()));
    set("TRUSTED_PROXIES", "10.0.0.0/8 ::1");
    set("STRIPE_WEBHOOK_SECRET", QByteArray(16, 's'));
    set("CLUSTER_TIME_ZONE", "Asia/Bangkok");
    QVERIFY(app::unsafeSettings(app::readConfig(std::nullopt)).empty());
}

void ConfigTest::eachClusterHasItsOwnSettings()
{
    set("CLUSTER_NAME", "ignored");
    set("SLURMRESTD_URL", "https://ignored.example.org");
    set("CLUSTERS", "main, gpu-annex");
    set("MAIN_SLURMRESTD_URL", "https://main.example.org");
    set("MAIN_SLURMRESTD_TOKEN_COMMAND", "/usr/bin/scontrol  token lifespan=3600");
    set("GPU_ANNEX_SLURMRESTD_URL", "https://annex.example.org");
    set("GPU_ANNEX_CLUSTER_TIME_ZONE", "Asia/Bangkok");
    set("GPU_ANNEX_SLURMRESTD_CLUSTER", "annex");
    set("GPU_ANNEX_SACCT_ENABLED", "true");
    set("GPU_ANNEX_SACCT_CLUSTER", "annex");
    const app::Config config = app::readConfig(std::nullopt);
    QCOMPARE(config.clusters.size(), std::size_t{2});
    const slurm::ClusterSettings& main = config.clusters[0].settings;
    QCOMPARE(main.name, std::string("main"));
    QCOMPARE(main.slurmrestd->tokenCommand, (std::vector<std::string>{"/usr/bin/scontrol", "token", "lifespan=3600"}));
    QVERIFY(!main.sacct);
    const slurm::ClusterSettings& annex = config.clusters[1].settings;
    QCOMPARE(annex.name, std::string("gpu-annex"));
    QCOMPARE(annex.slurmrestd->url, std::string("https://annex.example.org"));
    QCOMPARE(annex.timeZone, std::string("Asia/Bangkok"));
    QVERIFY(main.timeZone.empty());
    QCOMPARE(annex.slurmrestd->cluster, std::string("annex"));
    QCOMPARE(annex.sacct->cluster, std::string("annex"));
    const auto faults = app::unsafeSettings(config);
    QCOMPARE(faults.size(), std::size_t{1});
    QCOMPARE(faults[0].name, std::string("GPU_ANNEX_SLURMRESTD_TOKEN"));
}

void ConfigTest::whatClustersLackIsNamed()
{
    set("CLUSTERS", "main");
    try {
        app::readConfig(std::nullopt);
        QFAIL("taken");
    } catch (const InvalidInput& error) {
        QCOMPARE(namesOf(error), QStringList{"CLUSTERS"});
    }
    set("DATABASE_POOL_SIZE", "5");
    set("CLUSTERS", "a b");
    set("A_FALLBACK_CSV", "/jobs.txt");
    set("B_FALLBACK_CSV", "/jobs.txt");
    const auto faults = app::unsafeSettings(app::readConfig(std::nullopt));
    QCOMPARE(faults.size(), std::size_t{1});
    QCOMPARE(faults[0].name, std::string("DATABASE_POOL_SIZE"));
    set("CLUSTERS", "a-b a.b"); // both A_B_
    set("A_B_FALLBACK_CSV", "/jobs.txt");
    QVERIFY_THROWS_EXCEPTION(InvalidInput, app::readConfig(std::nullopt));
}

QTEST_GUILESS_MAIN(ConfigTest)
#include "tst_config.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/webhooks/addresses.h"

#include <Poco/Net/IPAddress.h>

#include <QtTest>

using namespace hpcbill;

class AddressesTest final : public QObject
{
    Q_OBJECT

private slots:
    void whatIsPublic_data();
    void whatIsPublic();
    void whatIsAllowedIsNoMoreThanThat();
    void networksThatAreNoneAreRefused();
};

void AddressesTest::whatIsPublic_data()
{
    QTest::addColumn<bool>("expected");
    for (const char* address : {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "11.0.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8",
                                "64:ff9b::808:808", "2002:808:808::1"})
        QTest::newRow(address) << true;
    for (const char* address :
         {"127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
          "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.255.255.255", "255.255.255.255", "168.63.129.16", "::1", "::", "fe80::1",
          "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1",
          "2001:db8::1", "2001::1", "64:ff9b:1::1", "100::1", "::127.0.0.1"})
        QTest::newRow(address) << false;
}

void AddressesTest::whatIsPublic()
{
    QFETCH(const bool, expected);
    QCOMPARE(webhooks::isPublic(Poco::Net::IPAddress(QTest::currentDataTag())), expected);
}

void AddressesTest::whatIsAllowedIsNoMoreThanThat()
{
    const auto rule = webhooks::addressRule({"10.1.0.0/16", "127.0.0.1"});
    QVERIFY(rule(Poco::Net::IPAddress("10.1.2.3")));
    QVERIFY(rule(Poco::Net::IPAddress("127.0.0.1")));
    QVERIFY(rule(Poco::Net::IPAddress("8.8.8.8")));
    QVERIFY(!rule(Poco::Net::IPAddress("10.2.2.3")));
    QVERIFY(!rule(Poco::Net::IPAddress("127.0.0.2")));
    QVERIFY(!rule(Poco::Net::IPAddress("169.254.169.254")));
}

void AddressesTest::networksThatAreNoneAreRefused()
{
    QVERIFY_THROWS_EXCEPTION(InvalidInput, webhooks::addressRule({"10.0.0.0/40"}));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, webhooks::addressRule({"intranet"}));
}

QTEST_GUILESS_MAIN(AddressesTest)
#include "tst_addresses.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/api/role.h"

#include <QtTest>

using namespace hpcbill::api;

class TestRole : public QObject
{
    Q_OBJECT

private slots:
    void everyRoleReadsBackAsItself();
    void setsAdmitWhomTheyName_data();
    void setsAdmitWhomTheyName();
};

void TestRole::everyRoleReadsBackAsItself()
{
    for (const Role role : {Role::user, Role::auditor, Role::operator_, Role::admin})
        QVERIFY(parseRole(codeOf(role)) == role);
    QVERIFY(!parseRole("Admin"));
    QVERIFY(!parseRole(""));
}

void TestRole::setsAdmitWhomTheyName_data()
{
    QTest::addColumn<RoleSet>("roles");
    QTest::addColumn<QByteArray>("admitted"); // user, auditor, operator, admin, nobody
    QTest::newRow("admins") << admins << QByteArray("...a.");
    QTest::newRow("operators") << operators << QByteArray("..oa.");
    QTest::newRow("auditors") << auditors << QByteArray(".r.a.");
    QTest::newRow("readers") << readers << QByteArray(".roa.");
    QTest::newRow("signed in") << signedIn << QByteArray("uroa.");
    QTest::newRow("anyone") << anyone << QByteArray("uroan");
    QTest::newRow("no one") << RoleSet{} << QByteArray(".....");
}

void TestRole::setsAdmitWhomTheyName()
{
    QFETCH(RoleSet, roles);
    QFETCH(QByteArray, admitted);
    QCOMPARE(roles.admits(Role::user), admitted[0] == 'u');
    QCOMPARE(roles.admits(Role::auditor), admitted[1] == 'r');
    QCOMPARE(roles.admits(Role::operator_), admitted[2] == 'o');
    QCOMPARE(roles.admits(Role::admin), admitted[3] == 'a');
    QCOMPARE(roles.admitsAnonymous(), admitted[4] == 'n');
}

QTEST_GUILESS_MAIN(TestRole)
#include "tst_role.moc"

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB">
<context>
    <name>hpcbill::client::PaymentActions</name>
    <message numerus="yes">
        <source>Replay %n message(s)</source>
        <translation>
            <numerusform>Replay %n message</numerusform>
            <numerusform>Replay %n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Replay %Ln</source>
        <translation>
            <numerusform>Replay %Ln</numerusform>
            <numerusform>Replay %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) replayed</source>
        <translation>
            <numerusform>%n message replayed</numerusform>
            <numerusform>%n messages replayed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n applied.</source>
        <translation>
            <numerusform>%n applied.</numerusform>
            <numerusform>%n applied.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::ReconcilePage</name>
    <message numerus="yes">
        <source>The oldest %Ln of them</source>
        <translation>
            <numerusform>The oldest %Ln of them</numerusform>
            <numerusform>The oldest %Ln of them</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln payment(s) stuck</source>
        <translation>
            <numerusform>%Ln payment stuck</numerusform>
            <numerusform>%Ln payments stuck</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) read; more follow as you scroll</source>
        <translation>
            <numerusform>%Ln row read; more follow as you scroll</numerusform>
            <numerusform>%Ln rows read; more follow as you scroll</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::StatementImport</name>
    <message numerus="yes">
        <source>Settle %n receipt(s), %1</source>
        <translation>
            <numerusform>Settle %n receipt, %1</numerusform>
            <numerusform>Settle %n receipts, %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n receipt(s) settled, %1.</source>
        <translation>
            <numerusform>%n receipt settled, %1.</numerusform>
            <numerusform>%n receipts settled, %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsagePage</name>
    <message numerus="yes">
        <source>%Ln job(s)</source>
        <translation>
            <numerusform>%Ln job</numerusform>
            <numerusform>%Ln jobs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln job(s) read; more follow as you scroll</source>
        <translation>
            <numerusform>%Ln job read; more follow as you scroll</numerusform>
            <numerusform>%Ln jobs read; more follow as you scroll</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>jobs %n min old</source>
        <translation>
            <numerusform>jobs %n min old</numerusform>
            <numerusform>jobs %n min old</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsersPage</name>
    <message numerus="yes">
        <source>%1, %Ln shown</source>
        <translation>
            <numerusform>%1, %Ln shown</numerusform>
            <numerusform>%1, %Ln shown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln user(s)</source>
        <translation>
            <numerusform>%Ln user</numerusform>
            <numerusform>%Ln users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln lock(s)</source>
        <translation>
            <numerusform>%Ln lock</numerusform>
            <numerusform>%Ln locks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln locked out</source>
        <translation>
            <numerusform>%Ln locked out</numerusform>
            <numerusform>%Ln locked out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::WebhooksPage</name>
    <message numerus="yes">
        <source>%Ln endpoint(s)</source>
        <translation>
            <numerusform>%Ln endpoint</numerusform>
            <numerusform>%Ln endpoints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln delivery(ies)</source>
        <translation>
            <numerusform>%Ln delivery</numerusform>
            <numerusform>%Ln deliveries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln delivery(ies) read; more follow as you scroll</source>
        <translation>
            <numerusform>%Ln delivery read; more follow as you scroll</numerusform>
            <numerusform>%Ln deliveries read; more follow as you scroll</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::Workspace</name>
    <message numerus="yes">
        <source>The server cannot be reached. What you typed is kept; the next try is in %n second(s).</source>
        <translation>
            <numerusform>The server cannot be reached. What you typed is kept; the next try is in %n second.</numerusform>
            <numerusform>The server cannot be reached. What you typed is kept; the next try is in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TierRulesView</name>
    <message numerus="yes">
        <source>The rules are saved. %Ln user(s) changed tier.</source>
        <translation>
            <numerusform>The rules are saved. %Ln user changed tier.</numerusform>
            <numerusform>The rules are saved. %Ln users changed tier.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TierTester</name>
    <message numerus="yes">
        <source>%Ln known user(s) would change tier:</source>
        <translation>
            <numerusform>%Ln known user would change tier:</numerusform>
            <numerusform>%Ln known users would change tier:</numerusform>
        </translation>
    </message>
</context>
</TS>

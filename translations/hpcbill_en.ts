<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB">
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
    <name>hpcbill::client::Workspace</name>
    <message numerus="yes">
        <source>The server cannot be reached. What you typed is kept; the next try is in %n second(s).</source>
        <translation>
            <numerusform>The server cannot be reached. What you typed is kept; the next try is in %n second.</numerusform>
            <numerusform>The server cannot be reached. What you typed is kept; the next try is in %n seconds.</numerusform>
        </translation>
    </message>
</context>
</TS>

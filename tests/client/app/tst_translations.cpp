// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/Language.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocale>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

using namespace hpcbill::client;

namespace
{

struct Message {
    QString source;
    QStringList translations;
    bool isFinished = true;
};

QList<Message> messagesOf(const QString& language)
{
    QFile file(QString(HPCBILL_SOURCE_DIR "/translations/hpcbill_%1.ts").arg(language));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<Message> messages;
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == u"message")
            messages.append(Message());
        else if (xml.name() == u"source")
            messages.last().source = xml.readElementText();
        else if (xml.name() == u"translation") {
            messages.last().isFinished = !xml.attributes().hasAttribute("type");
            QString text;
            while (!(xml.readNext() == QXmlStreamReader::EndElement && xml.name() == u"translation")) {
                if (xml.isStartElement() && xml.name() == u"numerusform")
                    messages.last().translations << xml.readElementText();
                else if (xml.isCharacters())
                    text += xml.text();
            }
            if (messages.last().translations.isEmpty())
                messages.last().translations << text;
        }
    }
    return messages;
}

QSet<QString> placeholders(const QString& text)
{
    static const QRegularExpression form("%L?[n1-9]");
    QSet<QString> found;
    auto match = form.globalMatch(text);
    while (match.hasNext())
        found.insert(match.next().captured());
    return found;
}

} // namespace

class TranslationsTest final : public QObject
{
    Q_OBJECT

private slots:
    void everyThaiTextIsThereAndKeepsItsPlaceholders();
    void choosingALanguageChangesTextsNumbersAndDatesAtOnce();
    void pluralsReadAsEnglish();
};

void TranslationsTest::everyThaiTextIsThereAndKeepsItsPlaceholders()
{
    const QList<Message> messages = messagesOf("th");
    QVERIFY(messages.size() > 200);
    int thai = 0;
    static const QRegularExpression thaiLetter("[\\x{0E00}-\\x{0E7F}]");
    for (const Message& message : messages) {
        QVERIFY2(message.isFinished, qPrintable(message.source));
        for (const QString& text : message.translations) {
            QVERIFY2(!text.trimmed().isEmpty(), qPrintable(message.source));
            QVERIFY2(placeholders(text) == placeholders(message.source), qPrintable(message.source));
            thai += text.contains(thaiLetter) ? 1 : 0;
        }
    }
    // CPU, GPU, QOS, the product's name and arrows are the same in both.
    QVERIFY2(thai > messages.size() - 10, qPrintable(QString::number(thai)));
}

void TranslationsTest::choosingALanguageChangesTextsNumbersAndDatesAtOnce()
{
    Language language;
    language.choose("th");
    QCOMPARE(QCoreApplication::translate("pages", "Rates"), QString("อัตรา"));
    QCOMPARE(QLocale().language(), QLocale::Thai);
    language.choose("en");
    QCOMPARE(QCoreApplication::translate("pages", "Rates"), QString("Rates"));
    QCOMPARE(QLocale().language(), QLocale::English);
    language.choose("xx");
    QCOMPARE(language.code(), QString("en"));
}

void TranslationsTest::pluralsReadAsEnglish()
{
    Language language;
    language.choose("en");
    const auto jobs = [](int n) {
        return QCoreApplication::translate("hpcbill::client::UsagePage", "%Ln job(s)", nullptr, n);
    };
    QCOMPARE(jobs(1), QString("1 job"));
    QCOMPARE(jobs(4'285), QString("4,285 jobs"));
}

QTEST_GUILESS_MAIN(TranslationsTest)
#include "tst_translations.moc"

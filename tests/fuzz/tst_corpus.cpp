// SPDX-License-Identifier: GPL-3.0-or-later
// What the fuzzers found worth keeping, fed to every build: a breach of a law ends the suite with the law's
// name.
#include "tests/fuzz/targets.h"

#include <QDir>
#include <QFile>
#include <QtTest>

#include <algorithm>
#include <iterator>

class TestCorpus final : public QObject
{
    Q_OBJECT

private slots:
    void everyTargetHasItsTexts()
    {
        const QStringList folders = QDir(m_root).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        QStringList names;
        for (const hpcbill::fuzz::Target& target : hpcbill::fuzz::all)
            names << QString::fromUtf8(target.name.data(), static_cast<qsizetype>(target.name.size()));
        names.sort();
        QCOMPARE(folders, names);
        qint64 bytes = 0;
        for (const QString& folder : folders) {
            const QFileInfoList files = QDir(m_root + folder).entryInfoList(QDir::Files);
            QVERIFY2(files.size() >= 5, qPrintable(folder));
            for (const QFileInfo& file : files)
                bytes += file.size();
        }
        QVERIFY2(bytes < 300'000, QByteArray::number(bytes).constData());
    }

    void theLawsHold_data()
    {
        QTest::addColumn<int>("target");
        QTest::addColumn<QString>("file");
        for (int target = 0; target < static_cast<int>(std::size(hpcbill::fuzz::all)); ++target) {
            const QString folder = QString::fromUtf8(hpcbill::fuzz::all[target].name.data());
            for (const QFileInfo& file : QDir(m_root + folder).entryInfoList(QDir::Files, QDir::Name))
                QTest::newRow(qPrintable(folder + "/" + file.fileName())) << target << file.filePath();
        }
    }

    void theLawsHold()
    {
        QFETCH(const int, target);
        QFETCH(const QString, file);
        QFile content(file);
        QVERIFY(content.open(QIODevice::ReadOnly));
        const std::string text = content.readAll().toStdString();
        hpcbill::fuzz::all[target].feed(text);
        // Cut anywhere it is another text, of which the same holds.
        for (const std::size_t parts : {std::size_t{3}, std::size_t{2}})
            hpcbill::fuzz::all[target].feed(std::string_view(text).substr(0, text.size() / parts));
    }

private:
    const QString m_root = QStringLiteral(HPCBILL_SOURCE_DIR "/tests/fuzz/corpus/");
};

QTEST_GUILESS_MAIN(TestCorpus)
#include "tst_corpus.moc"

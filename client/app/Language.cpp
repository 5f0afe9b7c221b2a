// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/Language.h"

#include <QCoreApplication>
#include <QLocale>

namespace hpcbill::client
{

Language::Language(QObject* parent)
    : QObject(parent)
{
}

QString Language::ofComputer()
{
    return QLocale::system().language() == QLocale::Thai ? "th" : "en";
}

void Language::choose(const QString& code)
{
    const QString known = code == "th" ? "th" : "en";
    if (known == m_code)
        return;
    m_code = known;
    // Before the texts: whoever hears of the change asks for numbers and dates too.
    QLocale::setDefault(QLocale(known == "th" ? "th_TH" : "en_GB"));
    QCoreApplication::removeTranslator(&m_texts);
    if (!m_texts.load(":/i18n/hpcbill_" + known + ".qm"))
        qFatal("translation %s is missing", qPrintable(known));
    QCoreApplication::installTranslator(&m_texts);
}

} // namespace hpcbill::client

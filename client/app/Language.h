// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTranslator>

namespace hpcbill::client
{

/// The language of texts, numbers and dates of the whole program; changed at once, in every window.
class Language final : public QObject
{
    Q_OBJECT

public:
    explicit Language(QObject* parent = nullptr);

    /// `en` or `th`; anything else is English.
    void choose(const QString& code);
    [[nodiscard]] const QString& code() const { return m_code; }

    /// The computer's language where there is a translation, else English.
    static QString ofComputer();

private:
    QTranslator m_texts;
    QString m_code;
};

} // namespace hpcbill::client

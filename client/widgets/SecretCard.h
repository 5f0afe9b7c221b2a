// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Theme.h"

#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace hpcbill::client
{

/// A new secret, shown this once: the server does not tell it again, and neither does this program. The owner
/// says what it is for, and again in another language.
class SecretCard final : public QFrame
{
    Q_OBJECT

public:
    /// `name` is the beginning of its parts' object names: `nameValue`.
    explicit SecretCard(const QString& name, QWidget* parent = nullptr);

    void show(const QString& text, const QString& secret);
    void retitle(const QString& text) { m_text->setText(text); }
    void forget();

protected:
    void changeEvent(QEvent* event) override;

private:
    void retranslate();

    QLabel* m_text;
    QLineEdit* m_secret;
    QPushButton* m_copy;
    bool m_isCopied = false;
};

} // namespace hpcbill::client

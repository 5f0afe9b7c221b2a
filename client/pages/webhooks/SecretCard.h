// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Theme.h"

#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace hpcbill::client
{

/// A new secret, shown this once: the server does not tell it again, and neither does this program.
class SecretCard final : public QFrame
{
    Q_OBJECT

public:
    explicit SecretCard(QWidget* parent = nullptr);

    void show(const QString& secret);
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

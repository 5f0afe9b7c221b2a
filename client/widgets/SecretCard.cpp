// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/SecretCard.h"

#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QGuiApplication>

namespace hpcbill::client
{

SecretCard::SecretCard(const QString& name, QWidget* parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_secret(new QLineEdit(this))
    , m_copy(new QPushButton(this))
{
    setObjectName(name + "Card");
    setProperty("kind", "card");
    m_text->setObjectName(name + "Text");
    m_text->setWordWrap(true);
    m_secret->setObjectName(name + "Value");
    m_secret->setReadOnly(true);
    m_copy->setObjectName(name + "Copy");
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(12, 8, 12, 12);
    grid->setSpacing(8);
    grid->addWidget(m_text, 0, 0, 1, 2);
    grid->addWidget(m_secret, 1, 0);
    grid->addWidget(m_copy, 1, 1);
    hide();
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_secret->text());
        m_isCopied = true;
        retranslate();
    });
    retranslate();
}

void SecretCard::show(const QString& text, const QString& secret)
{
    m_text->setText(text);
    m_secret->setText(secret);
    m_secret->setCursorPosition(0);
    m_isCopied = false;
    retranslate();
    setVisible(true);
    m_copy->setFocus();
}

void SecretCard::forget()
{
    m_secret->clear();
    hide();
}

void SecretCard::retranslate()
{
    m_secret->setAccessibleName(tr("New secret"));
    m_copy->setText(m_isCopied ? tr("Copied") : tr("Copy"));
    m_copy->setAccessibleName(tr("Copy the secret"));
}

void SecretCard::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QFrame::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/Sidebar.h"

#include <QEvent>
#include <QHBoxLayout>

namespace hpcbill::client
{

Sidebar::Sidebar(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_product(new QLabel("HPC Billing", this))
    , m_layout(new QVBoxLayout(this))
{
    setObjectName("sidebar");
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(176);
    m_product->setObjectName("product");
    m_layout->setContentsMargins(0, 0, 0, 8);
    m_layout->setSpacing(0);
    m_layout->addWidget(m_product);
    m_layout->addStretch();
    connect(&m_theme, &Theme::changed, this, &Sidebar::drawIcons);
}

void Sidebar::setPages(const QList<const PageEntry*>& pages)
{
    for (const Row& row : std::as_const(m_rows))
        delete row.button;
    m_rows.clear();
    for (const PageEntry* page : pages) {
        auto* button = new QPushButton(this);
        const QString id = QString::fromLatin1(page->id);
        button->setObjectName("sidebar-" + id);
        button->setProperty("kind", "sidebar");
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setIconSize(QSize(20, 20));
        auto* mark = new QLabel(button);
        mark->setAttribute(Qt::WA_TransparentForMouseEvents);
        mark->setObjectName("mark-" + id);
        auto* layout = new QHBoxLayout(button);
        layout->setContentsMargins(0, 0, 12, 0);
        layout->addStretch();
        layout->addWidget(mark);
        const qsizetype number = m_rows.size() + 1;
        if (number <= 9)
            button->setShortcut(QKeySequence(QString("Ctrl+%1").arg(number)));
        connect(button, &QPushButton::clicked, this, [this, id] { emit pageChosen(id); });
        m_layout->insertWidget(static_cast<int>(number), button);
        m_rows.append({page, button, mark, {}});
    }
    retranslate();
    drawIcons();
}

void Sidebar::setCurrent(const QString& id)
{
    for (const Row& row : std::as_const(m_rows))
        row.button->setChecked(id == row.page->id);
}

void Sidebar::setBadge(const QString& id, const Badge& badge)
{
    for (Row& row : m_rows) {
        if (id == row.page->id)
            row.badge = badge;
    }
    retranslate();
}

void Sidebar::retranslate()
{
    for (const Row& row : std::as_const(m_rows)) {
        const QString title = QCoreApplication::translate("pages", row.page->title);
        const QKeySequence shortcut = row.button->shortcut();
        row.button->setText(title);
        row.button->setShortcut(shortcut); // setText() takes it away
        row.button->setToolTip(QString("%1 (%2)").arg(title, shortcut.toString(QKeySequence::NativeText)));
        row.button->setAccessibleName(title);
        row.button->setAccessibleDescription(row.badge.sentence);
        row.mark->setText(row.badge.mark);
        row.mark->setVisible(!row.badge.mark.isEmpty());
        setStyleProperty(row.mark, "kind",
                         row.badge.meaning == Meaning::plain ? "quiet" : meaningName(row.badge.meaning));
    }
}

void Sidebar::drawIcons()
{
    for (const Row& row : std::as_const(m_rows))
        row.button->setIcon(m_theme.icon(row.page->icon));
}

void Sidebar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

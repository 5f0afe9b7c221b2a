// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/app/pages.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace hpcbill::client
{

/// The list of pages; beside each what asks for work there, or its state.
class Sidebar final : public QWidget
{
    Q_OBJECT

public:
    explicit Sidebar(Theme& theme, QWidget* parent = nullptr);

    /// Shows these pages, from the top, reached by Ctrl+1 and so on.
    void setPages(const QList<const PageEntry*>& pages);
    void setCurrent(const QString& id);
    void setBadge(const QString& id, const Badge& badge);

signals:
    void pageChosen(const QString& id);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        const PageEntry* page;
        QPushButton* button;
        QLabel* mark;
        Badge badge;
    };

    void retranslate();
    void drawIcons();

    Theme& m_theme;
    QLabel* m_product;
    QVBoxLayout* m_layout;
    QList<Row> m_rows;
};

} // namespace hpcbill::client

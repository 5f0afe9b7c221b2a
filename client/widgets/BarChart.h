// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Theme.h"

#include <QChartView>

class QBarSet;

namespace hpcbill::client
{

/// Bars of exact figures. A bar's height is the only place where a figure becomes a floating-point number;
/// what is read on hovering is the exact text. Bars are reached by the arrow keys too, and Enter chooses one.
class BarChart final : public QChartView
{
    Q_OBJECT

public:
    struct Bar {
        QString key;    ///< what is told when it is chosen
        QString label;  ///< under the bar
        QString figure; ///< an exact decimal: its height
        QString shown;  ///< the figure as it is read
    };

    explicit BarChart(Theme& theme, QWidget* parent = nullptr);

    /// `title` names the measure and its unit.
    void setBars(const QString& title, const QList<Bar>& bars);
    [[nodiscard]] const QList<Bar>& bars() const { return m_bars; }

signals:
    void barChosen(const QString& key);
    /// The exact reading of the bar under the mouse or the keyboard; empty for none.
    void barRead(const QString& text);

protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void rebuild();
    void placeLabels();
    void read(int bar);
    [[nodiscard]] int barAt(const QPointF& position) const;

    Theme& m_theme;
    QString m_title;
    QList<Bar> m_bars;
    QBarSet* m_set = nullptr;
    int m_read = -1;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/BarChart.h"

#include <QBarSeries>
#include <QBarSet>
#include <QCategoryAxis>
#include <QChart>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QValueAxis>

namespace hpcbill::client
{

BarChart::BarChart(Theme& theme, QWidget* parent)
    : QChartView(parent)
    , m_theme(theme)
{
    setRenderHint(QPainter::Antialiasing);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setMinimumHeight(160);
    chart()->legend()->hide();
    chart()->setMargins(QMargins(4, 4, 4, 4));
    chart()->setBackgroundRoundness(0);
    chart()->setLocalizeNumbers(true);
    connect(&m_theme, &Theme::changed, this, &BarChart::rebuild);
    rebuild();
}

void BarChart::setBars(const QString& title, const QList<Bar>& bars)
{
    m_title = title;
    m_bars = bars;
    rebuild();
}

void BarChart::rebuild()
{
    chart()->removeAllSeries();
    const QList<QAbstractAxis*> axes = chart()->axes();
    for (QAbstractAxis* axis : axes) {
        chart()->removeAxis(axis);
        axis->deleteLater();
    }
    m_read = -1;
    m_set = nullptr;
    chart()->setLocale(QLocale());
    chart()->setBackgroundBrush(m_theme.color("raised"));
    setBackgroundBrush(m_theme.color("raised"));
    if (m_bars.isEmpty())
        return;

    m_set = new QBarSet(m_title);
    qreal highest = 0;
    for (const Bar& bar : std::as_const(m_bars)) {
        const qreal height = bar.figure.toDouble();
        highest = std::max(highest, height);
        *m_set << height;
    }
    m_set->setColor(m_theme.series(0));
    m_set->setBorderColor(Qt::transparent);
    m_set->setSelectedColor(m_theme.series(1));
    auto* series = new QBarSeries;
    series->setBarWidth(m_bars.size() > 60 ? 0.9 : 0.7);
    series->append(m_set);
    chart()->addSeries(series);

    auto* values = new QValueAxis;
    values->setRange(0, highest > 0 ? highest : 1);
    values->setTickCount(5);
    values->applyNiceNumbers();
    values->setLabelFormat(highest < 5 ? "%.2f" : "%.0f");
    auto* names = new QCategoryAxis;
    names->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    names->setRange(-0.5, static_cast<qreal>(m_bars.size()) - 0.5);
    names->setGridLineVisible(false);
    for (QAbstractAxis* axis : {static_cast<QAbstractAxis*>(values), static_cast<QAbstractAxis*>(names)}) {
        axis->setLabelsColor(m_theme.color("quiet"));
        axis->setLinePenColor(m_theme.color("line"));
        axis->setGridLineColor(m_theme.color("line"));
        QFont font = this->font();
        font.setPointSizeF(font.pointSizeF() - 1);
        axis->setLabelsFont(font);
    }
    chart()->addAxis(values, Qt::AlignLeft);
    chart()->addAxis(names, Qt::AlignBottom);
    series->attachAxis(values);
    series->attachAxis(names);
    placeLabels();
}

void BarChart::placeLabels()
{
    const QList<QAbstractAxis*> axes = chart()->axes(Qt::Horizontal);
    if (axes.isEmpty() || m_bars.isEmpty())
        return;
    auto* names = qobject_cast<QCategoryAxis*>(axes.first());
    const QStringList old = names->categoriesLabels();
    for (const QString& label : old)
        names->remove(label);
    // As many labels as fit side by side; bars between them are read by hovering.
    int widest = 1;
    const QFontMetrics metrics(names->labelsFont());
    for (const Bar& bar : std::as_const(m_bars))
        widest = std::max(widest, metrics.horizontalAdvance(bar.label) + 16);
    widest = std::min(widest, 140);
    const int room = std::max(1, (width() - 100) / widest);
    const qsizetype step = (m_bars.size() + room - 1) / room;
    for (qsizetype i = 0; i < m_bars.size(); i += step) {
        QString label = metrics.elidedText(m_bars.at(i).label, Qt::ElideRight, 124);
        while (names->categoriesLabels().contains(label))
            label += QChar(0x200B); // two names may be cut alike
        names->append(label, static_cast<qreal>(i));
    }
    names->setRange(-0.5, static_cast<qreal>(m_bars.size()) - 0.5);
}

int BarChart::barAt(const QPointF& position) const
{
    if (!m_set)
        return -1;
    // The whole column answers, not only the bar: a low bar must be read as easily as a high one.
    if (!chart()->plotArea().contains(position))
        return -1;
    const int bar = static_cast<int>(std::floor(chart()->mapToValue(position).x() + 0.5));
    return bar >= 0 && bar < m_bars.size() ? bar : -1;
}

void BarChart::read(int bar)
{
    if (bar == m_read || !m_set)
        return;
    m_read = bar;
    m_set->deselectAllBars();
    if (bar < 0) {
        QToolTip::hideText();
        emit barRead({});
        return;
    }
    m_set->selectBar(bar);
    const QString text = m_bars.at(bar).label + '\n' + m_bars.at(bar).shown;
    const QPointF top = chart()->mapToPosition(QPointF(bar, m_set->at(bar)));
    QToolTip::showText(viewport()->mapToGlobal(top.toPoint()), text, this);
    setAccessibleDescription(text);
    emit barRead(text);
}

void BarChart::mouseMoveEvent(QMouseEvent* event)
{
    const int bar = barAt(event->position());
    setCursor(bar < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
    read(bar);
    QChartView::mouseMoveEvent(event);
}

void BarChart::mouseReleaseEvent(QMouseEvent* event)
{
    const int bar = barAt(event->position());
    if (event->button() == Qt::LeftButton && bar >= 0) {
        const QString key = m_bars.at(bar).key; // the slot may set other bars
        emit barChosen(key);
        return;
    }
    QChartView::mouseReleaseEvent(event);
}

void BarChart::leaveEvent(QEvent* event)
{
    read(-1);
    QChartView::leaveEvent(event);
}

void BarChart::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_bars.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Right:
        read(std::min(m_read + 1, last));
        return;
    case Qt::Key_Left:
        read(std::max(m_read < 0 ? last : m_read - 1, std::min(0, last)));
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_read >= 0) {
            const QString key = m_bars.at(m_read).key;
            emit barChosen(key);
            return;
        }
        break;
    default:
        break;
    }
    QChartView::keyPressEvent(event);
}

void BarChart::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    placeLabels();
}

} // namespace hpcbill::client

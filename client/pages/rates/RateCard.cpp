// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/RateCard.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/rates/rate_text.h"

#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace hpcbill::client
{

RateCard::RateCard(Theme& theme, bool mayEdit, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_mayEdit(mayEdit)
    , m_tier(new QLabel(this))
    , m_currency(new QLabel(this))
    , m_since(new QLabel(this))
    , m_reason(new QLabel(this))
    , m_scheduled(new QLabel(this))
    , m_edit(new QPushButton(this))
{
    setProperty("kind", "card");
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    m_tier->setProperty("kind", "title");
    m_scheduled->setProperty("kind", "attention");
    for (QLabel* label : {m_currency, m_since, m_reason})
        label->setProperty("kind", "quiet");
    for (QLabel* label : {m_since, m_reason, m_scheduled}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    auto* top = new QHBoxLayout;
    top->addWidget(m_tier);
    top->addWidget(m_currency, 1);
    top->addWidget(m_edit);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(0);
    grid->setColumnStretch(1, 1);
    for (int row = 0; row < static_cast<int>(rateFields.size()); ++row) {
        const Figure figure{new QLabel(this), new QLabel(this)};
        figure.value->setProperty("kind", "figure");
        figure.unit->setProperty("kind", "quiet");
        grid->addWidget(figure.value, row, 0, Qt::AlignRight);
        grid->addWidget(figure.unit, row, 1);
        m_figures.append(figure);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addLayout(grid);
    layout->addSpacing(4);
    layout->addWidget(m_since);
    layout->addWidget(m_reason);
    layout->addWidget(m_scheduled);
    layout->addStretch();
    setMinimumWidth(210);
    m_edit->setVisible(mayEdit);
    connect(m_edit, &QPushButton::clicked, this, [this] {
        emit chosen();
        emit editWanted();
    });
    connect(&m_theme, &Theme::changed, this, &RateCard::retranslate);
}

void RateCard::show(const TierRates& rates)
{
    m_rates = rates;
    const QString tier = rates.now.tier;
    setObjectName("rateCard-" + tier);
    m_edit->setObjectName("rateEdit-" + tier);
    m_since->setObjectName("rateSince-" + tier);
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        m_figures[static_cast<int>(i)].value->setObjectName(
            QString("rate-%1-%2").arg(tier, QLatin1String(rateFields[i].name)));
    }
    retranslate();
}

void RateCard::setChosen(bool isChosen)
{
    m_isChosen = isChosen;
    update();
}

void RateCard::retranslate()
{
    const QLocale locale;
    const RateVersion& now = m_rates.now;
    m_tier->setText(now.tier);
    m_currency->setText(now.currency);
    QStringList read{now.tier};
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const Figure& figure = m_figures[static_cast<int>(i)];
        const QString exact = now.figures.*rateFields[i].figure;
        figure.value->setText(localizedShort(exact, 2, locale));
        figure.value->setToolTip(exact);
        figure.unit->setText(rateFieldUnit(rateFields[i].name));
        read << QString("%1 %2 %3").arg(figure.value->text(), now.currency, figure.unit->text());
    }
    m_since->setText(
        now.author.isEmpty()
            ? tr("In force since %1").arg(shownSince(now.effectiveFrom, locale))
            : tr("In force since %1, by %2").arg(shownSince(now.effectiveFrom, locale), now.author));
    m_reason->setText(now.reason);
    m_reason->setVisible(!now.reason.isEmpty());
    m_scheduled->setVisible(m_rates.scheduled.has_value());
    if (m_rates.scheduled) {
        const RateVersion& later = *m_rates.scheduled;
        m_scheduled->setText(tr("From %1: CPU %2, GPU %3, memory %4")
                                 .arg(shownTime(later.effectiveFrom, locale),
                                      localizedShort(later.figures.cpu, 2, locale),
                                      localizedShort(later.figures.gpu, 2, locale),
                                      localizedShort(later.figures.mem, 2, locale)));
    }
    m_edit->setText(tr("Edit…"));
    m_edit->setIcon(m_theme.icon("edit"));
    m_edit->setAccessibleName(tr("Edit the rates of %1").arg(now.tier));
    setAccessibleName(read.join(", "));
}

void RateCard::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QFrame::changeEvent(event);
}

void RateCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space) {
        emit chosen();
        return;
    }
    QFrame::keyPressEvent(event);
}

void RateCard::mousePressEvent(QMouseEvent* event)
{
    emit chosen();
    QFrame::mousePressEvent(event);
}

void RateCard::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    if (!m_isChosen && !hasFocus())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.color("accent"), hasFocus() ? 2 : 1.5));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/rates/rates_api.h"
#include "client/widgets/Theme.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace hpcbill::client
{

/// A tier and its three figures; chosen by a click, by Enter or by the space bar.
class RateCard final : public QFrame
{
    Q_OBJECT

public:
    RateCard(Theme& theme, bool mayEdit, QWidget* parent = nullptr);

    void show(const TierRates& rates);
    void setChosen(bool isChosen);
    [[nodiscard]] const TierRates& rates() const { return m_rates; }

signals:
    void chosen();
    void editWanted();

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Figure {
        QLabel* value;
        QLabel* unit;
    };

    void retranslate();

    Theme& m_theme;
    const bool m_mayEdit;
    TierRates m_rates;
    bool m_isChosen = false;
    QLabel* m_tier;
    QLabel* m_currency;
    QLabel* m_since;
    QLabel* m_reason;
    QLabel* m_scheduled;
    QPushButton* m_edit;
    QList<Figure> m_figures;
};

} // namespace hpcbill::client

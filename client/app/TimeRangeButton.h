// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/time_range.h"
#include "client/widgets/Theme.h"

#include <QToolButton>

namespace hpcbill::client
{

/// The window's time range: shows the days, and offers the usual ones and any other.
class TimeRangeButton final : public QToolButton
{
    Q_OBJECT

public:
    explicit TimeRangeButton(Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const TimeRange& range() const { return m_range; }
    /// Shows the range without telling of it.
    void setRange(const TimeRange& range);
    /// What to remember between runs: a preset by name, so that "this month" stays this month; else the days.
    [[nodiscard]] QString remembered() const;
    void recall(const QString& remembered);

signals:
    void rangeChosen(const hpcbill::client::TimeRange& range);

protected:
    void changeEvent(QEvent* event) override;

private:
    void choose(const TimeRange& range);
    void askForDays();
    void retranslate();

    Theme& m_theme;
    TimeRange m_range;
};

} // namespace hpcbill::client

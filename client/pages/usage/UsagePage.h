// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/paged_rows.h"
#include "client/pages/usage/JobPane.h"
#include "client/pages/usage/UsageChart.h"
#include "client/pages/usage/UsageFilters.h"
#include "client/widgets/Page.h"

#include <QSplitter>

namespace hpcbill::client
{

/// What was used: a chart of sums above, the jobs themselves below, one job's price beside them.
class UsagePage final : public Page
{
    Q_OBJECT

public:
    explicit UsagePage(const PageContext& context, QWidget* parent = nullptr);

    bool usesTimeRange() const override { return true; }
    void setTimeRange(const TimeRange& range) override;
    void refresh() override;
    QVariantMap place() const override;
    void open(const QVariantMap& place) override;
    void focusFilter() override;
    void retranslate() override;
    Badge badge() const override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut();
    void showJobs();
    void showRow(int row);
    void showState();
    void closePane();
    void drillDown(GroupBy group, const QString& key);
    [[nodiscard]] JobFilter wholeFilter() const;

    TimeRange m_range;
    UsageFilters* m_filters;
    UsageChart* m_chart;
    PagedRows<Job>* m_model;
    TableView* m_table;
    ViewState* m_state;
    JobPane* m_pane;
    QSplitter* m_split;
    QLabel* m_count;
    Freshness m_freshness;
    int m_rowToReturnTo = 0;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/list_rows.h"
#include "client/pages/usage/usage_api.h"
#include "client/widgets/BarChart.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

#include <QComboBox>

namespace hpcbill::client
{

/// Usage summed by a key: the same groups as bars and as a table beside them.
class UsageChart final : public QWidget
{
    Q_OBJECT

public:
    UsageChart(RestClient& api, Theme& theme, QSettings& settings, QWidget* parent = nullptr);

    /// What refresh() asks for from now on. Of the filters the sums know the user only, and a note says so.
    void setRange(const TimeRange& range) { m_range = range; }
    void setFilter(const JobFilter& filter) { m_filter = filter; }
    void refresh();
    [[nodiscard]] GroupBy group() const;
    [[nodiscard]] Measure measure() const;
    void choose(GroupBy group, Measure measure);

signals:
    void groupChosen(hpcbill::client::GroupBy group, const QString& key);
    void allTimeWanted();
    /// Groups arrived: their keys can complete filters.
    void keysKnown(hpcbill::client::GroupBy group, const QStringList& keys);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeControls();
    void showGroups();
    void showState();
    [[nodiscard]] QList<UsageGroup> shownGroups() const;
    [[nodiscard]] QString unitOf(const UsageGroup& group, const QString& figure) const;
    void retranslate();

    RestClient& m_api;
    QSettings& m_settings;
    TimeRange m_range;
    JobFilter m_filter;
    QComboBox* m_group;
    QComboBox* m_measure;
    QLabel* m_groupLabel;
    QLabel* m_measureLabel;
    QLabel* m_note;
    BarChart* m_chart;
    TableView* m_table;
    ViewState* m_state;
    ListRows<UsageGroup>* m_model;
    QList<UsageGroup> m_groups;
    GroupBy m_groupsOf = GroupBy::month; // what m_groups were asked for
    quint64 m_ticket = 0;                // the answer to an older question is dropped
    bool m_isAnswered = false;
};

} // namespace hpcbill::client

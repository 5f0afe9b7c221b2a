// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/usage/UsagePage.h"

#include "client/models/format.h"
#include "client/pages/usage/job_columns.h"

#include <QKeyEvent>
#include <QVBoxLayout>

namespace hpcbill::client
{

UsagePage::UsagePage(const PageContext& context, QWidget* parent)
    : Page(context, parent)
    , m_filters(new UsageFilters(this))
    , m_chart(new UsageChart(context.api, context.theme, context.settings, this))
    , m_model(new PagedRows<Job>(
          jobColumns(),
          [this](const std::optional<QString>& cursor, int limit, QObject* model,
                 const Answer<ListPage<Job>>& done) {
              fetchJobs(m_context.api, wholeFilter(), cursor, limit, model, done);
          },
          this))
    , m_table(new TableView("jobs", context.settings, this))
    , m_pane(new JobPane(context.api, context.theme, this))
    , m_split(new QSplitter(Qt::Horizontal, this))
    , m_count(new QLabel(this))
{
    m_table->setModel(m_model);
    m_table->setDefaultWidths({80, 100, 100, 105, 105, 155, 90, 60, 90, 100, 70, 160});
    layOut();

    connect(m_filters, &UsageFilters::filterChanging, this, &Page::placeChanging);
    connect(m_filters, &UsageFilters::filterChanged, this, [this] {
        showJobs();
        m_chart->setFilter(m_filters->filter());
        m_chart->refresh();
    });
    connect(m_chart, &UsageChart::groupChosen, this, &UsagePage::drillDown);
    connect(m_chart, &UsageChart::keysKnown, m_filters, &UsageFilters::setKnown);
    connect(m_chart, &UsageChart::allTimeWanted, this, [this] { emit timeRangeWanted({}); });
    connect(m_model, &PagedTableModel::stateChanged, this, &UsagePage::showState);
    connect(m_model, &PagedTableModel::wantedRowArrived, this, [this](int row) {
        if (row > 0)
            m_table->scrollTo(m_model->index(row, 0), QAbstractItemView::PositionAtTop);
    });
    connect(m_table, &TableView::rowEntered, this, &UsagePage::showRow);
    connect(m_state, &ViewState::retryWanted, m_model, &PagedTableModel::retry);
    connect(m_state, &ViewState::stepWanted, this, [this] {
        if (!m_filters->isEmpty())
            m_filters->clear();
        else
            emit timeRangeWanted({});
    });
    connect(m_pane, &JobPane::closeWanted, this, &UsagePage::closePane);
    retranslate();
}

void UsagePage::layOut()
{
    m_state = new ViewState(m_context.theme, m_table, this);
    m_state->setObjectName("jobsState");
    m_count->setObjectName("jobsCount");
    m_count->setProperty("kind", "quiet");

    auto* jobs = new QWidget(this);
    auto* jobsLayout = new QVBoxLayout(jobs);
    jobsLayout->setContentsMargins(0, 0, 0, 0);
    jobsLayout->setSpacing(8);
    jobsLayout->addWidget(m_filters);
    jobsLayout->addWidget(m_state, 1);
    jobsLayout->addWidget(m_count);

    auto* upDown = new QSplitter(Qt::Vertical, this);
    upDown->addWidget(m_chart);
    upDown->addWidget(jobs);
    upDown->setChildrenCollapsible(false);
    upDown->setStretchFactor(0, 2);
    upDown->setStretchFactor(1, 3);
    upDown->setHandleWidth(12);
    m_split->addWidget(upDown);
    m_split->addWidget(m_pane);
    m_split->setStretchFactor(0, 1);
    m_split->setChildrenCollapsible(false);
    m_split->setHandleWidth(12);
    m_pane->setMinimumWidth(330);
    m_pane->hide();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 8);
    layout->addWidget(m_split);
    setFocusProxy(m_table);
}

JobFilter UsagePage::wholeFilter() const
{
    JobFilter filter = m_filters->filter();
    filter.range = m_range;
    return filter;
}

void UsagePage::setTimeRange(const TimeRange& range)
{
    m_range = range;
    m_chart->setRange(range);
}

void UsagePage::refresh()
{
    m_chart->refresh();
    showJobs();
    fetchFreshness(m_context.api, this, [this](const ApiResult<Freshness>& answer) {
        if (!answer)
            return; // what is wrong with the server is told by the jobs and the chart
        m_freshness = answer.value();
        emit badgeChanged();
    });
}

Badge UsagePage::badge() const
{
    if (!m_freshness.failedClusters.isEmpty()) {
        return {"!", tr("jobs of %1 could not be read").arg(m_freshness.failedClusters.join(", ")),
                Meaning::attention};
    }
    if (!m_freshness.oldest.isValid())
        return {};
    const qint64 minutes = m_freshness.oldest.secsTo(m_context.now()) / 60;
    if (minutes >= 0 && minutes < 120)
        return {{}, tr("jobs %n min old", nullptr, static_cast<int>(minutes)), Meaning::plain};
    return {{}, tr("jobs read %1").arg(shownTime(m_freshness.oldest, QLocale())), Meaning::plain};
}

void UsagePage::showJobs()
{
    closePane();
    m_model->reload();
    if (m_rowToReturnTo > 0)
        m_model->wantRow(m_rowToReturnTo);
    m_rowToReturnTo = 0;
}

void UsagePage::showRow(int row)
{
    const Job* job = row < 0 ? nullptr : m_model->rowAt(row);
    if (!job)
        return; // not read yet: it is shown when it is entered again
    m_pane->show(*job);
    m_pane->setVisible(true);
}

void UsagePage::closePane()
{
    m_pane->hide();
    if (m_pane->isAncestorOf(focusWidget()))
        m_table->setFocus();
}

void UsagePage::drillDown(GroupBy group, const QString& key)
{
    const QDate day = QDate::fromString(group == GroupBy::month ? key + "-01" : key, Qt::ISODate);
    if (group == GroupBy::day)
        emit timeRangeWanted({day, day});
    else if (group == GroupBy::month)
        emit timeRangeWanted({day, day.addMonths(1).addDays(-1)});
    else
        m_filters->filterBy(group, key);
}

void UsagePage::showState()
{
    if (m_model->state() == PagedTableModel::State::loading)
        m_count->clear();
    if (!m_state->follow(*m_model))
        return;
    const int rows = m_model->rowCount();
    m_count->setText(m_model->isComplete() ? tr("%Ln job(s)", nullptr, rows)
                                           : tr("%Ln job(s) read; more follow as you scroll", nullptr, rows));
    if (rows > 0)
        m_state->showContent();
    else if (!m_filters->isEmpty())
        m_state->showEmpty(tr("No job passes these filters."), tr("Clear filters"));
    else if (m_range != TimeRange())
        m_state->showEmpty(tr("No job ended in these days."), tr("Show all time"));
    else
        m_state->showEmpty(tr("No jobs yet. They appear here once they have been taken in."));
}

QVariantMap UsagePage::place() const
{
    const JobFilter& filter = m_filters->filter();
    return {{"cluster", filter.cluster},
            {"user", filter.user},
            {"account", filter.account},
            {"partition", filter.partition},
            {"state", filter.state},
            {"tier", filter.tier},
            {"row", std::max(0, m_table->rowAt(0))}};
}

void UsagePage::open(const QVariantMap& place)
{
    JobFilter filter;
    filter.cluster = place["cluster"].toString();
    filter.user = place["user"].toString();
    filter.account = place["account"].toString();
    filter.partition = place["partition"].toString();
    filter.state = place["state"].toString();
    filter.tier = place["tier"].toString();
    m_filters->setFilter(filter);
    m_chart->setFilter(filter);
    m_rowToReturnTo = place["row"].toInt();
}

void UsagePage::focusFilter()
{
    m_filters->setFocus();
}

void UsagePage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_pane->isVisible()) {
        closePane();
        return;
    }
    Page::keyPressEvent(event);
}

void UsagePage::retranslate()
{
    m_table->setAccessibleName(tr("Jobs"));
    m_model->retranslate();
    showState();
}

} // namespace hpcbill::client

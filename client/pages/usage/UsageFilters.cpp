// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/usage/UsageFilters.h"

#include "client/pages/usage/job_columns.h"

#include <QCompleter>
#include <QEvent>
#include <QHBoxLayout>
#include <QStringListModel>

namespace hpcbill::client
{

namespace
{

const QStringList states{"COMPLETED", "FAILED",  "CANCELLED", "TIMEOUT",  "OUT_OF_MEMORY", "NODE_FAIL",
                         "PREEMPTED", "RUNNING", "BOOT_FAIL", "DEADLINE", "REQUEUED",      "SUSPENDED"};

} // namespace

UsageFilters::UsageFilters(QWidget* parent)
    : QWidget(parent)
    , m_state(new QComboBox(this))
    , m_clear(new QPushButton(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    addField("filterCluster", &JobFilter::cluster, QT_TRANSLATE_NOOP("columns", "Cluster"));
    addField("filterUser", &JobFilter::user, QT_TRANSLATE_NOOP("columns", "User"));
    addField("filterAccount", &JobFilter::account, QT_TRANSLATE_NOOP("columns", "Account"));
    addField("filterPartition", &JobFilter::partition, QT_TRANSLATE_NOOP("columns", "Partition"));
    addField("filterTier", &JobFilter::tier, QT_TRANSLATE_NOOP("columns", "Tier"));
    m_state->setObjectName("filterState");
    m_state->addItem(QString());
    for (const QString& state : states)
        m_state->addItem(QString(), state);
    m_state->setMinimumWidth(140);
    layout->addWidget(m_state);
    m_clear->setObjectName("filterClear");
    m_clear->setProperty("kind", "link");
    layout->addWidget(m_clear);
    connect(m_state, &QComboBox::activated, this, [this] { adopt(typed()); });
    connect(m_clear, &QPushButton::clicked, this, &UsageFilters::clear);
    retranslate();
    m_clear->setEnabled(false);
    setFocusProxy(m_fields.first().edit);
}

void UsageFilters::addField(const QString& name, QString JobFilter::* part, const char* title)
{
    auto* edit = new QLineEdit(this);
    edit->setObjectName(name);
    edit->setClearButtonEnabled(true);
    auto* completer = new QCompleter(new QStringListModel(edit), edit);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    edit->setCompleter(completer);
    layout()->addWidget(edit);
    m_fields.append({part, edit, title});
    connect(edit, &QLineEdit::editingFinished, this, [this] { adopt(typed()); });
    // Queued: the completer writes its text into the field after telling of it.
    connect(
        completer, qOverload<const QString&>(&QCompleter::activated), this, [this] { adopt(typed()); },
        Qt::QueuedConnection);
    connect(edit, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty())
            adopt(typed()); // the clear button
    });
}

JobFilter UsageFilters::typed() const
{
    JobFilter filter;
    for (const Field& field : m_fields)
        filter.*field.part = field.edit->text().trimmed();
    filter.state = m_state->currentData().toString();
    return filter;
}

void UsageFilters::adopt(const JobFilter& filter)
{
    if (filter == m_filter)
        return;
    emit filterChanging();
    m_filter = filter;
    m_clear->setEnabled(!isEmpty());
    emit filterChanged();
}

void UsageFilters::setFilter(const JobFilter& filter)
{
    m_filter = filter;
    m_filter.range = {};
    for (const Field& field : std::as_const(m_fields)) {
        const QSignalBlocker silent(field.edit);
        field.edit->setText(filter.*field.part);
    }
    m_state->setCurrentIndex(std::max(0, m_state->findData(filter.state)));
    m_clear->setEnabled(!isEmpty());
}

void UsageFilters::filterBy(GroupBy group, const QString& key)
{
    JobFilter filter = m_filter;
    switch (group) {
    case GroupBy::cluster:
        filter.cluster = key;
        break;
    case GroupBy::account:
        filter.account = key;
        break;
    case GroupBy::user:
        filter.user = key;
        break;
    case GroupBy::partition:
        filter.partition = key;
        break;
    case GroupBy::tier:
        filter.tier = key;
        break;
    case GroupBy::day:
    case GroupBy::month:
        return;
    }
    if (filter == m_filter)
        return;
    emit filterChanging();
    setFilter(filter);
    emit filterChanged();
}

void UsageFilters::clear()
{
    if (isEmpty())
        return;
    emit filterChanging();
    setFilter({});
    emit filterChanged();
}

void UsageFilters::setKnown(GroupBy group, const QStringList& values)
{
    for (const Field& field : std::as_const(m_fields)) {
        if (field.edit->objectName().compare("filter" + wireName(group), Qt::CaseInsensitive) != 0)
            continue;
        static_cast<QStringListModel*>(field.edit->completer()->model())->setStringList(values);
    }
}

void UsageFilters::retranslate()
{
    for (const Field& field : std::as_const(m_fields)) {
        const QString title = columnTitle(field.title);
        field.edit->setPlaceholderText(title);
        field.edit->setAccessibleName(tr("Filter: %1").arg(title));
        field.edit->setToolTip(field.edit->accessibleName());
    }
    m_state->setItemText(0, tr("Any state"));
    for (int i = 1; i < m_state->count(); ++i)
        m_state->setItemText(i, shownState(m_state->itemData(i).toString()));
    m_state->setAccessibleName(tr("Filter: %1").arg(columnTitle("State")));
    m_clear->setText(tr("Clear filters"));
}

void UsageFilters::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/usage/usage_api.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QWidget>

namespace hpcbill::client
{

/// The row of filters over the table of jobs. A filter holds when Enter is pressed, a completion chosen or
/// the field left.
class UsageFilters final : public QWidget
{
    Q_OBJECT

public:
    explicit UsageFilters(QWidget* parent = nullptr);

    /// What is filtered by; the time range is the window's and stays empty here.
    [[nodiscard]] const JobFilter& filter() const { return m_filter; }
    /// Shows the filter without telling of it.
    void setFilter(const JobFilter& filter);
    /// Filters by the key as a click on a bar does; tells of it. Days and months are not filtered here.
    void filterBy(GroupBy group, const QString& key);
    void clear();
    [[nodiscard]] bool isEmpty() const { return m_filter == JobFilter(); }
    /// Values to complete a field by.
    void setKnown(GroupBy group, const QStringList& values);

signals:
    void filterChanging(); ///< before filter() changes by hand
    void filterChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Field {
        QString JobFilter::* part;
        QLineEdit* edit;
        const char* title;
    };

    void addField(const QString& name, QString JobFilter::* part, const char* title);
    void adopt(const JobFilter& filter);
    [[nodiscard]] JobFilter typed() const;
    void retranslate();

    QList<Field> m_fields;
    QComboBox* m_state;
    QPushButton* m_clear;
    JobFilter m_filter;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QWidget>

namespace hpcbill::client
{

/// A row of choices of which one holds, as rounded buttons: which list a page shows.
class ChipRow final : public QWidget
{
    Q_OBJECT

public:
    /// `name` is the beginning of the chips' object names: `name-id`. The first chip holds at the start.
    ChipRow(const QString& name, const QStringList& ids, QWidget* parent = nullptr);

    void setTitle(const QString& id, const QString& title, const QString& tip = {});
    void setShown(const QString& id, bool isShown);
    [[nodiscard]] QString chosen() const;
    /// Chooses without telling of it.
    void setChosen(const QString& id);

signals:
    void chipChosen(const QString& id);

private:
    [[nodiscard]] QPushButton* chip(const QString& id) const;

    const QStringList m_ids;
    QList<QPushButton*> m_chips;
};

} // namespace hpcbill::client

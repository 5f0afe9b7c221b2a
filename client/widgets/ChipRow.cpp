// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/ChipRow.h"

#include <QHBoxLayout>

namespace hpcbill::client
{

ChipRow::ChipRow(const QString& name, const QStringList& ids, QWidget* parent)
    : QWidget(parent)
    , m_ids(ids)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (const QString& id : ids) {
        auto* chip = new QPushButton(this);
        chip->setObjectName(name + '-' + id);
        chip->setProperty("kind", "chip");
        chip->setCheckable(true);
        chip->setAutoExclusive(true);
        chip->setChecked(m_chips.isEmpty());
        connect(chip, &QPushButton::clicked, this, [this, id] { emit chipChosen(id); });
        layout->addWidget(chip);
        m_chips.append(chip);
    }
}

QPushButton* ChipRow::chip(const QString& id) const
{
    return m_chips.at(m_ids.indexOf(id));
}

void ChipRow::setTitle(const QString& id, const QString& title, const QString& tip)
{
    chip(id)->setText(title);
    chip(id)->setAccessibleName(title);
    chip(id)->setToolTip(tip);
}

void ChipRow::setShown(const QString& id, bool isShown)
{
    chip(id)->setVisible(isShown);
}

QString ChipRow::chosen() const
{
    for (qsizetype i = 0; i < m_chips.size(); ++i) {
        if (m_chips.at(i)->isChecked())
            return m_ids.at(i);
    }
    return {};
}

void ChipRow::setChosen(const QString& id)
{
    chip(id)->setChecked(true);
}

} // namespace hpcbill::client

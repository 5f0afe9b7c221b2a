// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/rates/rates_api.h"

#include <QButtonGroup>
#include <QLabel>
#include <QPushButton>
#include <QWidget>

namespace hpcbill::client
{

/// Two people changed the same rates: for each figure what it was, theirs and mine, and a choice. Where only
/// one of the two changed a figure, that one is chosen beforehand; where both did, somebody has to choose.
class RateConflict final : public QWidget
{
    Q_OBJECT

public:
    explicit RateConflict(QWidget* parent = nullptr);

    void show(const RateFigures& was, const RateVersion& theirs, const RateFigures& mine);
    /// The figures as chosen; none before all are.
    [[nodiscard]] std::optional<RateFigures> chosen() const;

    /// Moves the keyboard to the first figure that waits for a choice.
    void focusUndecided();

signals:
    void choiceChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    void build();

    RateFigures m_was;
    RateVersion m_theirs;
    RateFigures m_mine;
    QWidget* m_body = nullptr;
    QList<QButtonGroup*> m_choices;
};

} // namespace hpcbill::client

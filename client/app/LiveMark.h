// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/EventStream.h"
#include "client/widgets/Theme.h"

#include <QLabel>

namespace hpcbill::client
{

/// Tells in the header whether what others do shows at once, or only when one asks for it.
class LiveMark final : public QWidget
{
    Q_OBJECT

public:
    LiveMark(EventStream& events, Theme& theme, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void retranslate();

    EventStream& m_events;
    Theme& m_theme;
    QLabel* m_icon;
    QLabel* m_text;
};

} // namespace hpcbill::client

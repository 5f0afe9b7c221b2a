// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/api_error.h"
#include "client/widgets/Page.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace hpcbill::client
{

/// A line across a window or a page that tells a result or a trouble, with at most one action; hidden while
/// there is none.
class Banner final : public QFrame
{
    Q_OBJECT

public:
    explicit Banner(Theme& theme, QWidget* parent = nullptr);

    /// `action` is the button's text; empty for none.
    void tell(Meaning meaning, const QString& text, const QString& action = {});
    void tell(const ApiError& error);
    /// What it tells is not dismissed by hand.
    void setLasting();
    [[nodiscard]] QString text() const { return m_text->text(); }

signals:
    void actionWanted();

private:
    void drawIcon();

    Theme& m_theme;
    Meaning m_meaning = Meaning::plain;
    QLabel* m_icon;
    QLabel* m_text;
    QPushButton* m_action;
    QPushButton* m_close;
};

} // namespace hpcbill::client

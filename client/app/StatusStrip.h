// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Page.h"

#include <QHBoxLayout>
#include <QHash>
#include <QLabel>
#include <QPushButton>

namespace hpcbill::client
{

/// The line at the foot of the window: server, user, and what the pages tell of their subjects; a click goes
/// to the page.
class StatusStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit StatusStrip(QWidget* parent = nullptr);

    void setServer(const QString& text);
    void setUser(const QString& text);
    void setBadge(const QString& page, const Badge& badge);

signals:
    void pageWanted(const QString& page);

private:
    QHBoxLayout* m_layout;
    QLabel* m_server;
    QLabel* m_user;
    QHash<QString, QPushButton*> m_badges;
};

} // namespace hpcbill::client

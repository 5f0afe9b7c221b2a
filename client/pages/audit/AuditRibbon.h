// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Theme.h"

#include <QWidget>

namespace hpcbill::client
{

/// A narrow strip beside the table that stands for the whole log, newest on top: verified green, unverified
/// grey, and the first broken record red.
class AuditRibbon final : public QWidget
{
    Q_OBJECT

public:
    explicit AuditRibbon(Theme& theme, QWidget* parent = nullptr);

    void setNewest(qint64 seq);
    /// Verified up to this number; `brokenSeq` is 0 where nothing is broken.
    void setVerified(qint64 seq, qint64 brokenSeq);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    qint64 m_newest = 0;
    qint64 m_verified = 0;
    qint64 m_broken = 0;
};

} // namespace hpcbill::client

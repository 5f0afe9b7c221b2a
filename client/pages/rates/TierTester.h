// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/rates/tier_rules_api.h"
#include "client/widgets/Page.h"

#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>

namespace hpcbill::client
{

/// Asks the server which tier a user name has by rules that need not be saved, why, and whom they move.
class TierTester final : public QFrame
{
    Q_OBJECT

public:
    TierTester(const PageContext& context, QWidget* parent = nullptr);

    /// Asks anew, soon, by these rules.
    void setRules(const QList<TierRule>& rules);
    void retranslate();

signals:
    /// Which of the rules match the name; empty where there is no name or no answer.
    void matched(const QList<bool>& matches);

private:
    void ask();
    void show(const TierVerdict& verdict);
    void show(const ApiError& error);

    const PageContext m_context;
    QLabel* m_title;
    QLabel* m_userLabel;
    QLineEdit* m_user;
    QLabel* m_accountLabel;
    QLineEdit* m_account;
    QLabel* m_verdict;
    QLabel* m_changes;
    QTimer m_patience; // while somebody types, nobody asks
    QList<TierRule> m_rules;
    std::optional<TierVerdict> m_shown;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

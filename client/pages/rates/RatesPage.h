// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/paged_rows.h"
#include "client/pages/rates/RateCard.h"
#include "client/pages/rates/OverridesView.h"
#include "client/pages/rates/RateEditor.h"
#include "client/pages/rates/TierRulesView.h"
#include "client/widgets/ChipRow.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

#include <QHBoxLayout>

namespace hpcbill::client
{

/// What an hour costs: a card per tier, the history of the one chosen, and the editor beside them. And who is of which tier: by
/// rules on user names, by overrides.
class RatesPage final : public Page
{
    Q_OBJECT

public:
    explicit RatesPage(const PageContext& context, QWidget* parent = nullptr);

    void refresh() override;
    QVariantMap place() const override { return {{"tier", m_tier}, {"list", m_lists->chosen()}}; }
    void open(const QVariantMap& place) override;
    void retranslate() override;
    bool concerns(const ServerEvent& event) const override;
    void catchUp() override;

private:
    void layOut();
    void showList(const QString& list);
    void refreshRates();
    void showCards();
    void chooseTier(const QString& tier);
    void edit(const QString& tier);
    void closeEditor();
    void showHistoryState();

    QList<TierRates> m_rates;
    QString m_tier; // whose history is shown
    QString m_tierDiscarded;
    ChipRow* m_lists;
    QStackedWidget* m_views;
    QWidget* m_ratesView;
    TierRulesView* m_rulesView;
    OverridesView* m_overridesView;
    Banner* m_banner;
    QScrollArea* m_cardArea; // tiers are data: there may be more than fit side by side
    QHBoxLayout* m_cardRow;
    QList<RateCard*> m_cards;
    QLabel* m_historyTitle;
    PagedRows<RateVersion>* m_history;
    TableView* m_table;
    ViewState* m_historyState;
    ViewState* m_state;
    RateEditor* m_editor;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

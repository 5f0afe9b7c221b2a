// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/paged_rows.h"
#include "client/pages/rates/RateCard.h"
#include "client/pages/rates/RateEditor.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

#include <QHBoxLayout>

namespace hpcbill::client
{

/// What an hour costs: a card per tier, the history of the one chosen, and the editor beside them.
class RatesPage final : public Page
{
    Q_OBJECT

public:
    explicit RatesPage(const PageContext& context, QWidget* parent = nullptr);

    void refresh() override;
    QVariantMap place() const override { return {{"tier", m_tier}}; }
    void open(const QVariantMap& place) override { m_tier = place["tier"].toString(); }
    void retranslate() override;
    bool concerns(const ServerEvent& event) const override { return event.action.startsWith("rate."); }
    void catchUp() override { refresh(); }

private:
    void layOut();
    void showCards();
    void chooseTier(const QString& tier);
    void edit(const QString& tier);
    void closeEditor();
    void showHistoryState();

    QList<TierRates> m_rates;
    QString m_tier; // whose history is shown
    QString m_tierDiscarded;
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

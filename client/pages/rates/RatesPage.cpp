// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/RatesPage.h"

#include "client/pages/rates/rate_text.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace hpcbill::client
{

RatesPage::RatesPage(const PageContext& context, QWidget* parent)
    : Page(context, parent)
    , m_lists(new ChipRow("ratesList", {"rates", "rules", "overrides"}, this))
    , m_views(new QStackedWidget(this))
    , m_ratesView(new QWidget(this))
    , m_rulesView(new TierRulesView(context, this))
    , m_overridesView(new OverridesView(context, this))
    , m_banner(new Banner(context.theme, this))
    , m_cardArea(new QScrollArea(this))
    , m_cardRow(new QHBoxLayout)
    , m_historyTitle(new QLabel(this))
    , m_history(new PagedRows<RateVersion>(
          historyColumns(),
          [this](const std::optional<QString>& cursor, int limit, QObject* model,
                 const Answer<ListPage<RateVersion>>& done) {
              fetchRateHistory(m_context.api, m_tier, cursor, limit, model, done);
          },
          this))
    , m_table(new TableView("rateHistory", context.settings, this))
    , m_editor(new RateEditor(context, this))
{
    m_table->setModel(m_history);
    m_table->setDefaultWidths({170, 110, 90, 150, 90, 120});
    m_table->horizontalHeader()->setStretchLastSection(true);
    layOut();
    connect(m_lists, &ChipRow::chipChosen, this, [this](const QString& list) {
        emit placeChanging();
        showList(list);
        refresh();
    });
    connect(m_state, &ViewState::retryWanted, this, &RatesPage::refreshRates);
    connect(m_historyState, &ViewState::retryWanted, m_history, &PagedTableModel::retry);
    connect(m_history, &PagedTableModel::stateChanged, this, &RatesPage::showHistoryState);
    connect(m_editor, &RateEditor::closeWanted, this, &RatesPage::closeEditor);
    connect(m_editor, &RateEditor::discarded, this, [this](const QString& tier) {
        m_tierDiscarded = tier;
        m_banner->tell(Meaning::plain, tr("What you typed for %1 is discarded.").arg(tier), tr("Undo"));
    });
    connect(m_banner, &Banner::actionWanted, this, [this] {
        m_editor->restoreDiscarded();
        edit(m_tierDiscarded);
    });
    connect(m_editor, &RateEditor::saved, this, [this](const QString& tier) {
        closeEditor();
        m_tier = tier;
        m_banner->tell(Meaning::good, tr("The rates of %1 are saved.").arg(tier));
        refreshRates();
    });
    retranslate();
}

void RatesPage::layOut()
{
    m_banner->setObjectName("ratesBanner");
    m_historyTitle->setProperty("kind", "section");
    m_historyState = new ViewState(m_context.theme, m_table, this);
    m_historyState->setObjectName("rateHistoryState");
    auto* cards = new QWidget(m_cardArea);
    cards->setLayout(m_cardRow);
    m_cardRow->setSpacing(12);
    m_cardRow->setContentsMargins(0, 0, 0, 0);
    m_cardArea->setWidget(cards);
    m_cardArea->setWidgetResizable(true);
    m_cardArea->setFrameShape(QFrame::NoFrame);
    m_cardArea->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_cardArea->setFixedHeight(212);
    m_cardArea->setFocusPolicy(Qt::NoFocus);

    auto* left = new QWidget(this);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(12);
    leftLayout->addWidget(m_cardArea);
    leftLayout->addWidget(m_historyTitle);
    leftLayout->addWidget(m_historyState, 1);

    m_editor->setFixedWidth(380);
    auto* frame = new QFrame(this);
    frame->setObjectName("rateEditorFrame");
    frame->setProperty("kind", "pane");
    auto* frameLayout = new QVBoxLayout(frame);
    frameLayout->setContentsMargins(0, 0, 0, 0);
    frameLayout->addWidget(m_editor);
    m_editor->hide();
    frame->hide();

    auto* content = new QWidget(this);
    auto* contentLayout = new QHBoxLayout(content);
    contentLayout->setContentsMargins(0, 0, 0, 0);
    contentLayout->setSpacing(12);
    contentLayout->addWidget(left, 1);
    contentLayout->addWidget(frame);
    m_state = new ViewState(m_context.theme, content, this);
    m_state->setObjectName("ratesState");
    auto* ratesLayout = new QVBoxLayout(m_ratesView);
    ratesLayout->setContentsMargins(0, 0, 0, 0);
    ratesLayout->setSpacing(8);
    ratesLayout->addWidget(m_banner);
    ratesLayout->addWidget(m_state, 1);
    for (QWidget* view : std::initializer_list<QWidget*>{m_ratesView, m_rulesView, m_overridesView})
        m_views->addWidget(view);
    auto* lists = new QHBoxLayout;
    lists->addWidget(m_lists);
    lists->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    layout->addLayout(lists);
    layout->addWidget(m_views, 1);
}

void RatesPage::showList(const QString& list)
{
    m_lists->setChosen(list);
    if (list == "rules")
        m_views->setCurrentWidget(m_rulesView);
    else if (list == "overrides")
        m_views->setCurrentWidget(m_overridesView);
    else
        m_views->setCurrentWidget(m_ratesView);
}

void RatesPage::open(const QVariantMap& place)
{
    m_tier = place["tier"].toString();
    showList(place.value("list", "rates").toString());
}

bool RatesPage::concerns(const ServerEvent& event) const
{
    return event.action.startsWith("rate.") || event.action.startsWith("tier");
}

void RatesPage::catchUp()
{
    if (m_views->currentWidget() == m_overridesView)
        m_overridesView->renew();
    else
        refresh();
}

void RatesPage::refresh()
{
    if (m_views->currentWidget() == m_rulesView)
        m_rulesView->refresh();
    else if (m_views->currentWidget() == m_overridesView)
        m_overridesView->refresh();
    else
        refreshRates();
}

void RatesPage::refreshRates()
{
    const quint64 ticket = ++m_ticket;
    if (m_rates.isEmpty())
        m_state->showLoading();
    fetchRates(m_context.api, this, [this, ticket](const ApiResult<QList<TierRates>>& answer) {
        if (ticket != m_ticket)
            return;
        if (!answer) {
            // The editor may hold what somebody typed: it stays, and the trouble is told above.
            if (m_rates.isEmpty())
                m_state->showError(answer.error());
            else
                m_banner->tell(answer.error());
            return;
        }
        m_rates = answer.value();
        showCards();
    });
}

void RatesPage::showCards()
{
    if (m_rates.isEmpty()) {
        m_state->showEmpty(tr("There are no tiers yet. The server makes them when it first starts."));
        return;
    }
    const auto& who = m_context.session.who();
    const bool mayEdit = who && who->role == api::Role::admin;
    while (m_cards.size() > m_rates.size())
        delete m_cards.takeLast();
    while (m_cards.size() < m_rates.size()) {
        auto* card = new RateCard(m_context.theme, mayEdit, this);
        m_cardRow->addWidget(card, 1);
        connect(card, &RateCard::chosen, this, [this, card] { chooseTier(card->rates().now.tier); });
        connect(card, &RateCard::editWanted, this, [this, card] { edit(card->rates().now.tier); });
        m_cards.append(card);
    }
    bool isTierKnown = false;
    for (qsizetype i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->show(m_rates[i]);
        isTierKnown = isTierKnown || m_rates[i].now.tier == m_tier;
    }
    if (!isTierKnown)
        m_tier = m_rates.first().now.tier;
    m_state->showContent();
    const QString tier = m_tier;
    m_tier.clear(); // its history may have grown
    chooseTier(tier);
}

void RatesPage::chooseTier(const QString& tier)
{
    if (tier == m_tier)
        return;
    m_tier = tier;
    for (RateCard* card : std::as_const(m_cards))
        card->setChosen(card->rates().now.tier == tier);
    m_historyTitle->setText(tr("History of %1").arg(tier));
    m_history->reload();
}

void RatesPage::edit(const QString& tier)
{
    m_banner->hide();
    for (const TierRates& rates : std::as_const(m_rates)) {
        if (rates.now.tier != tier)
            continue;
        m_editor->parentWidget()->show();
        m_editor->show();
        m_editor->edit(rates);
    }
}

void RatesPage::closeEditor()
{
    m_editor->parentWidget()->hide();
    m_editor->hide();
    m_table->setFocus();
}

void RatesPage::showHistoryState()
{
    switch (m_history->state()) {
    case PagedTableModel::State::idle:
        return;
    case PagedTableModel::State::loading:
        m_historyState->showLoading();
        return;
    case PagedTableModel::State::failed:
        m_historyState->showError(m_history->error());
        return;
    case PagedTableModel::State::ready:
        m_historyState->showContent();
        return;
    }
}

void RatesPage::retranslate()
{
    m_lists->setTitle("rates", tr("Rates"), tr("What an hour costs, by tier"));
    m_lists->setTitle("rules", tr("Rules on names"), tr("Which tier a user has by name"));
    m_lists->setTitle("overrides", tr("Overrides"), tr("Users whose tier somebody has set"));
    m_rulesView->retranslate();
    m_overridesView->retranslate();
    m_table->setAccessibleName(tr("History of rates"));
    m_historyTitle->setText(m_tier.isEmpty() ? QString() : tr("History of %1").arg(m_tier));
    m_history->retranslate();
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/paged_rows.h"
#include "client/pages/rates/tier_rules_api.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// Users whose tier somebody has set, whatever the rules say: set, change, take away, each with a reason.
class OverridesView final : public QWidget
{
    Q_OBJECT

public:
    OverridesView(const PageContext& context, QWidget* parent = nullptr);

    void refresh();
    /// Asks quietly: what is selected and typed stays.
    void renew() { m_rows->renew(); }
    void retranslate();

private:
    enum class Doing { setting, changing, removing };

    void begin(Doing doing);
    [[nodiscard]] FormText formText() const;
    void submit();
    void tellSaved(const ApiResult<std::optional<TierOverride>>& answer);
    void showState();
    void showButtons();
    [[nodiscard]] const TierOverride* chosen() const;

    const PageContext m_context;
    const bool m_mayEdit;
    QStringList m_tiers;
    PagedRows<TierOverride>* m_rows;
    TableView* m_table;
    ViewState* m_state;
    Banner* m_banner;
    QPushButton* m_set;
    QPushButton* m_change;
    QPushButton* m_remove;
    ActionForm* m_form;
    Doing m_doing = Doing::setting;
    TierOverride m_subject; // of the form that is open
};

} // namespace hpcbill::client

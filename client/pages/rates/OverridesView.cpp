// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/OverridesView.h"

#include "client/models/format.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

std::vector<Column<TierOverride>> overrideColumns()
{
    using Row = TierOverride;
    const auto text = [](QString Row::*member) { return [member](const Row& row, const QLocale&) { return row.*member; }; };
    const auto raw = [](QString Row::*member) { return [member](const Row& row) { return row.*member; }; };
    return {
        {"user", QT_TRANSLATE_NOOP("columns", "User"), false, text(&Row::user), raw(&Row::user)},
        {"tier", QT_TRANSLATE_NOOP("columns", "Tier"), false, text(&Row::tier), raw(&Row::tier)},
        {"natural_tier", QT_TRANSLATE_NOOP("columns", "By nature"), false, text(&Row::naturalTier), raw(&Row::naturalTier)},
        {"created_at", QT_TRANSLATE_NOOP("columns", "Since"), false,
         [](const Row& row, const QLocale& locale) { return shownTime(row.createdAt, locale); },
         [](const Row& row) { return rawTime(row.createdAt); }},
        {"author", QT_TRANSLATE_NOOP("columns", "Author"), false, text(&Row::author), raw(&Row::author)},
        {"reason", QT_TRANSLATE_NOOP("columns", "Reason"), false, text(&Row::reason), raw(&Row::reason)},
    };
}

} // namespace

OverridesView::OverridesView(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_mayEdit(context.session.who() && api::admins.admits(context.session.who()->role))
    , m_rows(new PagedRows<TierOverride>(
          overrideColumns(),
          [this](const std::optional<QString>& cursor, int limit, QObject* model, const Answer<ListPage<TierOverride>>& done) {
              fetchOverrides(m_context.api, cursor, limit, model, done);
          },
          this))
    , m_table(new TableView("overrides", context.settings, this))
    , m_banner(new Banner(context.theme, this))
    , m_set(new QPushButton(this))
    , m_change(new QPushButton(this))
    , m_remove(new QPushButton(this))
    , m_form(new ActionForm("override", context.theme, this))
{
    m_table->setModel(m_rows);
    m_table->setDefaultWidths({180, 90, 90, 150, 110, 260});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->keepPlaceBy([this](int row) {
        const TierOverride* one = m_rows->rowAt(row);
        return one ? one->user : QString();
    });
    m_state = new ViewState(context.theme, m_table, this);
    m_state->setObjectName("overridesState");
    m_banner->setObjectName("overridesBanner");
    m_set->setObjectName("overrideSet");
    m_change->setObjectName("overrideChange");
    m_remove->setObjectName("overrideRemove");
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {m_set, m_change, m_remove}) {
        button->setVisible(m_mayEdit);
        buttons->addWidget(button);
    }
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_banner);
    layout->addLayout(buttons);
    layout->addWidget(m_form);
    layout->addWidget(m_state, 1);
    connect(m_state, &ViewState::retryWanted, m_rows, &PagedTableModel::retry);
    connect(m_state, &ViewState::stepWanted, m_set, &QPushButton::click);
    connect(m_rows, &PagedTableModel::stateChanged, this, &OverridesView::showState);
    connect(m_table, &TableView::rowEntered, this, &OverridesView::showButtons);
    connect(m_rows, &PagedTableModel::renewed, this, &OverridesView::showButtons); // the row is chosen again by then, but not entered
    connect(m_set, &QPushButton::clicked, this, [this] { begin(Doing::setting); });
    connect(m_change, &QPushButton::clicked, this, [this] { begin(Doing::changing); });
    connect(m_remove, &QPushButton::clicked, this, [this] { begin(Doing::removing); });
    connect(m_form, &ActionForm::submitted, this, &OverridesView::submit);
    retranslate();
    showButtons();
}

void OverridesView::refresh()
{
    fetchTierNames(m_context.api, this, [this](const ApiResult<QStringList>& answer) {
        if (answer)
            m_tiers = answer.value();
    });
    m_rows->reload();
}

const TierOverride* OverridesView::chosen() const
{
    const int row = m_table->currentIndex().row(); // -1 where none is
    return row < 0 ? nullptr : m_rows->rowAt(row);
}

void OverridesView::showButtons()
{
    m_change->setEnabled(chosen() != nullptr);
    m_remove->setEnabled(chosen() != nullptr);
}

FormText OverridesView::formText() const
{
    QList<std::pair<QString, QString>> tiers;
    for (const QString& tier : m_tiers)
        tiers.append({tier, tier});
    const FormField user{.id = "user", .kind = FormField::Kind::text, .title = tr("User")};
    const FormField tier{.id = "tier", .kind = FormField::Kind::choice, .title = tr("Tier"), .choices = tiers};
    const FormField reason{.id = "reason", .kind = FormField::Kind::text, .title = tr("Reason")};
    switch (m_doing) {
    case Doing::setting:
        return {.lead = tr("The user's unbilled jobs are priced at this tier from now on, whatever the rules and the account say."),
                .submit = tr("Set the tier"),
                .fields = {user, tier, reason}};
    case Doing::changing:
        return {.lead = tr("By nature %1 is of the tier %2; choosing that takes the override away.").arg(m_subject.user, m_subject.naturalTier),
                .submit = tr("Change the tier of %1").arg(m_subject.user),
                .fields = {tier, reason}};
    case Doing::removing:
        return {.lead = tr("%1 becomes %2 again, as the rules say.").arg(m_subject.user, m_subject.naturalTier),
                .submit = tr("Take the override of %1 away").arg(m_subject.user),
                .fields = {reason}};
    }
    return {};
}

void OverridesView::begin(Doing doing)
{
    m_doing = doing;
    m_subject = doing == Doing::setting || !chosen() ? TierOverride{} : *chosen();
    m_banner->hide();
    m_form->open(formText(), {{"tier", m_subject.tier}}, QString::number(static_cast<int>(doing)) + m_subject.user);
}

void OverridesView::submit()
{
    m_form->setBusy(true);
    if (m_doing == Doing::removing) {
        removeOverride(m_context.api, m_subject, m_form->value("reason"), this, [this](const ApiResult<RawAnswer>& answer) {
            m_form->setBusy(false);
            if (!answer) {
                m_form->tell(answer.error());
                return;
            }
            m_form->finish();
            m_banner->tell(Meaning::good, tr("%1 is %2 again.").arg(m_subject.user, m_subject.naturalTier));
            m_rows->reload();
        });
        return;
    }
    if (m_doing == Doing::setting)
        m_subject.user = m_form->value("user").trimmed();
    m_subject.tier = m_form->value("tier");
    m_subject.reason = m_form->value("reason");
    saveOverride(m_context.api, m_subject, this,
                 [this](const ApiResult<std::optional<TierOverride>>& answer) { tellSaved(answer); });
}

void OverridesView::tellSaved(const ApiResult<std::optional<TierOverride>>& answer)
{
    m_form->setBusy(false);
    if (!answer) {
        m_form->tell(answer.error());
        return;
    }
    m_form->finish();
    m_banner->tell(Meaning::good, answer.value() ? tr("%1 is %2 from now on.").arg(m_subject.user, m_subject.tier)
                                                 : tr("%1 is %2 by nature: no override is needed.").arg(m_subject.user, m_subject.tier));
    m_rows->reload();
}

void OverridesView::showState()
{
    showButtons();
    if (!m_state->follow(*m_rows))
        return;
    if (m_rows->rowCount() > 0)
        m_state->showContent();
    else
        m_state->showEmpty(tr("Every user is of the tier that the rules say."), m_mayEdit ? tr("Set a user's tier…") : QString());
}

void OverridesView::retranslate()
{
    m_table->setAccessibleName(tr("Overrides"));
    m_set->setText(tr("Set a user's tier…"));
    m_change->setText(tr("Change…"));
    m_remove->setText(tr("Take away…"));
    m_form->retitle(formText());
    m_rows->retranslate();
    showState();
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/TierRulesView.h"

#include "client/models/format.h"

#include <QJsonDocument>
#include <QKeyEvent>
#include <QSplitter>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

constexpr int ruleRole = Qt::UserRole;

TierRule ruleOf(const QListWidgetItem* item)
{
    const QStringList parts = item->data(ruleRole).toStringList();
    return {parts.value(0), parts.value(1), parts.value(2)};
}

void setRule(QListWidgetItem* item, const TierRule& rule)
{
    item->setData(ruleRole, QStringList{rule.match, rule.pattern, rule.tier});
}

QString matchText(const QString& code)
{
    if (code == "exact")
        return TierRulesView::tr("is exactly");
    if (code == "suffix")
        return TierRulesView::tr("ends with");
    if (code == "glob")
        return TierRulesView::tr("looks like (* and ?)");
    return code == "regex" ? TierRulesView::tr("regular expression") : code;
}

} // namespace

TierRulesView::TierRulesView(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_mayEdit(context.session.who() && api::admins.admits(context.session.who()->role))
    , m_banner(new Banner(context.theme, this))
    , m_list(new QListWidget(this))
    , m_since(new QLabel(this))
    , m_conflict(new QWidget(this))
    , m_takeTheirs(new QPushButton(m_conflict))
    , m_keepMine(new QPushButton(m_conflict))
    , m_reasonLabel(new QLabel(this))
    , m_reason(new QLineEdit(this))
    , m_save(new QPushButton(this))
    , m_discard(new QPushButton(this))
    , m_tester(new TierTester(context, this))
{
    layOut();
    connect(m_state, &ViewState::retryWanted, this, &TierRulesView::refresh);
    connect(m_state, &ViewState::stepWanted, m_add, &QPushButton::click);
    connect(m_list, &QListWidget::currentRowChanged, this, &TierRulesView::showEditor);
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, [this] {
        showItems();
        check();
    });
    connect(m_match, &QComboBox::activated, this, &TierRulesView::editItem);
    connect(m_tier, &QComboBox::activated, this, &TierRulesView::editItem);
    connect(m_pattern, &QLineEdit::textEdited, this, &TierRulesView::editItem);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    connect(m_add, &QPushButton::clicked, this, [this] {
        auto* item = new QListWidgetItem;
        setRule(item, {"glob", QString(), m_tiers.value(0)});
        m_list->insertItem(m_list->currentRow() + 1, item);
        m_state->showContent();
        m_list->setCurrentItem(item);
        showItems();
        check();
        m_pattern->setFocus();
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        delete m_list->takeItem(m_list->currentRow());
        showItems();
        check();
    });
    connect(m_reason, &QLineEdit::textChanged, this, &TierRulesView::check);
    connect(m_reason, &QLineEdit::returnPressed, this, &TierRulesView::save);
    connect(m_save, &QPushButton::clicked, this, &TierRulesView::save);
    connect(m_discard, &QPushButton::clicked, this, &TierRulesView::discard);
    connect(m_takeTheirs, &QPushButton::clicked, this, [this] { settle(true); });
    connect(m_keepMine, &QPushButton::clicked, this, [this] { settle(false); });
    connect(m_tester, &TierTester::matched, this, [this](const QList<bool>& matches) {
        m_matches = matches;
        showItems();
    });
    retranslate();
}

QWidget* TierRulesView::makeEditor()
{
    auto* editor = new QWidget(this);
    m_match = new QComboBox(editor);
    m_pattern = new QLineEdit(editor);
    m_tier = new QComboBox(editor);
    m_up = new QPushButton(editor);
    m_down = new QPushButton(editor);
    m_add = new QPushButton(editor);
    m_remove = new QPushButton(editor);
    m_match->setObjectName("tierRuleMatch");
    m_pattern->setObjectName("tierRulePattern");
    m_pattern->setMaxLength(200);
    m_tier->setObjectName("tierRuleTier");
    m_up->setObjectName("tierRuleUp");
    m_down->setObjectName("tierRuleDown");
    m_add->setObjectName("tierRuleAdd");
    m_remove->setObjectName("tierRuleRemove");
    auto* fields = new QHBoxLayout;
    fields->addWidget(m_match);
    fields->addWidget(m_pattern, 1);
    fields->addWidget(new QLabel(QString::fromUtf8("→"), editor));
    fields->addWidget(m_tier);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {m_add, m_up, m_down, m_remove})
        buttons->addWidget(button);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(editor);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(fields);
    layout->addLayout(buttons);
    return editor;
}

void TierRulesView::layOut()
{
    m_editor = makeEditor();
    m_banner->setObjectName("tierRulesBanner");
    m_list->setObjectName("tierRules");
    m_list->setDragDropMode(m_mayEdit ? QAbstractItemView::InternalMove : QAbstractItemView::NoDragDrop);
    m_list->setAlternatingRowColors(true);
    m_list->installEventFilter(this);
    m_since->setObjectName("tierRulesSince");
    m_since->setProperty("kind", "quiet");
    m_since->setWordWrap(true);
    m_conflict->setObjectName("tierRulesConflict");
    m_takeTheirs->setObjectName("tierRulesTheirs");
    m_keepMine->setObjectName("tierRulesMine");
    m_reason->setObjectName("tierRulesReason");
    m_reason->setMaxLength(500);
    m_reasonLabel->setBuddy(m_reason);
    m_save->setObjectName("tierRulesSave");
    m_save->setProperty("kind", "primary");
    m_discard->setObjectName("tierRulesDiscard");
    m_state = new ViewState(m_context.theme, m_list, this);
    m_state->setObjectName("tierRulesState");
    auto* conflict = new QHBoxLayout(m_conflict);
    conflict->setContentsMargins(0, 0, 0, 0);
    conflict->addWidget(m_takeTheirs);
    conflict->addWidget(m_keepMine);
    conflict->addStretch();
    m_conflict->hide();
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_save);
    buttons->addWidget(m_discard);
    buttons->addStretch();

    auto* left = new QWidget(this);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(8);
    for (QWidget* part : std::initializer_list<QWidget*>{m_banner, m_conflict})
        leftLayout->addWidget(part);
    leftLayout->addWidget(m_state, 1);
    for (QWidget* part : std::initializer_list<QWidget*>{m_editor, m_since, m_reasonLabel, m_reason})
        leftLayout->addWidget(part);
    leftLayout->addLayout(buttons);
    for (QWidget* part : std::initializer_list<QWidget*>{m_editor, m_reasonLabel, m_reason, m_save, m_discard})
        part->setVisible(m_mayEdit);

    m_tester->setMinimumWidth(300);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(left);
    split->addWidget(m_tester);
    split->setStretchFactor(0, 1);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(12);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
}

bool TierRulesView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress && m_mayEdit) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            move(key->key() == Qt::Key_Up ? -1 : 1);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void TierRulesView::refresh()
{
    const quint64 ticket = ++m_ticket;
    if (!m_isRead)
        m_state->showLoading();
    fetchTierNames(m_context.api, this, [this](const ApiResult<QStringList>& answer) {
        if (!answer)
            return; // the rules tell the same trouble
        m_tiers = answer.value();
        m_tier->clear();
        m_tier->addItems(m_tiers);
        showEditor();
    });
    fetchTierRules(m_context.api, this, [this, ticket](const ApiResult<TierRules>& answer) {
        if (ticket != m_ticket)
            return;
        if (!answer) {
            if (m_isRead)
                m_banner->tell(answer.error());
            else
                m_state->showError(answer.error());
            return;
        }
        if (m_isRead && isTouched())
            return; // whose rules hold is asked when these are saved
        m_base = answer.value();
        m_isRead = true;
        if (!restoreDraft())
            showRules(m_base.rules);
    });
}

QList<TierRule> TierRulesView::rules() const
{
    QList<TierRule> rules;
    for (int row = 0; row < m_list->count(); ++row)
        rules.append(ruleOf(m_list->item(row)));
    return rules;
}

void TierRulesView::showRules(const QList<TierRule>& rules)
{
    const int row = std::max(0, m_list->currentRow());
    m_list->clear();
    for (const TierRule& rule : rules)
        setRule(new QListWidgetItem(m_list), rule);
    if (rules.isEmpty())
        m_state->showEmpty(tr("There are no rules: every user without an override is of the default tier."),
                           m_mayEdit ? tr("Add a rule") : QString());
    else
        m_state->showContent();
    m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    showItems();
    check();
}

void TierRulesView::showItem(QListWidgetItem* item)
{
    const TierRule rule = ruleOf(item);
    const int row = m_list->row(item);
    const bool isMatching = m_matches.value(row, false);
    const bool isFirst = isMatching && m_matches.indexOf(true) == row;
    QString text = QString::fromUtf8("%1.  %2  %3  →  %4").arg(row + 1).arg(matchText(rule.match), rule.pattern, rule.tier);
    if (isFirst)
        text += "   " + tr("(decides)");
    else if (isMatching)
        text += "   " + tr("(matches too)");
    item->setText(text);
    item->setIcon(isFirst ? m_context.theme.icon("check", "good") : QIcon());
}

void TierRulesView::showItems()
{
    for (int row = 0; row < m_list->count(); ++row)
        showItem(m_list->item(row));
}

void TierRulesView::showEditor()
{
    const QListWidgetItem* item = m_list->currentItem();
    for (QWidget* part : std::initializer_list<QWidget*>{m_match, m_pattern, m_tier, m_remove})
        part->setEnabled(item != nullptr);
    m_up->setEnabled(item && m_list->currentRow() > 0);
    m_down->setEnabled(item && m_list->currentRow() + 1 < m_list->count());
    const TierRule rule = item ? ruleOf(item) : TierRule{};
    m_isFilling = true;
    m_match->setCurrentIndex(m_match->findData(rule.match));
    if (m_pattern->text() != rule.pattern)
        m_pattern->setText(rule.pattern);
    m_tier->setCurrentIndex(m_tier->findText(rule.tier));
    m_isFilling = false;
}

void TierRulesView::editItem()
{
    QListWidgetItem* item = m_list->currentItem();
    if (m_isFilling || !item)
        return;
    setRule(item, {m_match->currentData().toString(), m_pattern->text(), m_tier->currentText()});
    showItem(item);
    check();
}

void TierRulesView::move(int by)
{
    const int row = m_list->currentRow();
    if (row < 0 || row + by < 0 || row + by >= m_list->count())
        return;
    QListWidgetItem* item = m_list->takeItem(row);
    m_list->insertItem(row + by, item);
    m_list->setCurrentItem(item);
    showItems();
    check();
}

void TierRulesView::check()
{
    const QList<TierRule> present = rules();
    const bool isWhole = std::none_of(present.begin(), present.end(), [](const TierRule& rule) { return rule.pattern.isEmpty(); });
    const bool isConflict = m_conflict->isVisibleTo(this);
    m_save->setEnabled(present != m_base.rules && isWhole && !m_reason->text().trimmed().isEmpty() && !m_isSaving && !isConflict);
    m_discard->setEnabled(isTouched());
    showEditor();
    if (isWhole)
        m_tester->setRules(present);
    keepDraft();
}

void TierRulesView::save()
{
    check();
    if (!m_save->isEnabled())
        return;
    m_isSaving = true;
    if (m_save->hasFocus())
        m_reason->setFocus();
    check();
    saveTierRules(m_context.api, rules(), m_reason->text().trimmed(), m_base.etag, this, [this](const ApiResult<TierRulesSaved>& answer) {
        m_isSaving = false;
        if (!answer) {
            if (answer.error().kind == ApiError::Kind::stale)
                readTheirs();
            else
                m_banner->tell(answer.error());
            check();
            return;
        }
        m_base = answer.value().rules;
        m_reason->clear();
        QString told = tr("The rules are saved. %Ln user(s) changed tier.", nullptr, static_cast<int>(answer.value().usersChanged));
        if (!answer.value().overridesRemoved.isEmpty())
            told += ' ' + tr("Overrides that say no more than the rules are gone: %1.").arg(answer.value().overridesRemoved.join(", "));
        m_banner->tell(Meaning::good, told);
        showRules(m_base.rules);
        retranslate();
    });
}

void TierRulesView::readTheirs()
{
    fetchTierRules(m_context.api, this, [this](const ApiResult<TierRules>& answer) {
        if (!answer) {
            m_banner->tell(answer.error());
            return;
        }
        m_theirs = answer.value();
        m_banner->tell(Meaning::attention, tr("%1 changed the rules while you edited them (“%2”). Yours are still here.")
                                               .arg(m_theirs.author, m_theirs.reason));
        m_conflict->show();
        check();
        m_keepMine->setFocus();
    });
}

void TierRulesView::settle(bool takeTheirs)
{
    m_conflict->hide();
    m_banner->hide();
    m_base = m_theirs;
    if (takeTheirs) {
        m_reason->clear();
        showRules(m_base.rules);
    }
    retranslate();
    check();
    (takeTheirs ? static_cast<QWidget*>(m_list) : m_save)->setFocus();
}

void TierRulesView::discard()
{
    m_conflict->hide();
    m_banner->hide();
    m_reason->clear();
    showRules(m_base.rules);
}

QString TierRulesView::draftKey() const
{
    return "rates/drafts/tierRules " + m_context.api.server().authority().replace('/', ' ');
}

void TierRulesView::keepDraft()
{
    if (!m_isRead || !m_mayEdit)
        return;
    if (!isTouched()) {
        m_context.settings.remove(draftKey());
        return;
    }
    m_context.settings.setValue(draftKey(), QVariantMap{{"etag", m_base.etag},
                                                        {"was", QJsonDocument(toJson(m_base.rules)).toJson(QJsonDocument::Compact)},
                                                        {"rules", QJsonDocument(toJson(rules())).toJson(QJsonDocument::Compact)},
                                                        {"reason", m_reason->text()}});
}

bool TierRulesView::restoreDraft()
{
    const QVariantMap draft = m_context.settings.value(draftKey()).toMap();
    if (draft.isEmpty() || !m_mayEdit)
        return false;
    // From the version that it was made from: when that is no longer the newest one, saving asks whose rules hold.
    m_base.etag = draft["etag"].toByteArray();
    m_base.rules = readTierRuleArray(QJsonDocument::fromJson(draft["was"].toByteArray()).array());
    const QList<TierRule> edited = readTierRuleArray(QJsonDocument::fromJson(draft["rules"].toByteArray()).array());
    m_reason->setText(draft["reason"].toString());
    showRules(edited);
    m_banner->tell(Meaning::plain, tr("This is what you had edited before. Discard it to begin anew."));
    return true;
}

void TierRulesView::retranslate()
{
    const QString match = m_match->currentData().toString();
    m_match->clear();
    for (const char* code : {"exact", "suffix", "glob", "regex"})
        m_match->addItem(matchText(code), code);
    m_match->setCurrentIndex(m_match->findData(match));
    m_list->setAccessibleName(tr("Rules on user names"));
    m_match->setAccessibleName(tr("How the name is looked at"));
    m_pattern->setAccessibleName(tr("Pattern"));
    m_pattern->setPlaceholderText(QStringLiteral("*.mu.ac.th"));
    m_tier->setAccessibleName(tr("Tier"));
    m_add->setText(tr("Add a rule"));
    m_remove->setText(tr("Remove"));
    m_up->setText(tr("Up"));
    m_down->setText(tr("Down"));
    m_up->setToolTip(tr("Alt+Up in the list, or drag"));
    m_down->setToolTip(tr("Alt+Down in the list, or drag"));
    m_reasonLabel->setText(tr("Reason"));
    m_save->setText(tr("Save rules"));
    m_discard->setText(tr("Discard"));
    m_takeTheirs->setText(tr("Take theirs"));
    m_keepMine->setText(tr("Keep mine, to be saved over theirs"));
    m_since->setText(m_isRead && !m_base.rules.isEmpty() ? tr("The first rule that matches decides. In force: as %1 agreed (“%2”).")
                                                               .arg(m_base.author, m_base.reason)
                                                         : tr("The first rule that matches decides; without one, the default tier."));
    showItems();
    m_tester->retranslate();
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/RateEditor.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/rates/rate_text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace hpcbill::client
{

RateEditor::RateEditor(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_title(new QLabel(this))
    , m_banner(new Banner(context.theme, this))
    , m_fields(new QWidget(this))
    , m_isLater(new QCheckBox(this))
    , m_from(new QDateTimeEdit(this))
    , m_conflict(new RateConflict(this))
    , m_reasonLabel(new QLabel(this))
    , m_reason(new QLineEdit(this))
    , m_summary(new QLabel(this))
    , m_save(new QPushButton(this))
    , m_discard(new QPushButton(this))
{
    setObjectName("rateEditor");
    m_title->setProperty("kind", "title");
    m_banner->setObjectName("rateEditorBanner");
    m_isLater->setObjectName("rateIsLater");
    m_from->setObjectName("rateFrom");
    m_from->setCalendarPopup(true);
    m_from->setDisplayFormat("d MMM yyyy HH:mm");
    m_reason->setObjectName("rateReason");
    m_reason->setMaxLength(500);
    m_reasonLabel->setBuddy(m_reason);
    m_summary->setObjectName("rateSummary");
    m_summary->setWordWrap(true);
    m_summary->setProperty("kind", "quiet");
    m_save->setObjectName("rateSave");
    m_save->setProperty("kind", "primary");
    m_discard->setObjectName("rateDiscard");
    layOut();

    for (const Row& row : std::as_const(m_rows)) {
        connect(row.will, &QLineEdit::textChanged, this, &RateEditor::check);
        connect(row.will, &QLineEdit::returnPressed, this, &RateEditor::save);
    }
    connect(m_reason, &QLineEdit::textChanged, this, &RateEditor::check);
    connect(m_reason, &QLineEdit::returnPressed, this, &RateEditor::save);
    connect(m_isLater, &QCheckBox::toggled, this, &RateEditor::check);
    connect(m_from, &QDateTimeEdit::dateTimeChanged, this, &RateEditor::check);
    connect(m_conflict, &RateConflict::choiceChanged, this, &RateEditor::check);
    connect(m_save, &QPushButton::clicked, this, &RateEditor::save);
    connect(m_discard, &QPushButton::clicked, this, &RateEditor::discard);
}

void RateEditor::layOut()
{
    auto* fields = new QVBoxLayout(m_fields);
    fields->setContentsMargins(0, 0, 0, 0);
    fields->setSpacing(12);
    fields->addLayout(makeRows());
    auto* later = new QHBoxLayout;
    later->addWidget(m_isLater);
    later->addWidget(m_from, 1);
    fields->addLayout(later);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_save);
    buttons->addWidget(m_discard);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(12);
    layout->addWidget(m_title);
    layout->addWidget(m_banner);
    layout->addWidget(m_fields);
    layout->addWidget(m_conflict);
    layout->addWidget(m_reasonLabel);
    layout->addWidget(m_reason);
    layout->addWidget(m_summary);
    layout->addLayout(buttons);
    layout->addStretch();
}

QGridLayout* RateEditor::makeRows()
{
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(3, 1);
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const QString name = QLatin1String(rateFields[i].name);
        Row row{new QLabel(m_fields),    new QLabel(m_fields), new QLabel(m_fields),
                new QLineEdit(m_fields), new QLabel(m_fields), new QLabel(m_fields)};
        row.was->setObjectName("rateWas-" + name);
        row.was->setProperty("kind", "quiet");
        row.will->setObjectName("rateWill-" + name);
        row.will->setAlignment(Qt::AlignRight);
        row.difference->setObjectName("rateDifference-" + name);
        row.difference->setMinimumWidth(72);
        row.fault->setObjectName("rateFault-" + name);
        row.fault->setProperty("kind", "bad");
        row.fault->setWordWrap(true);
        row.fault->hide();
        row.title->setBuddy(row.will);
        const int line = static_cast<int>(i) * 2;
        grid->addWidget(row.title, line, 0);
        grid->addWidget(row.was, line, 1, Qt::AlignRight);
        grid->addWidget(row.arrow, line, 2);
        grid->addWidget(row.will, line, 3);
        grid->addWidget(row.difference, line, 4);
        grid->addWidget(row.fault, line + 1, 0, 1, 5);
        m_rows.append(row);
    }
    return grid;
}

void RateEditor::edit(const TierRates& rates)
{
    m_base = rates.now;
    m_isSaving = false;
    m_banner->hide();
    leaveConflict();
    m_isFilling = true;
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const QString exact = m_base.figures.*rateFields[i].figure;
        m_rows[static_cast<int>(i)].will->setText(localizedShort(exact, 2, QLocale()));
    }
    m_reason->clear();
    m_isLater->setChecked(false);
    const QDateTime now = m_context.now();
    m_from->setMinimumDateTime(now);
    m_from->setDateTime(QDateTime(QDate(now.date().year(), now.date().month(), 1).addMonths(1), QTime(0, 0)));
    restoreDraft();
    m_isFilling = false;
    retranslate();
    m_rows.first().will->setFocus();
    m_rows.first().will->selectAll();
}

RateFigures RateEditor::typed() const
{
    RateFigures figures;
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        figures.*rateFields[i].figure = plainDecimal(m_rows[static_cast<int>(i)].will->text(), QLocale());
    }
    return figures;
}

void RateEditor::check()
{
    const QLocale locale;
    const RateFigures figures = typed();
    bool isValid = true;
    QStringList changes;
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const Row& row = m_rows[static_cast<int>(i)];
        const QString was = m_base.figures.*rateFields[i].figure;
        const QString will = figures.*rateFields[i].figure;
        const bool isGood = isRate(will);
        isValid = isValid && isGood;
        row.fault->setText(isGood ? QString() : tr("A number of at most six decimals, not negative."));
        row.fault->setVisible(!isGood);
        setStyleProperty(row.will, "fault", !isGood);
        row.difference->setText(rateDifference(was, will, locale));
        if (isGood && !isSameRate(was, will)) {
            changes << tr("%1: %2 → %3")
                           .arg(rateFieldTitle(rateFields[i].name), localizedShort(was, 2, locale),
                                localizedShort(will, 2, locale));
        }
    }
    m_from->setEnabled(m_isLater->isChecked());
    const bool isConflict = m_conflict->isVisibleTo(this);
    const bool isReasoned = !m_reason->text().trimmed().isEmpty();
    const bool isReady = isConflict ? m_conflict->chosen().has_value() : isValid && !changes.isEmpty();
    m_save->setEnabled(isReady && isReasoned && !m_isSaving);
    if (isConflict)
        m_summary->setText(isReady ? QString() : tr("Choose for each figure that you both changed."));
    else if (changes.isEmpty())
        m_summary->setText(tr("Nothing is changed yet."));
    else
        m_summary->setText(changes.join('\n') +
                           (isReasoned ? QString() : '\n' + tr("A reason is needed to save.")));
    keepDraft();
}

void RateEditor::save()
{
    check();
    if (!m_save->isEnabled())
        return;
    if (!m_conflict->isVisibleTo(this)) {
        send(typed());
        return;
    }
    const std::optional<RateFigures> chosen = m_conflict->chosen();
    if (!chosen)
        return;
    m_base = m_theirs;
    if (isSameRate(chosen->cpu, m_base.figures.cpu) && isSameRate(chosen->gpu, m_base.figures.gpu) &&
        isSameRate(chosen->mem, m_base.figures.mem)) {
        removeDraft(); // all is theirs: nothing is left to be saved
        emit saved(m_base.tier);
        return;
    }
    send(*chosen);
}

void RateEditor::send(const RateFigures& figures)
{
    m_isSaving = true;
    // A button that is disabled hands the keyboard to the next one, and that one discards.
    if (m_save->hasFocus())
        m_reason->setFocus();
    m_save->setEnabled(false);
    m_banner->hide();
    const RateChange change{m_base.tier, figures, m_reason->text().trimmed(),
                            m_isLater->isChecked() ? m_from->dateTime() : QDateTime(), m_base.etag};
    saveRates(m_context.api, change, this, [this](const ApiResult<RateVersion>& answer) {
        m_isSaving = false;
        if (answer) {
            removeDraft();
            emit saved(answer.value().tier);
            return;
        }
        if (answer.error().kind == ApiError::Kind::stale)
            readTheirs();
        else
            showRefusal(answer.error());
        check();
    });
}

void RateEditor::showRefusal(const ApiError& error)
{
    check();
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const QString detail = error.detailOf(QLatin1String(rateFields[i].name));
        if (detail.isEmpty())
            continue;
        const Row& row = m_rows[static_cast<int>(i)];
        row.fault->setText(detail);
        row.fault->show();
        setStyleProperty(row.will, "fault", true);
    }
    m_banner->tell(error);
}

void RateEditor::readTheirs()
{
    fetchRates(m_context.api, this, [this](const ApiResult<QList<TierRates>>& answer) {
        if (!answer) {
            m_banner->tell(answer.error());
            return;
        }
        for (const TierRates& rates : answer.value()) {
            if (rates.now.tier != m_base.tier)
                continue;
            RateVersion theirs = rates.scheduled.value_or(rates.now);
            theirs.etag = rates.now.etag; // of the newest version, in force or not
            showConflict(theirs);
        }
    });
}

void RateEditor::showConflict(const RateVersion& theirs)
{
    m_theirs = theirs;
    m_fields->hide();
    m_conflict->show(m_base.figures, theirs, typed());
    m_conflict->setVisible(true);
    m_conflict->focusUndecided();
    retranslate();
}

void RateEditor::leaveConflict()
{
    m_conflict->hide();
    m_fields->show();
}

void RateEditor::discard()
{
    m_discardedKey = draftKey();
    m_discardedDraft = m_context.settings.value(m_discardedKey);
    removeDraft();
    emit closeWanted();
    if (m_discardedDraft.isValid())
        emit discarded(m_base.tier);
}

void RateEditor::restoreDiscarded()
{
    if (m_discardedDraft.isValid())
        m_context.settings.setValue(m_discardedKey, m_discardedDraft);
}

QString RateEditor::draftKey() const
{
    // One draft per server and tier; a `/` in a name would open a group of settings of its own.
    return "rates/drafts/" +
           QString("%1 %2").arg(m_context.api.server().authority(), m_base.tier).replace('/', ' ');
}

void RateEditor::keepDraft()
{
    if (m_isFilling || m_base.tier.isEmpty())
        return;
    const RateFigures figures = typed();
    QVariantMap draft{{"etag", m_base.etag}, {"reason", m_reason->text()}};
    for (const RateField& field : rateFields) {
        draft[QLatin1String(field.name)] = figures.*field.figure;
        draft[QString("was-") + QLatin1String(field.name)] = m_base.figures.*field.figure;
    }
    const bool isTouched = !isSameRate(figures.cpu, m_base.figures.cpu) ||
                           !isSameRate(figures.gpu, m_base.figures.gpu) ||
                           !isSameRate(figures.mem, m_base.figures.mem) || !m_reason->text().isEmpty();
    if (isTouched)
        m_context.settings.setValue(draftKey(), draft);
    else
        removeDraft();
}

void RateEditor::restoreDraft()
{
    const QVariantMap draft = m_context.settings.value(draftKey()).toMap();
    if (draft.isEmpty())
        return;
    // From the version that it was typed over: when that is no longer the newest one, saving shows the
    // conflict.
    m_base.etag = draft["etag"].toByteArray();
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const QString name = QLatin1String(rateFields[i].name);
        m_base.figures.*rateFields[i].figure = draft["was-" + name].toString();
        m_rows[static_cast<int>(i)].will->setText(localized(draft[name].toString(), QLocale()));
    }
    m_reason->setText(draft["reason"].toString());
    m_banner->tell(Meaning::plain, tr("This is what you had typed before. Discard it to begin anew."));
}

void RateEditor::removeDraft()
{
    m_context.settings.remove(draftKey());
}

void RateEditor::retranslate()
{
    m_title->setText(tr("Rates of %1").arg(m_base.tier));
    const QLocale locale;
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const Row& row = m_rows[static_cast<int>(i)];
        const QString title = rateFieldTitle(rateFields[i].name);
        row.title->setText(title);
        row.title->setToolTip(rateFieldUnit(rateFields[i].name));
        row.was->setText(localizedShort(m_base.figures.*rateFields[i].figure, 2, locale));
        row.arrow->setText("→");
        row.will->setAccessibleName(tr("%1 %2, new figure").arg(title, rateFieldUnit(rateFields[i].name)));
    }
    m_isLater->setText(tr("Only from"));
    m_from->setAccessibleName(tr("In force from"));
    m_reasonLabel->setText(tr("&Reason"));
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setPlaceholderText(tr("For the audit log and the history"));
    m_save->setText(tr("Save rates of %1").arg(m_base.tier));
    m_discard->setText(tr("Discard"));
    if (m_conflict->isVisibleTo(this)) {
        m_banner->tell(Meaning::attention, tr("%1 changed these rates while you were editing (“%2”). Choose "
                                              "whose figures to keep; nothing is saved yet.")
                                               .arg(m_theirs.author, m_theirs.reason));
    }
    check();
}

void RateEditor::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange && !m_base.tier.isEmpty())
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

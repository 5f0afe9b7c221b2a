// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/WitnessView.h"

#include "client/models/format.h"
#include "client/widgets/alarm_text.h"
#include "client/widgets/error_text.h"
#include "client/witness/evidence.h"

#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QSaveFile>

namespace hpcbill::client
{

WitnessView::WitnessView(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_witness(context.witness)
    , m_model(new ListRows<Row>(columns(), this))
    , m_table(new TableView("witness", context.settings, this))
    , m_summary(new QLabel(this))
    , m_check(new QPushButton(this))
    , m_export(new QPushButton(this))
    , m_accept(new QPushButton(this))
    , m_banner(new Banner(context.theme, this))
    , m_form(new ActionForm("witnessForm", context.theme, this))
{
    layOut();
    connect(&m_witness, &Witness::changed, this, &WitnessView::show);
    connect(m_check, &QPushButton::clicked, &m_witness, &Witness::check);
    connect(m_state, &ViewState::retryWanted, &m_witness, &Witness::check);
    connect(m_export, &QPushButton::clicked, this, &WitnessView::askForFile);
    connect(m_accept, &QPushButton::clicked, this, [this] { m_form->open(acceptText(), {}, "accept"); });
    connect(m_form, &ActionForm::dismissed, this, [this] {
        m_form->hide();
        m_accept->setFocus();
    });
    connect(m_form, &ActionForm::submitted, this, [this] {
        m_witness.accept(m_form->value("reason"));
        m_form->finish();
    });
    retranslate();
}

void WitnessView::layOut()
{
    m_table->setModel(m_model);
    m_table->setIcons(m_context.theme);
    m_table->setDefaultWidths({170, 90, 150, 330, 170, 220});
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(1, Qt::DescendingOrder);
    m_state = new ViewState(m_context.theme, m_table, this);
    m_state->setObjectName("witnessState");
    m_summary->setObjectName("witnessSummary");
    m_summary->setWordWrap(true);
    m_summary->setTextFormat(Qt::PlainText);
    m_check->setObjectName("witnessCheck");
    m_export->setObjectName("witnessExport");
    m_accept->setObjectName("witnessAccept");
    m_banner->setObjectName("witnessResult");
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton* button : {m_check, m_export, m_accept})
        buttons->addWidget(button);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_summary);
    layout->addLayout(buttons);
    layout->addWidget(m_banner);
    layout->addWidget(m_form);
    layout->addWidget(m_state, 1);
}

QString WitnessView::verdictText(Row::Verdict verdict)
{
    switch (verdict) {
    case Row::Verdict::consistent:
        return tr("consistent");
    case Row::Verdict::contradicted:
        return tr("contradicted");
    case Row::Verdict::undecided:
        return tr("not asked yet");
    case Row::Verdict::before:
        return tr("of a history given up");
    }
    return {};
}

std::vector<Column<WitnessView::Row>> WitnessView::columns() const
{
    const auto keyName = [](const Row& row) { return row.seen.key.section('+', 0, 1); };
    return {
        {"seen", QT_TRANSLATE_NOOP("columns", "Seen"), false,
         [](const Row& row, const QLocale& locale) { return shownTime(row.seen.lastSeenAt, locale); },
         [](const Row& row) { return rawTime(row.seen.lastSeenAt); }},
        {"size", QT_TRANSLATE_NOOP("columns", "Records"), true,
         [](const Row& row, const QLocale& locale) { return localized(QString::number(row.seen.size), locale); },
         [](const Row& row) { return QString::number(row.seen.size); }},
        {"verdict", QT_TRANSLATE_NOOP("columns", "Present log"), false,
         [](const Row& row, const QLocale&) { return verdictText(row.verdict); },
         [](const Row& row) { return verdictText(row.verdict); },
         [](const Row& row) -> QString {
             switch (row.verdict) {
             case Row::Verdict::consistent:
                 return "good:good";
             case Row::Verdict::contradicted:
                 return "bad:bad";
             case Row::Verdict::undecided:
                 return "clock:quiet";
             case Row::Verdict::before:
                 return "still:quiet";
             }
             return {};
         }},
        {"root", QT_TRANSLATE_NOOP("columns", "Root"), false,
         [](const Row& row, const QLocale&) { return row.seen.root; }, [](const Row& row) { return row.seen.root; }},
        {"first", QT_TRANSLATE_NOOP("columns", "First seen"), false,
         [](const Row& row, const QLocale& locale) { return shownTime(row.seen.seenAt, locale); },
         [](const Row& row) { return rawTime(row.seen.seenAt); }},
        {"key", QT_TRANSLATE_NOOP("columns", "Signed by"), false,
         [keyName](const Row& row, const QLocale&) { return keyName(row); },
         [](const Row& row) { return row.seen.key; }},
    };
}

const Alarm* WitnessView::alarmToShow() const
{
    if (m_witness.alarm())
        return &*m_witness.alarm();
    return m_witness.alarms().isEmpty() ? nullptr : &m_witness.alarms().first();
}

QString WitnessView::stateText() const
{
    switch (m_witness.state()) {
    case Witness::State::idle:
    case Witness::State::asking:
        return tr("The server is being asked…");
    case Witness::State::consistent:
        return tr("The log follows from every checkpoint that this computer has seen of it. Whoever changes what was there "
                  "before is found at the next connection.");
    case Witness::State::undecided:
        return tr("Whether the log follows from what this computer has seen could not be asked. %1")
            .arg(errorText(m_witness.error()));
    case Witness::State::alarmed:
        return alarmText(*m_witness.alarm());
    case Witness::State::unusable:
        return tr("This computer cannot keep checkpoints: %1").arg(m_witness.fault());
    }
    return {};
}

void WitnessView::show()
{
    const Witness::State state = m_witness.state();
    const std::optional<Alarm>& alarm = m_witness.alarm();
    const qsizetype inForce = m_witness.inForce().size();
    QList<Row> rows;
    for (qsizetype i = 0; i < m_witness.seen().size(); ++i) {
        const SeenCheckpoint& seen = m_witness.seen().at(i);
        Row::Verdict verdict = Row::Verdict::undecided;
        if (i >= inForce)
            verdict = Row::Verdict::before;
        else if (alarm)
            verdict = seen.size <= alarm->agreedSize ? Row::Verdict::consistent : Row::Verdict::contradicted;
        else if (state == Witness::State::consistent)
            verdict = Row::Verdict::consistent;
        rows.append({seen, verdict});
    }
    m_model->updateRows(rows, [](const Row& row) { return row.seen.id; });
    m_summary->setText(stateText());
    setStyleProperty(m_summary, "kind",
                     state == Witness::State::alarmed      ? "bad"
                     : state == Witness::State::consistent ? "good"
                     : state == Witness::State::asking     ? "quiet"
                                                           : "attention");
    m_export->setVisible(alarmToShow());
    m_accept->setVisible(alarm.has_value());
    m_check->setEnabled(state != Witness::State::idle && state != Witness::State::unusable);
    if (!alarm && m_form->isVisible())
        m_form->hide();
    if (!rows.isEmpty())
        m_state->showContent();
    else if (state == Witness::State::asking)
        m_state->showLoading();
    else
        m_state->showEmpty(tr("This computer has not seen a checkpoint of this log yet."));
}

void WitnessView::askForFile()
{
    auto* dialog = new QFileDialog(this, tr("Export the evidence"));
    dialog->setObjectName("witnessFileDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Evidence (*.json)")});
    dialog->setDefaultSuffix("json");
    if (const Alarm* alarm = alarmToShow())
        dialog->selectFile("hpcbill-audit-evidence-" + alarm->foundAt.toUTC().toString("yyyyMMdd-HHmmss") + ".json");
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        const QString fault = exportTo(file);
        if (fault.isEmpty())
            m_banner->tell(Meaning::good, tr("The evidence is in %1. Keep it where the server's administrators cannot "
                                             "change it.")
                                              .arg(file));
        else
            m_banner->tell(Meaning::bad, tr("%1 could not be written: %2").arg(file, fault));
    });
    dialog->open();
}

QString WitnessView::exportTo(const QString& file) const
{
    const Alarm* alarm = alarmToShow();
    if (!alarm)
        return {};
    QSaveFile written(file);
    const QByteArray evidence = evidenceOf(*alarm, m_witness.keys(), m_witness.seen());
    if (!written.open(QIODevice::WriteOnly) || written.write(evidence) != evidence.size() || !written.commit())
        return written.errorString();
    return {};
}

FormText WitnessView::acceptText() const
{
    return {tr("Only for whoever knows why the log is another one, as after a database was restored from a backup. What was "
               "seen before stays here, with the evidence, but is not asked about any more."),
            tr("Go on from the present log"),
            {{.id = "reason", .title = tr("Reason"), .hint = tr("Restored from the backup of 1 November")}},
            true};
}

void WitnessView::retranslate()
{
    m_table->setAccessibleName(tr("Checkpoints that this computer has seen"));
    m_check->setText(tr("Ask the server now"));
    m_check->setAccessibleName(m_check->text());
    m_export->setText(tr("Export the evidence…"));
    m_export->setAccessibleName(m_export->text());
    m_accept->setText(tr("Go on from the present log…"));
    m_accept->setAccessibleName(m_accept->text());
    if (m_form->isVisible())
        m_form->retitle(acceptText());
    m_model->retranslate();
    show();
}

void WitnessView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

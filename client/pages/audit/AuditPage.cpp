// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/AuditPage.h"

#include "client/models/decimal.h"
#include "client/widgets/error_text.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSplitter>

namespace hpcbill::client
{

namespace
{

QString shownNumber(qint64 number)
{
    return localized(QString::number(number), QLocale());
}

} // namespace

AuditPage::AuditPage(const PageContext& context, QWidget* parent)
    : Page(context, parent)
    , m_lists(new ChipRow("auditList", {"records", "witness"}, this))
    , m_views(new QStackedWidget(this))
    , m_witness(new WitnessView(context, this))
    , m_model(new PagedRows<AuditRecord>(
          auditColumns(),
          [this](const std::optional<QString>& cursor, int limit, QObject* model,
                 const Answer<ListPage<AuditRecord>>& done) {
              fetchAudit(m_context.api, cursor, limit, model, done);
          },
          this))
    , m_table(new TableView("audit", context.settings, this))
    , m_ribbon(new AuditRibbon(context.theme, this))
    , m_pane(new AuditPane(context.theme, this))
    , m_banner(new Banner(context.theme, this))
    , m_verify(new QPushButton(this))
    , m_openFile(new QPushButton(this))
    , m_cancel(new QPushButton(this))
    , m_progress(new QProgressBar(this))
    , m_progressText(new QLabel(this))
    , m_check(new ChainCheck(context.api, this))
{
    m_table->setModel(m_model);
    m_table->setDefaultWidths({70, 160, 120, 80, 160, 190, 80, 120});
    m_table->keepPlaceBy([this](int row) {
        const AuditRecord* record = m_model->rowAt(row);
        return record ? QString::number(record->seq) : QString();
    });
    layOut();
    connect(m_model, &PagedTableModel::stateChanged, this, &AuditPage::showState);
    connect(m_state, &ViewState::retryWanted, m_model, &PagedTableModel::retry);
    connect(m_table, &TableView::rowEntered, this, &AuditPage::showRow);
    connect(m_pane, &AuditPane::closeWanted, this, &AuditPage::closePane);
    connect(m_verify, &QPushButton::clicked, this, &AuditPage::verify);
    connect(m_openFile, &QPushButton::clicked, this, &AuditPage::askForFile);
    connect(m_cancel, &QPushButton::clicked, m_check, &ChainCheck::cancel);
    connect(m_check, &ChainCheck::progressed, this, &AuditPage::showProgress);
    connect(m_check, &ChainCheck::finished, this, &AuditPage::showOutcome);
    connect(m_lists, &ChipRow::chipChosen, this, [this](const QString& list) {
        emit placeChanging();
        showList(list);
    });
    connect(&context.witness, &Witness::changed, this, &Page::badgeChanged);
    connect(&context.theme, &Theme::changed, m_ribbon, qOverload<>(&QWidget::update));
    retranslate();
}

void AuditPage::layOut()
{
    auto* listed = new QWidget(this);
    auto* listedLayout = new QHBoxLayout(listed);
    listedLayout->setContentsMargins(0, 0, 0, 0);
    listedLayout->setSpacing(2);
    listedLayout->addWidget(m_table, 1);
    listedLayout->addWidget(m_ribbon);
    m_state = new ViewState(m_context.theme, listed, this);
    m_state->setObjectName("auditState");
    m_banner->setObjectName("auditBanner");
    m_pane->setMinimumWidth(320);
    m_pane->hide();
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(m_state);
    split->addWidget(m_pane);
    split->setStretchFactor(0, 1);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(12);
    m_views->addWidget(split);
    m_views->addWidget(m_witness);
    m_actions = makeActions();
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_lists, 0, Qt::AlignLeft); // also where the actions are hidden
    top->addWidget(m_actions, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_banner);
    layout->addWidget(m_views, 1);
    setFocusProxy(m_table);
}

void AuditPage::showList(const QString& list)
{
    const bool isWitness = list == "witness";
    m_lists->setChosen(list);
    m_views->setCurrentIndex(isWitness ? 1 : 0);
    m_actions->setVisible(!isWitness);
}

void AuditPage::open(const QVariantMap& place)
{
    showList(place.value("list", "records").toString());
}

QWidget* AuditPage::makeActions()
{
    auto* actions = new QWidget(this);
    m_verify->setObjectName("auditVerify");
    m_verify->setProperty("kind", "primary");
    m_openFile->setObjectName("auditOpenFile");
    m_cancel->setObjectName("auditCancel");
    m_progress->setObjectName("auditProgress");
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(160);
    m_progressText->setObjectName("auditProgressText");
    m_progressText->setProperty("kind", "quiet");
    auto* layout = new QHBoxLayout(actions);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_verify);
    layout->addWidget(m_openFile);
    layout->addSpacing(8);
    layout->addWidget(m_progress);
    layout->addWidget(m_progressText);
    layout->addWidget(m_cancel);
    layout->addStretch();
    for (QWidget* widget : {static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_progressText),
                            static_cast<QWidget*>(m_cancel)}) {
        widget->hide();
    }
    return actions;
}

void AuditPage::refresh()
{
    closePane();
    m_model->reload();
}

void AuditPage::catchUp()
{
    if (isVisible())
        m_model->renew();
}

void AuditPage::showState()
{
    if (!m_state->follow(*m_model))
        return;
    if (m_model->rowCount() == 0) {
        m_state->showEmpty(tr("Nothing is on record yet."));
        return;
    }
    if (const AuditRecord* newest = m_model->rowAt(0))
        m_ribbon->setNewest(newest->seq);
    m_state->showContent();
}

void AuditPage::showRow(int row)
{
    const AuditRecord* record = row < 0 ? nullptr : m_model->rowAt(row);
    if (!record)
        return;
    m_pane->show(*record);
    m_pane->setVisible(true);
}

void AuditPage::closePane()
{
    m_pane->hide();
}

void AuditPage::verify()
{
    begin(Subject::server);
    // The log has to agree with what this computer has seen of it, too.
    QStringList kept;
    const QList<SeenCheckpoint> seen = m_context.witness.inForce();
    for (const SeenCheckpoint& checkpoint : seen)
        kept << QString::fromUtf8(checkpoint.note);
    m_check->verifyServer(kept);
}

void AuditPage::askForFile()
{
    auto* dialog = new QFileDialog(this, tr("Verify an exported audit log"));
    dialog->setObjectName("auditFileDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Audit exports (*.jsonl *.csv)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &AuditPage::verifyFile);
    dialog->open();
}

void AuditPage::verifyFile(const QString& path)
{
    m_fileName = QFileInfo(path).fileName();
    begin(Subject::file);
    m_check->verifyFile(path);
}

void AuditPage::begin(Subject subject)
{
    m_check->cancel();
    m_subject = subject;
    m_done = 0;
    m_outcome.reset();
    if (subject == Subject::server) {
        m_serverOutcome.reset();
        m_ribbon->setVerified(0, 0);
    }
    m_banner->hide();
    m_verify->setEnabled(false);
    m_openFile->setEnabled(false);
    m_progress->show();
    m_progressText->show();
    m_cancel->show();
    m_cancel->setFocus(); // else the keyboard would be on a button that is disabled now
    showProgress(0, 0);
}

void AuditPage::showProgress(qint64 done, qint64 total)
{
    m_done = done;
    const AuditRecord* newest = m_model->rowCount() > 0 ? m_model->rowAt(0) : nullptr;
    const qint64 all = m_subject == Subject::file ? total : (newest ? newest->seq : 0);
    // A progress bar counts in int: per mille is fine enough.
    m_progress->setRange(0, all > 0 ? 1000 : 0);
    if (all > 0)
        m_progress->setValue(static_cast<int>(std::min<qint64>(1000, done * 1000 / all)));
    if (m_subject == Subject::file)
        m_progressText->setText(tr("Verifying %1…").arg(m_fileName));
    else if (all > 0)
        m_progressText->setText(tr("Verified %1 of %2 records").arg(shownNumber(done), shownNumber(all)));
    else
        m_progressText->setText(tr("Verified %1 records").arg(shownNumber(done)));
    if (m_subject == Subject::server) {
        m_ribbon->setVerified(done, 0);
        emit badgeChanged();
    }
}

void AuditPage::showOutcome(const ChainOutcome& outcome)
{
    m_verify->setEnabled(true);
    m_openFile->setEnabled(true);
    if (m_cancel->hasFocus())
        m_verify->setFocus();
    m_progress->hide();
    m_progressText->hide();
    m_cancel->hide();
    m_outcome = outcome;
    if (m_subject == Subject::server) {
        m_serverOutcome = outcome;
        m_ribbon->setVerified(outcome.lastSeq > 0 ? outcome.lastSeq : outcome.count,
                              outcome.fault ? outcome.fault->seq : 0);
    }
    tellOutcome();
    emit badgeChanged();
}

QString AuditPage::subjectText() const
{
    return m_subject == Subject::file ? m_fileName : tr("The audit log");
}

QString AuditPage::faultText(const ChainFault& fault) const
{
    QString what;
    if (fault.code == "altered")
        what = tr("Record %1 was altered.");
    else if (fault.code == "missing")
        what = tr("Record %1 is missing.");
    else if (fault.code == "inserted")
        what = tr("Record %1 was inserted.");
    else if (fault.code == "reordered")
        what = tr("Record %1 is out of order.");
    else if (fault.code == "cut_off")
        what = tr("The log was cut off: record %1 and those after it are gone.");
    else if (fault.code == "rewritten")
        what = tr("The log was rewritten from record %1 on.");
    else
        what = tr("A record cannot be read.");
    if (fault.seq > 0)
        what = what.arg(shownNumber(fault.seq));
    if (fault.checkpoint > 0)
        what += ' ' + tr("The checkpoint of %1 records shows it.").arg(shownNumber(fault.checkpoint));
    return what + ' ' + fault.detail; // the verifier's own words, the same in all our programs
}

void AuditPage::tellOutcome()
{
    if (!m_outcome)
        return;
    const ChainOutcome& outcome = *m_outcome;
    if (outcome.fault) {
        m_banner->tell(Meaning::bad,
                       tr("%1 is broken. %2 Good before it: %3 records.")
                           .arg(subjectText(), faultText(*outcome.fault), shownNumber(outcome.count)));
    } else if (outcome.error) {
        m_banner->tell(Meaning::attention, tr("Verified %1 records, then the rest could not be read. %2")
                                               .arg(shownNumber(outcome.count), errorText(*outcome.error)));
    } else if (!outcome.fileError.isEmpty()) {
        m_banner->tell(Meaning::attention, tr("%1 cannot be read: %2").arg(m_fileName, outcome.fileError));
    } else if (outcome.isCancelled) {
        m_banner->tell(
            Meaning::plain,
            tr("Stopped after %1 good records; the rest is not verified.").arg(shownNumber(outcome.count)));
    } else if (outcome.count == 0) {
        m_banner->tell(Meaning::attention,
                       tr("%1 has no records: there is nothing to verify.").arg(subjectText()));
    } else if (outcome.firstSeq != 1) {
        m_banner->tell(Meaning::good,
                       tr("%1 is whole from record %2 to %3. What comes before is not in it.")
                           .arg(subjectText(), shownNumber(outcome.firstSeq), shownNumber(outcome.lastSeq)));
    } else {
        m_banner->tell(Meaning::good,
                       tr("%1 is whole up to record %2. Hash of the last: %3…")
                           .arg(subjectText(), shownNumber(outcome.lastSeq), outcome.head.left(16)));
    }
}

Badge AuditPage::witnessBadge() const
{
    switch (m_context.witness.state()) {
    case Witness::State::idle:
    case Witness::State::asking:
        break;
    case Witness::State::consistent: {
        const QList<SeenCheckpoint>& seen = m_context.witness.seen();
        return {"✓", tr("audit log consistent to %1").arg(shownNumber(seen.isEmpty() ? 0 : seen.first().size)),
                Meaning::good};
    }
    case Witness::State::undecided:
    case Witness::State::unusable:
        return {"!", tr("audit log not compared with what was seen before"), Meaning::attention};
    case Witness::State::alarmed:
        return {"✗", tr("audit log was changed"), Meaning::bad};
    }
    return {{}, tr("audit log not verified yet"), Meaning::plain};
}

Badge AuditPage::badge() const
{
    // Whatever the chain says now: that history was changed is not undone by it.
    if (m_context.witness.state() == Witness::State::alarmed)
        return witnessBadge();
    if (m_check->isRunning() && m_subject == Subject::server) {
        return {"…", tr("verifying the audit log: %1").arg(shownNumber(m_done)), Meaning::plain};
    }
    if (!m_serverOutcome)
        return witnessBadge();
    const ChainOutcome& outcome = *m_serverOutcome;
    if (outcome.fault) {
        const qint64 seq = outcome.fault->seq;
        return {"✗", seq > 0 ? tr("audit log broken at %1").arg(shownNumber(seq)) : tr("audit log broken"),
                Meaning::bad};
    }
    if (outcome.isWhole())
        return {"✓", tr("audit log whole to %1").arg(shownNumber(outcome.lastSeq)), Meaning::good};
    return {"!", tr("audit log verified only to %1").arg(shownNumber(outcome.count)), Meaning::attention};
}

void AuditPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_pane->isVisible()) {
        closePane();
        return;
    }
    Page::keyPressEvent(event);
}

void AuditPage::retranslate()
{
    m_lists->setTitle("records", tr("Records"), tr("Who did what, the newest first"));
    m_lists->setTitle("witness", tr("Witness"), tr("What this computer has seen of the log, and whether it is still so"));
    m_table->setAccessibleName(tr("Audit log"));
    m_verify->setText(tr("Verify the chain"));
    m_verify->setToolTip(tr("Fetches every record and checks it on this computer"));
    m_openFile->setText(tr("Open file…"));
    m_openFile->setToolTip(tr("Verifies an exported log, without a server"));
    m_cancel->setText(tr("Stop"));
    m_progress->setAccessibleName(tr("Progress of the verification"));
    m_ribbon->setAccessibleName(tr("What is verified of the log"));
    m_model->retranslate();
    if (m_check->isRunning())
        showProgress(m_done, 0);
    if (m_banner->isVisible())
        tellOutcome();
    showState();
    emit badgeChanged();
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/usage/JobPane.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/usage/job_columns.h"

#include <QEvent>
#include <QGridLayout>
#include <QHash>

namespace hpcbill::client
{

namespace
{

QString resourceTitle(const QString& resource)
{
    if (resource == "cpu")
        return QCoreApplication::translate("hpcbill::client::JobPane", "CPU");
    if (resource == "gpu")
        return QCoreApplication::translate("hpcbill::client::JobPane", "GPU");
    if (resource == "mem")
        return QCoreApplication::translate("hpcbill::client::JobPane", "Memory");
    return resource;
}

QString perHour(const QString& resource)
{
    if (resource == "cpu")
        return QCoreApplication::translate("rates", "per core-hour");
    if (resource == "gpu")
        return QCoreApplication::translate("rates", "per GPU-hour");
    return QCoreApplication::translate("rates", "per GiB-hour");
}

/// The server tells codes; what they mean is said here. A code that is not known is shown as it is.
QString tierReasonText(const Explanation& explanation)
{
    const QString& code = explanation.tierReason;
    if (code == "default")
        return QCoreApplication::translate("hpcbill::client::JobPane", "the default tier");
    if (code == "override")
        return QCoreApplication::translate("hpcbill::client::JobPane", "set for this user");
    if (code == "account")
        return QCoreApplication::translate("hpcbill::client::JobPane", "the tier of the account");
    if (code == "rule")
        return QCoreApplication::translate("hpcbill::client::JobPane", "by rule %1 (%2)")
            .arg(explanation.tierRule.value_or(0))
            .arg(explanation.tierPattern);
    if (code == "receipt")
        return QCoreApplication::translate("hpcbill::client::JobPane", "locked by the receipt");
    return code;
}

/// Why a billing rule does not apply.
QString obstacleText(const QString& code)
{
    static const QHash<QString, const char*> texts{
        {"state", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "the state is another")},
        {"exit_code", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "the exit code is another, or not known")},
        {"elapsed_seconds", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "it ran for longer or shorter")},
        {"nodes", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "it had more or fewer nodes")},
        {"partition", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "the partition is another")},
        {"qos", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "the QOS is another")},
        {"account", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "the account is another")},
        {"user", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "it is for other users")},
        {"gpu_type", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "the GPUs are of another type")},
        {"earlier_rule", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "an earlier rule has decided")},
        {"disabled", QT_TRANSLATE_NOOP("hpcbill::client::JobPane", "the rule is switched off")}};
    const char* text = texts.value(code);
    return text != nullptr ? QCoreApplication::translate("hpcbill::client::JobPane", text) : code;
}

QString rateSourceText(const QString& code)
{
    if (code == "in_force")
        return QCoreApplication::translate("hpcbill::client::JobPane", "those in force now");
    if (code == "job_end")
        return QCoreApplication::translate("hpcbill::client::JobPane", "those in force when the job ended");
    if (code == "receipt")
        return QCoreApplication::translate("hpcbill::client::JobPane", "locked by the receipt");
    return code;
}

QLabel* cell(const QString& text, const char* kind, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    if (kind)
        label->setProperty("kind", kind);
    return label;
}

} // namespace

JobPane::JobPane(RestClient& api, Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_api(api)
    , m_facts(new FactsPane(theme, this))
{
    setObjectName("jobPane");
    m_facts->setObjectName("jobFacts");
    m_facts->begin({});
    m_state = new ViewState(theme, m_facts, this);
    m_state->setObjectName("jobPaneState");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_state, 1);
    connect(m_facts, &FactsPane::closeWanted, this, &JobPane::closeWanted);
    connect(m_state, &ViewState::retryWanted, this, &JobPane::ask);
    connect(&theme, &Theme::changed, this, &JobPane::retranslate);
    retranslate();
}

void JobPane::show(const Job& job)
{
    m_wanted = job;
    ask();
}

void JobPane::ask()
{
    const quint64 ticket = ++m_ticket;
    m_state->showLoading();
    fetchJob(m_api, m_wanted, this, [this, ticket](const ApiResult<JobDetails>& answer) {
        if (ticket != m_ticket)
            return; // another job was chosen in the meantime
        if (!answer) {
            m_state->showError(answer.error());
            return;
        }
        m_details = answer.value();
        fill();
        m_state->showContent();
    });
}

void JobPane::fill()
{
    const QLocale locale;
    const Job& job = m_details->job;
    m_facts->begin(tr("Job %1").arg(job.displayId), job.name);
    m_facts->addFact(tr("State"), shownState(job.state));
    m_facts->addFact(tr("Cost"), shownMoney(job.cost, locale), "section");
    m_facts->addFact(tr("Receipt"), job.receiptId.isEmpty() ? tr("not billed yet") : job.receiptId);
    m_facts->addFact(tr("User"), job.user);
    m_facts->addFact(tr("Account"), job.account);
    m_facts->addFact(tr("Cluster"), job.cluster);
    m_facts->addFact(tr("Partition"), job.partition);
    m_facts->addFact(tr("QOS"), job.qos);
    m_facts->addFact(tr("Raw id"), job.jobId == job.displayId ? QString() : job.jobId);
    m_facts->addFact(tr("Submitted"), shownTime(job.submitAt, locale));
    m_facts->addFact(tr("Started"), job.startedAt.isValid() ? shownTime(job.startedAt, locale) : tr("never"));
    m_facts->addFact(tr("Ended"),
                     job.endedAt.isValid() ? shownTime(job.endedAt, locale) : tr("still running"));
    m_facts->addFact(tr("Elapsed"), shownDuration(job.elapsedSeconds));
    m_facts->addFact(tr("Nodes"), localized(QString::number(job.nodes), locale));
    if (m_details->explanation)
        addDerivation(*m_details->explanation);
}

void JobPane::addDerivation(const Explanation& explanation)
{
    const QLocale locale;
    m_facts->addSection(tr("How the price came about"));
    if (!explanation.isCharged)
        m_facts->addText(tr("This job is not charged: it has not ended, or it never had nodes."), "quiet");

    auto* grid = new QWidget(m_facts);
    grid->setObjectName("derivation");
    auto* layout = new QGridLayout(grid);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(8);
    layout->setVerticalSpacing(2);
    layout->setColumnStretch(0, 1);
    int row = 0;
    for (const PriceLine& line : explanation.lines) {
        QLabel* name = cell(resourceTitle(line.resource), "section", grid);
        name->setAlignment(Qt::AlignLeft);
        layout->addWidget(name, row, 0);
        layout->addWidget(cell(localized(line.amount, locale), nullptr, grid), row++, 1);
        const QString held = line.count.isEmpty() ? QString()
                                                  : QString("%1 %2 × %3\n= ")
                                                        .arg(localized(line.count, locale), line.unit,
                                                             shownDuration(m_details->job.elapsedSeconds));
        const QString seconds = QString("%1 %2-s").arg(localized(line.seconds, locale), line.unit);
        QLabel* how =
            cell(QString("%1%2 × %3 %4")
                     .arg(held, seconds, localizedShort(line.rate, 2, locale), perHour(line.resource)),
                 "quiet", grid);
        how->setAlignment(Qt::AlignLeft);
        how->setWordWrap(true);
        layout->addWidget(how, row++, 0, 1, 2);
    }
    layout->addWidget(cell(tr("Sum"), "quiet", grid), row, 0);
    layout->addWidget(cell(localized(explanation.sum, locale), nullptr, grid), row++, 1);
    for (const RuleLine& rule : explanation.rules) {
        if (!rule.applies && rule.obstacle.isEmpty())
            continue; // of what is billed it is known which rules applied, not why the others did not
        QLabel* name = cell(rule.applies ? tr("Rule “%1”").arg(rule.name)
                                         : tr("Rule “%1” does not apply: %2").arg(rule.name, obstacleText(rule.obstacle)),
                            "quiet", grid);
        name->setAlignment(Qt::AlignLeft);
        name->setWordWrap(true);
        layout->addWidget(name, row, 0, 1, rule.applies ? 1 : 2);
        if (rule.applies)
            layout->addWidget(cell(localized(rule.after, locale), nullptr, grid), row, 1);
        ++row;
    }
    layout->addWidget(cell(tr("Rounded half to even, once"), "quiet", grid), row, 0);
    layout->addWidget(cell(shownMoney(explanation.rounded, locale), "section", grid), row, 1);
    m_facts->addWidget(grid);

    m_facts->addFact(tr("Tier"), m_details->job.tier);
    m_facts->addFact(tr("Why this tier"), tierReasonText(explanation));
    m_facts->addFact(tr("Rates"), rateSourceText(explanation.rateSource));
    m_facts->addFact(tr("In force since"), shownSince(explanation.rateFrom, locale));
    m_facts->addFact(tr("Set by"), explanation.rateAuthor);
}

void JobPane::retranslate()
{
    m_facts->setAccessibleName(tr("Job"));
    if (m_details)
        fill();
}

void JobPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

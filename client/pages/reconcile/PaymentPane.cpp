// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/PaymentPane.h"

#include "client/models/format.h"
#include "client/pages/reconcile/diagnosis_text.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollBar>

using namespace std::chrono_literals;

namespace hpcbill::client
{

namespace
{

QLabel* addLabel(QGridLayout& grid, int row, int column, const QString& text, const char* kind)
{
    auto* label = new QLabel(text, grid.parentWidget());
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (kind)
        label->setProperty("kind", kind);
    grid.addWidget(label, row, column, Qt::AlignTop);
    return label;
}

/// An id of a provider can be broken anywhere: it is no word.
QString breakable(const QString& id)
{
    QString shown = id;
    for (qsizetype i = 34; i < shown.size(); i += 35)
        shown.insert(i, '\n');
    return shown;
}

} // namespace

PaymentPane::PaymentPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_facts(new FactsPane(context.theme, this))
    , m_actions(new PaymentActions(context, this))
{
    setObjectName("paymentPane");
    m_facts->setObjectName("paymentFacts");
    m_facts->begin({});
    m_state = new ViewState(context.theme, m_facts, this);
    m_state->setObjectName("paymentState");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_actions);
    connect(m_facts, &FactsPane::closeWanted, this, &PaymentPane::closeWanted);
    connect(m_state, &ViewState::retryWanted, this, &PaymentPane::ask);
    connect(m_actions, &PaymentActions::acted, this, [this] {
        ask();
        emit acted();
    });
    connect(&context.theme, &Theme::changed, this, &PaymentPane::retranslate);
    retranslate();
}

void PaymentPane::show(const QString& paymentId)
{
    if (paymentId != m_wanted) {
        m_wanted = paymentId;
        m_details.reset();
        m_actions->hide();
    }
    ask();
}

void PaymentPane::renew()
{
    if (!m_wanted.isEmpty())
        ask();
}

void PaymentPane::ask()
{
    const quint64 ticket = ++m_ticket;
    if (!m_details)
        m_state->showLoading();
    fetchPayment(m_context.api, m_wanted, this, [this, ticket](const ApiResult<PaymentDetails>& answer) {
        if (ticket != m_ticket)
            return; // another payment was chosen in the meantime, or this one asked for again
        if (!answer) {
            if (!m_details) // else what is shown stays, and what is typed
                m_state->showError(answer.error());
            return;
        }
        m_details = answer.value();
        fill();
        m_state->showContent();
        m_actions->show(m_details->about);
        m_actions->setVisible(true);
    });
}

void PaymentPane::fill()
{
    const QLocale locale;
    const StuckCase& about = m_details->about;
    const Payment& payment = about.payment;
    const int position = m_facts->verticalScrollBar()->value();
    m_facts->begin(QString("%1 · %2").arg(payment.receiptNumber, shownMoney(payment.amount, locale)),
                   payment.status == "pending" ? tr("%1 · under way for %2").arg(payment.username, shownAge(about.ageSeconds))
                                               : QString("%1 · %2").arg(payment.username, statusText(payment.status)));
    addDiagnosis();
    m_facts->addFact(tr("Provider"), payment.provider);
    m_facts->addFact(tr("Its number"), breakable(payment.externalId), "hash");
    m_facts->addFact(tr("Begun"), tr("%1 by %2").arg(shownTime(payment.createdAt, locale), payment.createdBy));
    addTimeline();
    // Where one was reading; the new content has its height after it is laid out.
    QTimer::singleShot(0ms, m_facts, [this, position] { m_facts->verticalScrollBar()->setValue(position); });
}

void PaymentPane::addDiagnosis()
{
    const QLocale locale;
    const StuckCase& about = m_details->about;
    if (about.diagnosis.isEmpty())
        return;
    auto* card = new QFrame(m_facts);
    card->setObjectName("diagnosis");
    card->setProperty("kind", "card");
    auto* grid = new QGridLayout(card);
    grid->setContentsMargins(12, 8, 12, 8);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    int row = 0;
    const auto addIcon = [&](const QString& name, const QString& token) {
        auto* icon = new QLabel(card);
        icon->setPixmap(m_context.theme.icon(name, token).pixmap(20, 20));
        grid->addWidget(icon, row, 0, Qt::AlignTop);
    };
    const auto addText = [&](const QString& name, const QString& text, const char* kind) {
        QLabel* label = addLabel(*grid, row, 1, text, kind);
        label->setObjectName(name);
        label->setWordWrap(true);
        ++row;
    };
    addIcon(diagnosisIcon(about.diagnosis), diagnosisToken(about.diagnosis));
    addText("diagnosisSentence", diagnosisSentence(about, locale), "section");
    for (const QString& line : evidenceLines(about, locale))
        addText("evidence", line, "quiet");
    if (const QString next = nextStepText(about); !next.isEmpty()) {
        addIcon("forward", "accent");
        addText("nextStep", tr("Next: %1").arg(next), nullptr);
    }
    m_facts->addWidget(card);
}

void PaymentPane::addTimeline()
{
    m_facts->addSection(tr("Timeline"));
    auto* table = new QWidget(m_facts);
    table->setObjectName("timeline");
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(2, 1);
    QDate day;
    for (const PaymentMoment& moment : std::as_const(m_details->timeline)) {
        const QDate local = moment.at.toLocalTime().date();
        if (local != day) {
            addLabel(*grid, grid->rowCount(), 0, shownDate(local, QLocale()), "quiet");
            QLayoutItem* item = grid->takeAt(grid->count() - 1);
            grid->addWidget(item->widget(), grid->rowCount() - 1, 0, 1, 4);
            delete item;
            day = local;
        }
        addMoment(*grid, *table, moment);
    }
    if (m_details->timeline.isEmpty())
        m_facts->addText(tr("Nothing is on record yet."), "quiet");
    m_facts->addWidget(table);
}

void PaymentPane::addMoment(QGridLayout& grid, QWidget& table, const PaymentMoment& moment)
{
    const QLocale locale;
    const int row = grid.rowCount();
    QLabel* time = addLabel(grid, row, 0, locale.toString(moment.at.toLocalTime(), "HH:mm:ss"), "quiet");
    time->setToolTip(rawTime(moment.at));
    if (moment.kind == "event" && (!moment.isGenuine || moment.outcome == "applied")) {
        auto* icon = new QLabel(&table);
        const bool isGood = moment.isGenuine;
        icon->setPixmap(m_context.theme.icon(isGood ? "good" : "unverified", isGood ? "good" : "bad").pixmap(16, 16));
        grid.addWidget(icon, row, 1, Qt::AlignTop);
    }
    QString text = momentText(moment, locale);
    if (!moment.reason.isEmpty())
        text += "\n“" + moment.reason + "”";
    addLabel(grid, row, 2, text, nullptr)->setWordWrap(true);
    if (moment.eventId.isEmpty())
        return;
    auto* raw = new QPushButton(tr("raw"), &table);
    raw->setObjectName("raw-" + moment.eventId);
    raw->setProperty("kind", "link");
    raw->setToolTip(tr("Shows the message as it came"));
    raw->setAccessibleName(tr("Message of %1 as it came").arg(shownTime(moment.at, locale)));
    connect(raw, &QPushButton::clicked, this, [this, id = moment.eventId] { emit rawWanted(id); });
    grid.addWidget(raw, row, 3, Qt::AlignTop);
}

void PaymentPane::retranslate()
{
    m_facts->setAccessibleName(tr("Payment"));
    if (m_details)
        fill();
}

void PaymentPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/StatementImport.h"

#include "client/models/format.h"
#include "client/pages/reconcile/statement_file.h"

#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

/// The server's own limit is a million letters.
constexpr qint64 bytesMax = 4'000'000;

/// The first column has ticks beside its words: drawn by the style, as other tables need not.
class TickDelegate final : public QStyledItemDelegate
{
public:
    TickDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const QString name = index.data(iconRole).toString();
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(16, 16);
        option->icon = m_theme.icon(name.section(':', 0, 0), name.section(':', 1));
    }

private:
    const Theme& m_theme;
};

} // namespace

StatementImport::StatementImport(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_back(new QPushButton(this))
    , m_title(new QLabel(this))
    , m_totals(new QLabel(this))
    , m_banner(new Banner(context.theme, this))
    , m_model(new StatementModel(this))
    , m_table(new TableView("statement", context.settings, this))
    , m_form(new ActionForm("statementForm", context.theme, this))
{
    setObjectName("statementImport");
    m_back->setObjectName("statementBack");
    m_back->setProperty("kind", "link");
    m_title->setObjectName("statementTitle");
    m_title->setProperty("kind", "section");
    m_title->setTextFormat(Qt::PlainText);
    m_totals->setObjectName("statementTotals");
    m_totals->setProperty("kind", "quiet");
    m_totals->setWordWrap(true);
    m_banner->setObjectName("statementBanner");
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(0, new TickDelegate(context.theme, m_table));
    m_table->setDefaultWidths({150, 55, 95, 90, 130, 90, 80, 180, 180});
    layOut();
    connect(m_back, &QPushButton::clicked, this, &StatementImport::closed);
    connect(m_state, &ViewState::retryWanted, this, &StatementImport::preview);
    connect(m_model, &StatementModel::ticksChanged, this, &StatementImport::offer);
    connect(m_form, &ActionForm::dismissed, this, &StatementImport::closed);
    connect(m_form, &ActionForm::submitted, this, &StatementImport::settle);
    retranslate();
}

void StatementImport::layOut()
{
    m_state = new ViewState(m_context.theme, m_table, this);
    m_state->setObjectName("statementState");
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_back);
    top->addWidget(m_title);
    top->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_banner);
    layout->addWidget(m_totals);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_form);
    setFocusProxy(m_table);
}

void StatementImport::askForFile()
{
    auto* dialog = new QFileDialog(this, tr("Import a bank statement"));
    dialog->setObjectName("statementFileDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Bank statements (*.csv *.txt)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &StatementImport::read);
    dialog->open();
}

void StatementImport::read(const QString& path)
{
    m_name = QFileInfo(path).fileName();
    m_csv.clear();
    m_preview.reset();
    m_model->setRows({});
    m_banner->hide();
    m_form->hide();
    m_totals->clear();
    retranslate();
    emit opened();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        m_state->showEmpty(tr("%1 cannot be read: %2").arg(m_name, file.errorString()));
        return;
    }
    if (file.size() > bytesMax) {
        m_state->showEmpty(tr("%1 is too large for a bank statement: at most 4 MB are read.").arg(m_name));
        return;
    }
    const std::optional<QString> text = statementText(file.readAll());
    if (!text) {
        m_state->showEmpty(tr("%1 is no text in UTF-8 or Windows-874. Export the statement as CSV in UTF-8, then "
                              "choose it again.")
                               .arg(m_name));
        return;
    }
    m_csv = *text;
    preview();
}

void StatementImport::preview()
{
    m_state->showLoading();
    previewStatement(m_context.api, m_name, m_csv, this, [this, name = m_name](const ApiResult<StatementPreview>& answer) {
        if (name != m_name)
            return;
        if (!answer) {
            m_state->showError(answer.error());
            return;
        }
        m_preview = answer.value();
        showPreview();
    });
}

void StatementImport::showPreview()
{
    m_model->setRows(m_preview->rows);
    if (m_preview->rows.isEmpty())
        m_state->showEmpty(tr("%1 has no rows of money that came in.").arg(m_name));
    else
        m_state->showContent();
    m_totals->setText(totalsText());
}

QString StatementImport::totalsText() const
{
    if (!m_preview)
        return {};
    QStringList parts;
    for (const StatementTotal& total : m_preview->totals) {
        parts << QString("%1: %2 · %3")
                     .arg(verdictText(total.verdict), QLocale().toString(total.rows),
                          shownMoney(total.amount, QLocale()));
    }
    return parts.join("     ");
}

FormText StatementImport::formText() const
{
    const auto count = static_cast<int>(m_model->tickedLines().size());
    return {tr("Nothing is changed yet. All ticked rows are settled at once, or none."),
            tr("Settle %n receipt(s), %1", nullptr, count).arg(shownMoney(m_model->tickedSum(), QLocale())),
            {{.id = "reason", .title = tr("Reason"), .hint = tr("For the audit log and the receipts' history")}}};
}

void StatementImport::offer()
{
    if (!m_preview || m_model->tickedLines().isEmpty()) {
        m_form->hide();
        return;
    }
    if (m_form->isVisibleTo(this))
        m_form->retitle(formText()); // what was typed stays while rows are ticked
    else
        m_form->open(formText(), {{"reason", tr("Bank statement %1").arg(m_name)}});
}

void StatementImport::settle()
{
    m_form->setBusy(true);
    const StatementOrder order{m_name, m_csv, m_preview->digest, m_model->tickedLines(), m_form->value("reason")};
    settleStatement(m_context.api, order, this, [this](const ApiResult<QList<SettledRow>>& answer) {
        if (!answer) {
            m_form->tell(answer.error());
            if (answer.error().code == "statement_changed") {
                m_tell = [this] {
                    m_banner->tell(Meaning::attention, tr("Something has changed since the preview. Nothing was settled; "
                                                          "this is how it stands now."));
                };
                m_tell();
                preview();
            }
            return;
        }
        const auto count = static_cast<int>(answer.value().size());
        const Money sum = m_model->tickedSum();
        m_tell = [this, count, sum] {
            m_banner->tell(Meaning::good,
                           tr("%n receipt(s) settled, %1.", nullptr, count).arg(shownMoney(sum, QLocale())));
        };
        m_tell();
        m_form->hide();
        preview(); // the same rows, now paid
        emit settled();
    });
}

void StatementImport::retranslate()
{
    m_back->setText(tr("‹ Back to the list"));
    m_back->setAccessibleName(m_back->text());
    m_title->setText(m_name);
    m_table->setAccessibleName(tr("Rows of the bank statement"));
    m_model->retranslate();
    m_totals->setText(totalsText());
    if (m_form->isVisibleTo(this))
        m_form->retitle(formText());
    if (m_banner->isVisibleTo(this) && m_tell)
        m_tell();
}

void StatementImport::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/FactsPane.h"

namespace hpcbill::client
{

namespace
{

QLabel* makeLabel(const QString& text, const QString& kind, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText); // names come from anybody's jobs
    label->setWordWrap(true);
    // A name without a space, as hashes are, must not push what stands beside it out of the pane.
    label->setMinimumWidth(1);
    label->setToolTip(text.size() > 30 && !text.contains(' ') ? text : QString());
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setFocusPolicy(Qt::ClickFocus);
    if (!kind.isEmpty())
        label->setProperty("kind", kind);
    return label;
}

} // namespace

FactsPane::FactsPane(Theme& theme, QWidget* parent)
    : QScrollArea(parent)
    , m_theme(theme)
{
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setProperty("kind", "pane");
}

void FactsPane::begin(const QString& title, const QString& quiet)
{
    m_body = new QWidget(this);
    m_rows = new QVBoxLayout(m_body);
    m_rows->setContentsMargins(16, 12, 16, 12);
    m_rows->setSpacing(8);
    m_rows->setAlignment(Qt::AlignTop);
    m_form = nullptr;
    auto* top = new QHBoxLayout;
    auto* close = new QPushButton(m_theme.icon("close", "quiet"), QString(), m_body);
    close->setObjectName("paneClose");
    close->setProperty("kind", "link");
    close->setAccessibleName(tr("Close the pane"));
    close->setToolTip(tr("Close the pane (Esc)"));
    connect(close, &QPushButton::clicked, this, &FactsPane::closeWanted);
    top->addWidget(makeLabel(title, "title", m_body), 1);
    top->addWidget(close, 0, Qt::AlignTop);
    m_rows->addLayout(top);
    if (!quiet.isEmpty())
        addText(quiet, "quiet");
    setWidget(m_body); // deletes the one before
}

QFormLayout* FactsPane::form()
{
    if (!m_form) {
        m_form = new QFormLayout;
        m_form->setHorizontalSpacing(12);
        m_form->setVerticalSpacing(4);
        m_form->setLabelAlignment(Qt::AlignLeft);
        m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
        m_rows->addLayout(m_form);
    }
    return m_form;
}

void FactsPane::addSection(const QString& title)
{
    m_rows->addSpacing(8);
    addText(title, "section");
}

void FactsPane::addFact(const QString& name, const QString& value, const QString& kind)
{
    if (value.isEmpty())
        return;
    QLabel* label = makeLabel(name, "quiet", m_body);
    label->setWordWrap(false);
    QLabel* shown = makeLabel(value, kind, m_body);
    shown->setAccessibleName(name);
    form()->addRow(label, shown);
}

QLabel* FactsPane::addText(const QString& text, const QString& kind)
{
    m_form = nullptr;
    QLabel* label = makeLabel(text, kind, m_body);
    m_rows->addWidget(label);
    return label;
}

void FactsPane::addWidget(QWidget* widget)
{
    m_form = nullptr;
    m_rows->addWidget(widget);
}

QString FactsPane::plainText() const
{
    QStringList texts;
    const QList<QLabel*> labels = m_body ? m_body->findChildren<QLabel*>() : QList<QLabel*>();
    for (const QLabel* label : labels)
        texts << label->text();
    return texts.join('\n');
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/ActionForm.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

constexpr int textMax = 500;
constexpr int tickColumns = 2;

bool isSecret(const FormField& field)
{
    return field.kind == FormField::Kind::secret || field.kind == FormField::Kind::password;
}

} // namespace

ActionForm::ActionForm(const QString& name, Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_lead(new QLabel(this))
    , m_banner(new Banner(theme, this))
    , m_place(new QGridLayout)
    , m_submit(new QPushButton(this))
    , m_dismiss(new QPushButton(this))
{
    setObjectName(name);
    setProperty("kind", "card");
    m_lead->setObjectName(name + "-lead");
    m_lead->setWordWrap(true);
    m_lead->setTextFormat(Qt::PlainText);
    m_banner->setObjectName(name + "-banner");
    m_submit->setObjectName(name + "-submit");
    m_submit->setProperty("kind", "primary");
    m_dismiss->setObjectName(name + "-dismiss");
    m_place->setContentsMargins(0, 0, 0, 0);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_submit);
    buttons->addWidget(m_dismiss);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_lead);
    layout->addWidget(m_banner);
    layout->addLayout(m_place);
    layout->addLayout(buttons);
    hide();
    connect(m_submit, &QPushButton::clicked, this, &ActionForm::submit);
    connect(m_dismiss, &QPushButton::clicked, this, &ActionForm::dismissed);
}

void ActionForm::open(const FormText& text, const QVariantMap& atFirst, const QString& key)
{
    m_isBusy = false;
    m_isOpening = true;
    m_key = key;
    m_banner->hide();
    makeFields(text.fields);
    fill(atFirst);
    m_untouched = typed();
    fill(m_kept.value(key));
    retitle(text);
    m_isOpening = false;
    show();
    setFocusProxy(m_parts.isEmpty() ? static_cast<QWidget*>(m_dismiss) : m_parts.first().input);
    if (!m_parts.isEmpty())
        m_parts.first().input->setFocus();
    else
        m_dismiss->setFocus(); // what is grave is not done by a second Enter
}

void ActionForm::finish()
{
    m_kept.remove(m_key);
    m_key.clear();
    hide();
}

void ActionForm::makeFields(const QList<FormField>& fields)
{
    delete m_body;
    m_parts.clear();
    m_body = new QWidget(this);
    auto* grid = new QGridLayout(m_body);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    for (const FormField& field : fields) {
        Part part{field, new QLabel(m_body), makeInput(field, m_body), new QLabel(m_body)};
        part.input->setObjectName(objectName() + '-' + field.id);
        part.title->setBuddy(part.input);
        part.fault->setObjectName(objectName() + "-fault-" + field.id);
        part.fault->setProperty("kind", "bad");
        part.fault->setWordWrap(true);
        part.fault->hide();
        const int row = grid->rowCount();
        grid->addWidget(part.title, row, 0, field.kind == FormField::Kind::ticks ? Qt::AlignTop : Qt::AlignVCenter);
        grid->addWidget(part.input, row, 1);
        grid->addWidget(part.fault, row + 1, 1);
        m_parts.append(part);
    }
    m_place->addWidget(m_body, 0, 0);
}

QWidget* ActionForm::makeInput(const FormField& field, QWidget* parent)
{
    switch (field.kind) {
    case FormField::Kind::choice: {
        auto* box = new QComboBox(parent);
        for (const auto& [code, title] : field.choices)
            box->addItem(title, code);
        connect(box, &QComboBox::currentIndexChanged, this, &ActionForm::check);
        return box;
    }
    case FormField::Kind::ticks: {
        auto* box = new QWidget(parent);
        auto* grid = new QGridLayout(box);
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setVerticalSpacing(4);
        for (int i = 0; i < field.choices.size(); ++i) {
            auto* tick = new QCheckBox(box);
            tick->setObjectName(objectName() + "-tick-" + field.choices.at(i).first);
            tick->setProperty("code", field.choices.at(i).first);
            connect(tick, &QCheckBox::toggled, this, &ActionForm::check);
            grid->addWidget(tick, i / tickColumns, i % tickColumns);
        }
        return box;
    }
    case FormField::Kind::text:
    case FormField::Kind::secret:
    case FormField::Kind::password:
        break;
    }
    auto* line = new QLineEdit(parent);
    line->setMaxLength(textMax);
    if (isSecret(field))
        line->setEchoMode(QLineEdit::Password);
    connect(line, &QLineEdit::textChanged, this, &ActionForm::check);
    connect(line, &QLineEdit::returnPressed, this, &ActionForm::submit);
    return line;
}

void ActionForm::fill(const QVariantMap& typed)
{
    for (const Part& part : std::as_const(m_parts)) {
        if (!typed.contains(part.field.id))
            continue;
        const QString value = typed[part.field.id].toString();
        if (auto* line = qobject_cast<QLineEdit*>(part.input))
            line->setText(value);
        else if (auto* box = qobject_cast<QComboBox*>(part.input))
            box->setCurrentIndex(std::max(0, box->findData(value)));
        const QStringList codes = value.split(',', Qt::SkipEmptyParts);
        const QList<QCheckBox*> ticks = part.input->findChildren<QCheckBox*>();
        for (QCheckBox* tick : ticks)
            tick->setChecked(codes.contains(tick->property("code").toString()));
    }
}

void ActionForm::retitle(const FormText& text)
{
    m_lead->setText(text.lead);
    m_lead->setVisible(!text.lead.isEmpty());
    setStyleProperty(m_lead, "kind", text.isGrave ? "bad" : "plain");
    setAccessibleName(text.submit);
    m_submit->setText(text.submit);
    m_submit->setAccessibleName(text.submit);
    setStyleProperty(m_submit, "kind", text.isGrave ? "grave" : "primary");
    m_dismiss->setText(tr("Not now"));
    m_dismiss->setToolTip(tr("Closes this (Esc); what was typed is kept"));
    for (qsizetype i = 0; i < m_parts.size() && i < text.fields.size(); ++i) {
        const FormField& field = text.fields.at(i);
        const Part& part = m_parts.at(i);
        part.title->setText(field.title);
        part.input->setAccessibleName(field.title);
        if (auto* line = qobject_cast<QLineEdit*>(part.input))
            line->setPlaceholderText(field.hint);
        else
            part.input->setToolTip(field.hint);
        const QList<QCheckBox*> ticks = part.input->findChildren<QCheckBox*>();
        for (qsizetype j = 0; j < field.choices.size(); ++j) {
            const QString title = field.choices.at(j).second;
            if (auto* box = qobject_cast<QComboBox*>(part.input))
                box->setItemText(static_cast<int>(j), title);
            if (j < ticks.size())
                ticks.at(j)->setText(title);
        }
    }
    check();
}

QString ActionForm::valueOf(const Part& part) const
{
    if (const auto* line = qobject_cast<QLineEdit*>(part.input))
        return part.field.kind == FormField::Kind::password ? line->text() : line->text().trimmed();
    if (const auto* box = qobject_cast<QComboBox*>(part.input))
        return box->currentData().toString();
    QStringList codes;
    const QList<QCheckBox*> ticks = part.input->findChildren<QCheckBox*>();
    for (const QCheckBox* tick : ticks) {
        if (tick->isChecked())
            codes << tick->property("code").toString();
    }
    return codes.join(',');
}

QString ActionForm::value(const QString& field) const
{
    for (const Part& part : m_parts) {
        if (part.field.id == field)
            return valueOf(part);
    }
    return {};
}

QStringList ActionForm::ticked(const QString& field) const
{
    return value(field).split(',', Qt::SkipEmptyParts);
}

QVariantMap ActionForm::typed() const
{
    QVariantMap all;
    for (const Part& part : m_parts)
        all[part.field.id] = valueOf(part);
    return all;
}

bool ActionForm::isTouched() const
{
    return typed() != m_untouched;
}

void ActionForm::check()
{
    bool isReady = !m_isBusy;
    for (const Part& part : std::as_const(m_parts)) {
        isReady = isReady && (!part.field.isRequired || !valueOf(part).isEmpty());
        part.fault->hide();
        setStyleProperty(part.input, "fault", false);
    }
    m_submit->setEnabled(isReady);
    m_submit->setToolTip(isReady || m_isBusy ? QString() : tr("Something is still missing above"));
    if (!m_key.isEmpty() && !m_isOpening) {
        QVariantMap kept = typed();
        for (const Part& part : std::as_const(m_parts)) {
            if (isSecret(part.field))
                kept.remove(part.field.id);
        }
        if (isTouched())
            m_kept[m_key] = kept;
        else
            m_kept.remove(m_key);
    }
    emit edited();
}

void ActionForm::forgetSecrets()
{
    const QVariantMap kept = m_kept.value(m_key);
    for (const Part& part : std::as_const(m_parts)) {
        auto* line = qobject_cast<QLineEdit*>(part.input);
        if (line && isSecret(part.field))
            line->clear();
    }
    if (!kept.isEmpty())
        m_kept[m_key] = kept;
}

void ActionForm::hideEvent(QHideEvent* event)
{
    if (isHidden()) // and not only the page around it
        forgetSecrets();
    QFrame::hideEvent(event);
}

void ActionForm::submit()
{
    if (!m_submit->isEnabled())
        return;
    m_banner->hide();
    emit submitted();
}

void ActionForm::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    // A button that is disabled hands the keyboard to the next one, and that one dismisses.
    if (isBusy && m_submit->hasFocus() && !m_parts.isEmpty())
        m_parts.last().input->setFocus();
    check();
}

void ActionForm::tell(const ApiError& error)
{
    setBusy(false);
    m_banner->tell(error);
    for (const Part& part : std::as_const(m_parts)) {
        const QString detail = error.detailOf(part.field.id);
        if (detail.isEmpty())
            continue;
        part.fault->setText(detail);
        part.fault->show();
        setStyleProperty(part.input, "fault", true);
    }
}

void ActionForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        emit dismissed();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/AuditPane.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

#include <QEvent>
#include <QGridLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

/// A value of the details as it is read by a human.
QString shownValue(const QJsonValue& value)
{
    if (value.isUndefined())
        return QStringLiteral("–");
    if (value.isString())
        return value.toString();
    if (value.isNull())
        return QStringLiteral("null");
    if (value.isBool())
        return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    if (value.isDouble())
        return QString::number(value.toInteger());
    const QJsonDocument document =
        value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Indented)).trimmed();
}

/// A hash can be broken anywhere: it is no word.
QString breakable(const QString& hash)
{
    QString shown = hash;
    for (qsizetype i = 32; i < shown.size(); i += 33)
        shown.insert(i, '\n');
    return shown;
}

} // namespace

AuditPane::AuditPane(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_facts(new FactsPane(theme, this))
{
    setObjectName("auditPane");
    m_facts->setObjectName("auditFacts");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_facts);
    connect(m_facts, &FactsPane::closeWanted, this, &AuditPane::closeWanted);
    connect(&theme, &Theme::changed, this, [this] {
        if (m_record)
            fill();
    });
}

void AuditPane::show(const AuditRecord& record)
{
    m_record = record;
    fill();
}

void AuditPane::fill()
{
    const QLocale locale;
    const AuditRecord& record = *m_record;
    m_facts->setAccessibleName(tr("Audit record"));
    m_facts->begin(tr("Record %1").arg(localized(QString::number(record.seq), locale)), record.action);
    m_facts->addFact(tr("Time"), shownTime(record.at, locale));
    m_facts->addFact(tr("Who"), record.actorRole.isEmpty()
                                    ? record.actor
                                    : QString("%1 (%2)").arg(record.actor, record.actorRole));
    m_facts->addFact(tr("Of what"), QString("%1 %2").arg(record.targetType, record.targetId).trimmed());
    m_facts->addFact(tr("Outcome"), record.outcome);
    m_facts->addFact(tr("From"), record.address);
    m_facts->addFact(tr("Request"), record.requestId);
    addDetails(record.details);
    m_facts->addSection(tr("Hashes"));
    m_facts->addFact(tr("Before"), breakable(record.prevHash), "hash");
    m_facts->addFact(tr("Leaf"), breakable(record.leafHash), "hash");
    m_facts->addFact(tr("Chain"), breakable(record.hash), "hash");
}

void AuditPane::addDetails(const QJsonObject& details)
{
    if (details.isEmpty())
        return;
    const QJsonValue before = details["before"];
    const QJsonValue after = details["after"];
    if (before.isObject() || after.isObject())
        addChanges(before.toObject(), after.toObject());
    QJsonObject others = details;
    if (before.isObject() || before.isNull())
        others.remove("before");
    if (after.isObject() || after.isNull())
        others.remove("after");
    if (others.isEmpty())
        return;
    m_facts->addSection(tr("Details"));
    for (auto detail = others.begin(); detail != others.end(); ++detail) {
        m_facts->addFact(detail.key(), shownValue(detail.value()));
    }
}

void AuditPane::addChanges(const QJsonObject& before, const QJsonObject& after)
{
    QStringList names = before.keys() + after.keys();
    names.removeDuplicates();
    names.sort();
    m_facts->addSection(tr("What changed"));
    auto* table = new QWidget(m_facts);
    table->setObjectName("auditChanges");
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    int row = 0;
    const auto add = [&](int column, const QString& text, const char* kind) {
        auto* label = new QLabel(text, table);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(column > 0);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setProperty("kind", kind);
        grid->addWidget(label, row, column, Qt::AlignTop);
    };
    add(1, tr("before"), "quiet");
    add(2, tr("after"), "quiet");
    for (const QString& name : std::as_const(names)) {
        ++row;
        const bool isChanged = before[name] != after[name];
        add(0, name, "quiet");
        add(1, shownValue(before[name]), isChanged ? "bad" : "quiet");
        add(2, isChanged ? "→ " + shownValue(after[name]) : shownValue(after[name]),
            isChanged ? "good" : "quiet");
    }
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    m_facts->addWidget(table);
}

void AuditPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange && m_record)
        fill();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

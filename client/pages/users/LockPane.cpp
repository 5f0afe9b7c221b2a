// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/users/LockPane.h"

#include "client/models/decimal.h"
#include "client/models/format.h"

#include <QEvent>
#include <QVBoxLayout>

namespace hpcbill::client
{

LockPane::LockPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_facts(new FactsPane(context.theme, this))
    , m_unlock(new QPushButton(this))
    , m_form(new ActionForm("lockForm", context.theme, this))
{
    setObjectName("lockPane");
    m_facts->setObjectName("lockFacts");
    m_facts->begin({});
    m_unlock->setObjectName("lockUnlock");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_facts, 1);
    layout->addWidget(m_unlock, 0, Qt::AlignLeft);
    layout->addWidget(m_form);
    connect(m_facts, &FactsPane::closeWanted, this, &LockPane::closeWanted);
    connect(m_unlock, &QPushButton::clicked, this, [this] { m_form->open(formText(), {}, id()); });
    connect(m_form, &ActionForm::dismissed, this, [this] {
        m_form->hide();
        m_unlock->setFocus();
    });
    connect(m_form, &ActionForm::submitted, this, &LockPane::submit);
    connect(&context.theme, &Theme::changed, this, &LockPane::retranslate);
    retranslate();
}

void LockPane::show(const AuthLock& lock)
{
    if (lock.id != id())
        m_form->hide();
    m_lock = lock;
    retranslate();
}

FormText LockPane::formText() const
{
    return {tr("%1 may try again from %2 at once. Be sure that it is really them: somebody may be guessing the password.")
                .arg(m_lock->username, m_lock->address),
            tr("Unlock %1").arg(m_lock->username),
            {{.id = "reason", .title = tr("Reason"), .hint = tr("Called from the office; goes on record")}}};
}

void LockPane::submit()
{
    m_form->setBusy(true);
    const QString name = m_lock->username;
    unlock(m_context.api, m_lock->id, m_form->value("reason"), this, [this, name](const ApiResult<RawAnswer>& answer) {
        if (!answer && answer.error().kind != ApiError::Kind::notFound) {
            m_form->tell(answer.error());
            return;
        }
        m_form->finish();
        const bool wasOver = !answer;
        emit unlocked([name, wasOver] {
            return wasOver ? tr("%1 was not locked any more.").arg(name) : tr("%1 may try again.").arg(name);
        });
    });
}

void LockPane::retranslate()
{
    m_facts->setAccessibleName(tr("Lock"));
    m_unlock->setText(tr("Unlock…"));
    m_unlock->setAccessibleName(m_unlock->text());
    if (!m_lock)
        return;
    const QLocale locale;
    m_facts->begin(m_lock->username, tr("locked after too many wrong passwords"));
    m_facts->addFact(tr("From"), m_lock->address);
    m_facts->addFact(tr("Wrong passwords"), localized(QString::number(m_lock->failures), locale));
    m_facts->addFact(tr("Locked until"), shownTime(m_lock->lockedUntil, locale));
    if (m_form->isVisible())
        m_form->retitle(formText());
}

void LockPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

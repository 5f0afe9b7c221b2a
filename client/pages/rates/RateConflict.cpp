// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/RateConflict.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/rates/rate_text.h"

#include <QEvent>
#include <QGridLayout>
#include <QRadioButton>
#include <QVBoxLayout>

namespace hpcbill::client
{

namespace
{

enum Choice { theirsChoice, mineChoice };

} // namespace

RateConflict::RateConflict(QWidget* parent)
    : QWidget(parent)
{
    setObjectName("rateConflict");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
}

void RateConflict::show(const RateFigures& was, const RateVersion& theirs, const RateFigures& mine)
{
    m_was = was;
    m_theirs = theirs;
    m_mine = mine;
    for (QButtonGroup* choice : std::as_const(m_choices))
        delete choice;
    m_choices.clear();
    build();
}

void RateConflict::build()
{
    const QLocale locale;
    // Choices that were made survive a change of language.
    QList<int> before;
    for (const QButtonGroup* choice : std::as_const(m_choices))
        before << choice->checkedId();
    qDeleteAll(m_choices);
    m_choices.clear();
    delete m_body;
    m_body = new QWidget(this);
    layout()->addWidget(m_body);
    auto* grid = new QGridLayout(m_body);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    const QString titles[] = {{}, tr("Was"), tr("Theirs"), tr("Mine")};
    for (int column = 0; column < 4; ++column) {
        auto* title = new QLabel(titles[column], m_body);
        title->setProperty("kind", "quiet");
        grid->addWidget(title, 0, column);
    }
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const RateField& field = rateFields[i];
        const int row = static_cast<int>(i) + 1;
        const QString was = m_was.*field.figure;
        const QString theirs = m_theirs.figures.*field.figure;
        const QString mine = m_mine.*field.figure;
        auto* title = new QLabel(rateFieldTitle(field.name), m_body);
        auto* choice = new QButtonGroup(this);
        const auto add = [&](Choice id, const QString& figure, const QString& whose) {
            auto* button = new QRadioButton(localizedShort(figure, 2, locale), m_body);
            button->setObjectName(QString("conflict-%1-%2").arg(QLatin1String(field.name), whose));
            button->setAccessibleName(
                QString("%1: %2 %3").arg(title->text(), titles[id == theirsChoice ? 2 : 3], button->text()));
            choice->addButton(button, id);
            grid->addWidget(button, row, id == theirsChoice ? 2 : 3);
        };
        grid->addWidget(title, row, 0);
        grid->addWidget(new QLabel(localizedShort(was, 2, locale), m_body), row, 1);
        add(theirsChoice, theirs, "theirs");
        add(mineChoice, mine, "mine");
        const bool didThey = !isSameRate(was, theirs);
        const bool didI = !isSameRate(was, mine);
        if (static_cast<qsizetype>(i) < before.size() && before.at(static_cast<qsizetype>(i)) >= 0) {
            choice->button(before.at(static_cast<qsizetype>(i)))->setChecked(true);
        } else if (isSameRate(theirs, mine) || !didI) {
            choice->button(theirsChoice)->setChecked(true);
        } else if (!didThey) {
            choice->button(mineChoice)->setChecked(true);
        }
        connect(choice, &QButtonGroup::idClicked, this, &RateConflict::choiceChanged);
        m_choices.append(choice);
    }
    m_body->show();
}

std::optional<RateFigures> RateConflict::chosen() const
{
    RateFigures figures;
    for (std::size_t i = 0; i < rateFields.size(); ++i) {
        const int choice = m_choices.value(static_cast<qsizetype>(i))->checkedId();
        if (choice < 0)
            return std::nullopt;
        const RateFigures& source = choice == theirsChoice ? m_theirs.figures : m_mine;
        figures.*rateFields[i].figure = source.*rateFields[i].figure;
    }
    return figures;
}

void RateConflict::focusUndecided()
{
    for (const QButtonGroup* choice : std::as_const(m_choices)) {
        if (choice->checkedId() >= 0)
            continue;
        choice->button(mineChoice)->setFocus();
        return;
    }
    m_choices.first()->checkedButton()->setFocus();
}

void RateConflict::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange && m_body)
        build();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client

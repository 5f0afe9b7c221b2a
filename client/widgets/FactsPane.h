// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Theme.h"

#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace hpcbill::client
{

/// The pane beside a table: a title with a button to close it, facts as name and value, free text; every
/// value can be selected and copied.
class FactsPane final : public QScrollArea
{
    Q_OBJECT

public:
    explicit FactsPane(Theme& theme, QWidget* parent = nullptr);

    /// Empties the pane for the next subject.
    void begin(const QString& title, const QString& quiet = {});
    void addSection(const QString& title);
    /// A fact with an empty value is left out.
    void addFact(const QString& name, const QString& value, const QString& kind = {});
    QLabel* addText(const QString& text, const QString& kind = {});
    void addWidget(QWidget* widget);
    /// All that is shown, as plain text: for tests and screen readers.
    [[nodiscard]] QString plainText() const;

signals:
    void closeWanted();

private:
    QFormLayout* form();

    Theme& m_theme;
    QWidget* m_body = nullptr;
    QVBoxLayout* m_rows = nullptr;
    QFormLayout* m_form = nullptr;
};

} // namespace hpcbill::client

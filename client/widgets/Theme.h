// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QHash>
#include <QIcon>
#include <QObject>

namespace hpcbill::client
{

/// The colours of the program by meaning, and its icons in them; read from resources/themes.
class Theme final : public QObject
{
    Q_OBJECT

public:
    enum class Kind { light, dark };

    explicit Theme(Kind kind, QObject* parent = nullptr);

    [[nodiscard]] Kind kind() const { return m_kind; }
    /// Changes colours of the whole application at once.
    void choose(Kind kind);
    /// Fonts, style, palette and style sheet of the application: once at the start.
    void dress();

    /// The colour of a token of light.json and dark.json.
    [[nodiscard]] QColor color(const QString& token) const;
    /// The colour of the n-th series of a chart.
    [[nodiscard]] QColor series(int n) const;
    /// An icon of resources/icons, its lines in the colour of the token.
    [[nodiscard]] QIcon icon(const QString& name, const QString& token = "text") const;

signals:
    void changed();

private:
    void readTokens();
    void applyColors();

    Kind m_kind;
    QHash<QString, QColor> m_colors;
    QList<QColor> m_series;
};

} // namespace hpcbill::client

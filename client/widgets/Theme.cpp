// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/Theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QPalette>
#include <QStyleFactory>
#include <QSvgRenderer>

namespace hpcbill::client
{

namespace
{

QByteArray resource(const QString& path)
{
    QFile file(":/" + path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("resource %s is missing", qPrintable(path));
    return file.readAll();
}

} // namespace

Theme::Theme(Kind kind, QObject* parent)
    : QObject(parent)
    , m_kind(kind)
{
    readTokens();
}

void Theme::readTokens()
{
    const QString name = m_kind == Kind::dark ? "dark" : "light";
    const QJsonObject tokens = QJsonDocument::fromJson(resource("themes/" + name + ".json")).object();
    m_colors.clear();
    m_series.clear();
    for (auto token = tokens.begin(); token != tokens.end(); ++token) {
        if (token->isString())
            m_colors.insert(token.key(), QColor(token->toString()));
    }
    const QJsonArray series = tokens["series"].toArray();
    for (const QJsonValue& colour : series)
        m_series.append(QColor(colour.toString()));
}

QColor Theme::color(const QString& token) const
{
    Q_ASSERT(m_colors.contains(token));
    return m_colors.value(token);
}

QColor Theme::series(int n) const
{
    return m_series.at(n % m_series.size());
}

QIcon Theme::icon(const QString& name, const QString& token) const
{
    QByteArray drawing = resource("icons/" + name + ".svg");
    drawing.replace("currentColor", color(token).name().toLatin1());
    QSvgRenderer renderer(drawing);
    QIcon icon;
    for (const int size : {16, 20, 32, 40, 64}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        icon.addPixmap(pixmap);
    }
    return icon;
}

void Theme::choose(Kind kind)
{
    if (kind == m_kind)
        return;
    m_kind = kind;
    readTokens();
    applyColors();
    emit changed();
}

void Theme::dress()
{
    for (const char* face :
         {"NotoSans-Regular", "NotoSans-Bold", "NotoSansThai-Regular", "NotoSansThai-Bold"}) {
        QFontDatabase::addApplicationFont(QString(":/fonts/%1.ttf").arg(face));
    }
    QFont font;
    font.setFamilies({"Noto Sans", "Noto Sans Thai"});
    font.setPointSizeF(9.5);
    QApplication::setFont(font);
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    applyColors();
}

void Theme::applyColors()
{
    QPalette palette;
    palette.setColor(QPalette::Window, color("surface"));
    palette.setColor(QPalette::Base, color("raised"));
    palette.setColor(QPalette::AlternateBase, color("surface"));
    palette.setColor(QPalette::Button, color("raised"));
    palette.setColor(QPalette::ToolTipBase, color("raised"));
    palette.setColor(QPalette::Highlight, color("accent"));
    palette.setColor(QPalette::HighlightedText, color("onAccent"));
    palette.setColor(QPalette::Link, color("accent"));
    palette.setColor(QPalette::PlaceholderText, color("quiet"));
    palette.setColor(QPalette::Mid, color("line"));
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, color("text"));
        palette.setColor(QPalette::Disabled, role, color("quiet"));
    }
    QApplication::setPalette(palette);

    QString sheet = QString::fromUtf8(resource("themes/base.qss"));
    QStringList names = m_colors.keys();
    // The longest first: @good must not eat the beginning of @goodGround.
    std::sort(names.begin(), names.end(),
              [](const QString& a, const QString& b) { return a.size() > b.size(); });
    for (const QString& name : names)
        sheet.replace('@' + name, m_colors.value(name).name());
    qApp->setStyleSheet(sheet);
}

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/rates/rate_text.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "common/money/rate.h"

namespace hpcbill::client
{

namespace
{

Column<RateVersion> figureColumn(const char* title, const RateField& field)
{
    return {field.name, title, true,
            [figure = field.figure](const RateVersion& version, const QLocale& locale) {
                return localized(version.figures.*figure, locale);
            },
            [figure = field.figure](const RateVersion& version) { return version.figures.*figure; }};
}

Column<RateVersion> textColumn(const char* id, const char* title, QString RateVersion::* field)
{
    return {id, title, false, [field](const RateVersion& version, const QLocale&) { return version.*field; },
            [field](const RateVersion& version) { return version.*field; }};
}

} // namespace

QString rateFieldTitle(const char* field)
{
    const QLatin1String name(field);
    if (name == QLatin1String("cpu"))
        return QCoreApplication::translate("rates", "CPU");
    if (name == QLatin1String("gpu"))
        return QCoreApplication::translate("rates", "GPU");
    return QCoreApplication::translate("rates", "Memory");
}

QString rateFieldUnit(const char* field)
{
    const QLatin1String name(field);
    if (name == QLatin1String("cpu"))
        return QCoreApplication::translate("rates", "per core-hour");
    if (name == QLatin1String("gpu"))
        return QCoreApplication::translate("rates", "per GPU-hour");
    return QCoreApplication::translate("rates", "per GiB-hour");
}

bool isRate(const QString& decimal)
{
    return parseRate(decimal.toStdString()).ok();
}

QString rateDifference(const QString& was, const QString& will, const QLocale& locale)
{
    const auto before = parseRate(was.toStdString());
    const auto after = parseRate(will.toStdString());
    if (!before || !after || *before == *after)
        return {};
    const bool isMore = *after > *before;
    const std::int64_t difference = after->microPerHour() - before->microPerHour();
    const QString size =
        QString::fromStdString(toDecimal(Rate::fromMicro(isMore ? difference : -difference)));
    return (isMore ? QString("+") : locale.negativeSign()) + localizedShort(size, 2, locale);
}

bool isSameRate(const QString& a, const QString& b)
{
    return compareDecimals(a, b) == 0;
}

std::vector<Column<RateVersion>> historyColumns()
{
    return {
        {"effective_from", QT_TRANSLATE_NOOP("columns", "In force from"), false,
         [](const RateVersion& version, const QLocale& locale) {
             return shownSince(version.effectiveFrom, locale);
         },
         [](const RateVersion& version) { return rawTime(version.effectiveFrom); }},
        figureColumn(QT_TRANSLATE_NOOP("columns", "CPU core-h"), rateFields[0]),
        figureColumn(QT_TRANSLATE_NOOP("columns", "GPU-h"), rateFields[1]),
        figureColumn(QT_TRANSLATE_NOOP("columns", "Memory GiB-h"), rateFields[2]),
        textColumn("currency", QT_TRANSLATE_NOOP("columns", "Currency"), &RateVersion::currency),
        textColumn("author", QT_TRANSLATE_NOOP("columns", "By"), &RateVersion::author),
        textColumn("reason", QT_TRANSLATE_NOOP("columns", "Reason"), &RateVersion::reason),
    };
}

} // namespace hpcbill::client

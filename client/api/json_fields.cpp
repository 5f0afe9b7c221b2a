// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/json_fields.h"

#include <QJsonDocument>

namespace hpcbill::client
{

JsonFields::JsonFields(QJsonObject object, QString path)
    : m_object(std::move(object))
    , m_path(std::move(path))
{
}

QString JsonFields::place(const QString& name) const
{
    return m_path.isEmpty() ? name : m_path + '.' + name;
}

QString JsonFields::text(const QString& name) const
{
    const QJsonValue value = m_object.value(name);
    if (!value.isString())
        throw UnexpectedAnswer(place(name));
    return value.toString();
}

QString JsonFields::textOrEmpty(const QString& name) const
{
    return has(name) ? text(name) : QString();
}

bool JsonFields::flag(const QString& name) const
{
    const QJsonValue value = m_object.value(name);
    if (!value.isBool())
        throw UnexpectedAnswer(place(name));
    return value.toBool();
}

qint64 JsonFields::integer(const QString& name) const
{
    const QJsonValue value = m_object.value(name);
    // Two fallbacks that differ tell a whole number from a fraction, which Qt turns into its fallback.
    if (!value.isDouble() || value.toInteger(0) != value.toInteger(1))
        throw UnexpectedAnswer(place(name));
    return value.toInteger();
}

QString JsonFields::decimal(const QString& name) const
{
    return m_object.value(name).isString() ? text(name) : QString::number(integer(name));
}

Money JsonFields::money(const QString& name) const
{
    const JsonFields fields = object(name);
    return {fields.text("amount"), fields.text("currency")};
}

QDateTime JsonFields::time(const QString& name) const
{
    const QDateTime moment = QDateTime::fromString(text(name), Qt::ISODateWithMs);
    if (!moment.isValid())
        throw UnexpectedAnswer(place(name));
    return moment.toUTC();
}

QDateTime JsonFields::timeOrNone(const QString& name) const
{
    return has(name) ? time(name) : QDateTime();
}

JsonFields JsonFields::object(const QString& name) const
{
    const QJsonValue value = m_object.value(name);
    if (!value.isObject())
        throw UnexpectedAnswer(place(name));
    return JsonFields(value.toObject(), place(name));
}

QJsonArray JsonFields::array(const QString& name) const
{
    const QJsonValue value = m_object.value(name);
    if (!value.isArray())
        throw UnexpectedAnswer(place(name));
    return value.toArray();
}

bool JsonFields::has(const QString& name) const
{
    const QJsonValue value = m_object.value(name);
    return !value.isUndefined() && !value.isNull();
}

JsonFields readObject(const QByteArray& body)
{
    QJsonParseError fault;
    const QJsonDocument document = QJsonDocument::fromJson(body, &fault);
    if (!document.isObject())
        throw UnexpectedAnswer(QString("JSON: %1").arg(fault.errorString()));
    return JsonFields(document.object());
}

} // namespace hpcbill::client

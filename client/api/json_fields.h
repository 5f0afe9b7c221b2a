// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/api_result.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

#include <stdexcept>

namespace hpcbill::client
{

/// An answer that breaks the contract; thrown while reading, becomes ApiError::Kind::unexpected in
/// RestClient.
class UnexpectedAnswer final : public std::runtime_error
{
public:
    explicit UnexpectedAnswer(const QString& what)
        : std::runtime_error(what.toStdString())
    {
    }
};

/// An amount as the server sent it. It is shown, compared and copied as text and never becomes a number.
struct Money {
    QString amount;
    QString currency;
};

/// Reads the members of one JSON object strictly: what is missing or of another type throws UnexpectedAnswer.
class JsonFields final
{
public:
    explicit JsonFields(QJsonObject object, QString path = {});

    [[nodiscard]] QString text(const QString& name) const;
    /// Empty where the member is null or absent.
    [[nodiscard]] QString textOrEmpty(const QString& name) const;
    [[nodiscard]] bool flag(const QString& name) const;
    [[nodiscard]] qint64 integer(const QString& name) const;
    /// An exact decimal: text, or an integer where the server counts.
    [[nodiscard]] QString decimal(const QString& name) const;
    [[nodiscard]] Money money(const QString& name) const;
    /// RFC 3339, in UTC.
    [[nodiscard]] QDateTime time(const QString& name) const;
    /// Invalid where the member is null or absent.
    [[nodiscard]] QDateTime timeOrNone(const QString& name) const;
    [[nodiscard]] JsonFields object(const QString& name) const;
    [[nodiscard]] QJsonArray array(const QString& name) const;
    /// True where there is a member that is not null.
    [[nodiscard]] bool has(const QString& name) const;
    [[nodiscard]] const QJsonObject& raw() const { return m_object; }

private:
    [[nodiscard]] QString place(const QString& name) const;

    QJsonObject m_object;
    QString m_path;
};

/// The whole body as an object; throws UnexpectedAnswer.
JsonFields readObject(const QByteArray& body);

/// A list of the contract, `{"items":[…],"next_cursor":…}`, its items read by `readItem(JsonFields)`.
template <typename T, typename ReadItem>
ListPage<T> readList(const QByteArray& body, ReadItem readItem)
{
    const JsonFields list = readObject(body);
    ListPage<T> page;
    const QJsonArray items = list.array("items");
    page.items.reserve(items.size());
    for (qsizetype i = 0; i < items.size(); ++i) {
        page.items.append(readItem(JsonFields(items.at(i).toObject(), QString("items[%1]").arg(i))));
    }
    if (list.has("next_cursor"))
        page.nextCursor = list.text("next_cursor");
    return page;
}

} // namespace hpcbill::client

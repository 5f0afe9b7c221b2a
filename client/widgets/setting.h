// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSettings>

namespace hpcbill::client
{

/// A remembered setting: its key and default, as a constant beside its use; the store is handed in by `app`.
template <typename T>
struct Setting {
    const char* key;
    T fallback;

    [[nodiscard]] T read(const QSettings& store) const
    {
        return store.value(QLatin1String(key), QVariant::fromValue(fallback)).template value<T>();
    }
    void write(QSettings& store, const T& value) const
    {
        store.setValue(QLatin1String(key), QVariant::fromValue(value));
    }
};

} // namespace hpcbill::client

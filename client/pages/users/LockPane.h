// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/users/users_api.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/FactsPane.h"

namespace hpcbill::client
{

/// One lock: who may not try from where, until when; and the way to take it off.
class LockPane final : public QWidget
{
    Q_OBJECT

public:
    explicit LockPane(const PageContext& context, QWidget* parent = nullptr);

    void show(const AuthLock& lock);
    [[nodiscard]] QString id() const { return m_lock ? m_lock->id : QString(); }

signals:
    void closeWanted();
    /// The lock is off; `sentence` says so in the present language.
    void unlocked(const std::function<QString()>& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    void submit();
    [[nodiscard]] FormText formText() const;
    void retranslate();

    const PageContext m_context;
    FactsPane* m_facts;
    QPushButton* m_unlock;
    ActionForm* m_form;
    std::optional<AuthLock> m_lock;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/users/users_api.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/FactsPane.h"
#include "client/widgets/SecretCard.h"

namespace hpcbill::client
{

/// One API token: what it is good for and whether it is used; or a new one being made.
class TokenPane final : public QWidget
{
    Q_OBJECT

public:
    explicit TokenPane(const PageContext& context, QWidget* parent = nullptr);

    /// Another token, or the same one as it is now.
    void show(const ApiToken& token);
    void beginNew();
    /// The new token is not shown again: whoever closed the pane was told so.
    void forgetSecret() { m_secret->forget(); }
    /// Empty for a new one.
    [[nodiscard]] QString id() const { return m_token ? m_token->id : QString(); }

signals:
    void closeWanted();
    /// The list has changed; that token is the one to show now, or none.
    void changed(const QString& id);

protected:
    void changeEvent(QEvent* event) override;

private:
    void fill();
    void submit();
    void make();
    [[nodiscard]] FormText formText() const;
    void retranslate();

    const PageContext m_context;
    FactsPane* m_facts;
    SecretCard* m_secret;
    Banner* m_banner;
    QPushButton* m_revoke;
    ActionForm* m_form;
    std::optional<ApiToken> m_token; ///< none for a new one
};

} // namespace hpcbill::client

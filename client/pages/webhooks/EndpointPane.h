// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/webhooks/webhooks_api.h"
#include "client/widgets/ActionForm.h"
#include "client/widgets/FactsPane.h"
#include "client/widgets/SecretCard.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// One endpoint: how it fares, its secrets, and what can be done; or a new one being made.
class EndpointPane final : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointPane(const PageContext& context, QWidget* parent = nullptr);

    void show(const QString& endpointId);
    /// Asks for what a new endpoint needs.
    void beginNew();
    /// A new secret is not shown again: whoever closed the pane was told so.
    void forgetSecret() { m_secret->forget(); }
    /// Reads the endpoint anew; what is typed stays.
    void renew();

signals:
    void closeWanted();
    /// The list has changed; the endpoint is the one to show now, or none.
    void changed(const QString& endpointId);

protected:
    void changeEvent(QEvent* event) override;

private:
    enum class Action { add, edit, rotate, remove };

    void layOut();
    void ask();
    void fill();
    void begin(Action action);
    void submit();
    void save();
    void sendChange(const QJsonObject& changes, const std::function<QString()>& sentence);
    void readTheirs();
    void togglePause();
    void succeed(const std::function<QString()>& sentence);
    void takeSecret(const EndpointWithSecret& made, const std::function<QString()>& sentence);
    [[nodiscard]] FormText formText(Action action) const;
    [[nodiscard]] static QString secretText();
    void retranslate();

    const PageContext m_context;
    FactsPane* m_facts;
    ViewState* m_state;
    SecretCard* m_secret;
    Banner* m_banner;
    QWidget* m_buttons;
    QPushButton* m_edit;
    QPushButton* m_pause;
    QPushButton* m_rotate;
    QPushButton* m_delete;
    ActionForm* m_form;
    QString m_wanted; ///< empty for a new one
    std::optional<Endpoint> m_endpoint;
    std::optional<Endpoint> m_base; ///< what the edit began from
    QHash<QString, Endpoint> m_bases; ///< of edits that wait, by endpoint
    std::optional<Action> m_open;
    std::function<QString()> m_result;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

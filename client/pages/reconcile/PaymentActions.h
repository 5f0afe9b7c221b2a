// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/reconcile/reconcile_api.h"
#include "client/widgets/ActionForm.h"

namespace hpcbill::client
{

/// What can be done with a payment: a button each, and in place beneath them what the chosen action asks for.
/// Tells the result in place, too, and offers to take back what can be taken back.
class PaymentActions final : public QWidget
{
    Q_OBJECT

public:
    enum class Action { ask, replay, markPaid, cancel, resolve, revert, addSecret };

    explicit PaymentActions(const PageContext& context, QWidget* parent = nullptr);

    /// The payment to act on. What is typed for it stays, and waits where another one is shown meanwhile.
    void show(const StuckCase& stuck);
    /// Opens the form of the action where it can be done now.
    void begin(Action action);
    [[nodiscard]] bool isPossible(Action action) const;
    [[nodiscard]] bool hasFocusInForm() const;
    void retranslate();

signals:
    /// Something was done, or could not be because the payment has changed: it is to be read again.
    void acted();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        Action action;
        QPushButton* button;
    };

    [[nodiscard]] FormText formText(Action action) const;
    [[nodiscard]] QString buttonText(Action action) const;
    [[nodiscard]] QString draftKey(Action action) const;
    void placeButtons();
    void dismiss();
    void keepDraft();
    void submit();
    void replayNext(const QStringList& events, int done, int applied);
    void take(const ApiError& error);
    void succeed(std::function<QString()> sentence, bool canBeTakenBack = false);
    void tellResult();

    const PageContext m_context;
    Banner* m_banner;
    QWidget* m_buttons;
    QList<Row> m_rows;
    ActionForm* m_form;
    StuckCase m_case;
    std::optional<Action> m_open;
    std::function<QString()> m_result; ///< the last action's, in the present language
    bool m_canBeTakenBack = false;
    bool m_isFilling = false;
    bool m_isSending = false;
};

} // namespace hpcbill::client

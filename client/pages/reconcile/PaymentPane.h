// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/reconcile/PaymentActions.h"
#include "client/widgets/FactsPane.h"
#include "client/widgets/ViewState.h"

#include <QGridLayout>

namespace hpcbill::client
{

/// One payment: what is wrong with it, the evidence, what to do next, all that happened to it, and what can be
/// done.
class PaymentPane final : public QWidget
{
    Q_OBJECT

public:
    explicit PaymentPane(const PageContext& context, QWidget* parent = nullptr);

    void show(const QString& paymentId);
    /// Reads the payment anew; what is typed stays.
    void renew();
    [[nodiscard]] const QString& shown() const { return m_wanted; }
    [[nodiscard]] PaymentActions& actions() { return *m_actions; }

signals:
    void closeWanted();
    /// The stored message is to be shown as it came.
    void rawWanted(const QString& eventId);
    /// An action changed something.
    void acted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void ask();
    void fill();
    void addDiagnosis();
    void addTimeline();
    void addMoment(QGridLayout& grid, QWidget& table, const PaymentMoment& moment);
    void retranslate();

    const PageContext m_context;
    FactsPane* m_facts;
    ViewState* m_state;
    PaymentActions* m_actions;
    QString m_wanted;
    std::optional<PaymentDetails> m_details;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

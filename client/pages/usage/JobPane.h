// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/usage/usage_api.h"
#include "client/widgets/FactsPane.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// What a job is, and how its price came about.
class JobPane final : public QWidget
{
    Q_OBJECT

public:
    JobPane(RestClient& api, Theme& theme, QWidget* parent = nullptr);

    /// Asks the server for the job with its derivation.
    void show(const Job& job);
    [[nodiscard]] QString plainText() const { return m_facts->plainText(); }

signals:
    void closeWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void ask();
    void fill();
    void addDerivation(const Explanation& explanation);
    void retranslate();

    RestClient& m_api;
    FactsPane* m_facts;
    ViewState* m_state;
    Job m_wanted;
    std::optional<JobDetails> m_details;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/pages/audit/audit_api.h"
#include "client/widgets/FactsPane.h"

namespace hpcbill::client
{

/// One record: who did what, before and after, and the hashes that hold it in the chain.
class AuditPane final : public QWidget
{
    Q_OBJECT

public:
    explicit AuditPane(Theme& theme, QWidget* parent = nullptr);

    void show(const AuditRecord& record);
    [[nodiscard]] QString plainText() const { return m_facts->plainText(); }

signals:
    void closeWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void fill();
    void addDetails(const QJsonObject& details);
    void addChanges(const QJsonObject& before, const QJsonObject& after);

    FactsPane* m_facts;
    std::optional<AuditRecord> m_record;
};

} // namespace hpcbill::client

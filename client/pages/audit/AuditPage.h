// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/paged_rows.h"
#include "client/pages/audit/AuditPane.h"
#include "client/pages/audit/AuditRibbon.h"
#include "client/pages/audit/ChainCheck.h"
#include "client/pages/audit/WitnessView.h"
#include "client/widgets/Banner.h"
#include "client/widgets/ChipRow.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

#include <QProgressBar>

namespace hpcbill::client
{

/// Who did what, newest first; proves on this computer that the log is whole, or that an exported file is.
class AuditPage final : public Page
{
    Q_OBJECT

public:
    explicit AuditPage(const PageContext& context, QWidget* parent = nullptr);

    void refresh() override;
    void retranslate() override;
    bool concerns(const ServerEvent&) const override { return true; } // each event is a record
    void catchUp() override;
    QVariantMap place() const override { return {{"list", m_lists->chosen()}}; }
    void open(const QVariantMap& place) override;
    Badge badge() const override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Subject { server, file };

    void layOut();
    void showList(const QString& list);
    QWidget* makeActions();
    void showState();
    void showRow(int row);
    void closePane();
    void verify();
    void askForFile();
    void verifyFile(const QString& path);
    void begin(Subject subject);
    void showProgress(qint64 done, qint64 total);
    void showOutcome(const ChainOutcome& outcome);
    void tellOutcome();
    [[nodiscard]] QString faultText(const ChainFault& fault) const;
    [[nodiscard]] QString subjectText() const;
    [[nodiscard]] Badge witnessBadge() const;

    ChipRow* m_lists;
    QStackedWidget* m_views;
    WitnessView* m_witness;
    QWidget* m_actions;
    PagedRows<AuditRecord>* m_model;
    TableView* m_table;
    ViewState* m_state;
    AuditRibbon* m_ribbon;
    AuditPane* m_pane;
    Banner* m_banner;
    QPushButton* m_verify;
    QPushButton* m_openFile;
    QPushButton* m_cancel;
    QProgressBar* m_progress;
    QLabel* m_progressText;
    ChainCheck* m_check;
    Subject m_subject = Subject::server;
    QString m_fileName;
    std::optional<ChainOutcome> m_outcome;       // of the last run, whatever it was about
    std::optional<ChainOutcome> m_serverOutcome; // of the server's log: what the badge tells
    qint64 m_done = 0;
};

} // namespace hpcbill::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/api_error.h"
#include "client/models/PagedTableModel.h"
#include "client/widgets/Theme.h"

#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>

namespace hpcbill::client
{

/// Shows a view's content, or in its place why there is none: loading, empty, failed, forbidden; each a
/// sentence and the next step. Outlines of rows are shown when loading takes longer than 200 ms, not at once.
class ViewState final : public QStackedWidget
{
    Q_OBJECT

public:
    ViewState(Theme& theme, QWidget* content, QWidget* parent = nullptr);

    void showContent();
    void showLoading();
    /// `step` is the button's text; empty for none. Pressing it emits stepWanted().
    void showEmpty(const QString& sentence, const QString& step = {});
    void showError(const ApiError& error);
    /// Shows that the model loads or has failed; true where it is ready, and the view itself says what is there.
    bool follow(const PagedTableModel& model);
    [[nodiscard]] bool isShowingContent() const { return currentWidget() == m_content; }

signals:
    void stepWanted();  ///< the next step of an empty view
    void retryWanted(); ///< try again after a failure

protected:
    void changeEvent(QEvent* event) override;

private:
    void showMessage(const QString& icon, const QString& token, const QString& text, const QString& small,
                     const QString& step);
    void retranslate();
    void drawIcon();

    Theme& m_theme;
    QWidget* m_content;
    QWidget* m_outlines;
    QWidget* m_message;
    QLabel* m_icon;
    QLabel* m_text;
    QLabel* m_small;
    QPushButton* m_step;
    QTimer m_patience;
    QString m_iconName;
    QString m_iconToken;
    std::optional<ApiError> m_error;
};

} // namespace hpcbill::client

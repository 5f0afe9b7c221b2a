// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/ViewState.h"

#include <QSignalSpy>
#include <QTest>

using namespace hpcbill::client;

namespace
{

ApiError errorOf(ApiError::Kind kind)
{
    ApiError error;
    error.kind = kind;
    error.requestId = "r1";
    return error;
}

} // namespace

class ViewStateTest final : public QObject
{
    Q_OBJECT

private slots:
    void outlinesComeOnlyAfterAWhile();
    void anEmptyViewOffersTheNextStep();
    void aFailureOffersToTryAgainAndNamesTheRequest();
    void aForbiddenViewOffersNoRetry();
};

void ViewStateTest::outlinesComeOnlyAfterAWhile()
{
    Theme theme(Theme::Kind::light);
    auto* content = new QWidget;
    ViewState state(theme, content);
    state.showLoading();
    QCOMPARE(state.currentWidget(), content);
    QTRY_COMPARE(state.currentWidget()->objectName(), QString("loading"));
    state.showContent();
    QCOMPARE(state.currentWidget(), content);
}

void ViewStateTest::anEmptyViewOffersTheNextStep()
{
    Theme theme(Theme::Kind::light);
    ViewState state(theme, new QWidget);
    QSignalSpy step(&state, &ViewState::stepWanted);
    state.showEmpty("Nothing here.", "Show all");
    state.show();
    auto* button = state.findChild<QPushButton*>("messageStep");
    QCOMPARE(button->text(), QString("Show all"));
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(step.size(), 1);
    QCOMPARE(state.findChild<QLabel*>("messageText")->text(), QString("Nothing here."));
}

void ViewStateTest::aFailureOffersToTryAgainAndNamesTheRequest()
{
    Theme theme(Theme::Kind::light);
    ViewState state(theme, new QWidget);
    QSignalSpy retry(&state, &ViewState::retryWanted);
    state.showError(errorOf(ApiError::Kind::server));
    state.show();
    QCOMPARE(state.findChild<QLabel*>("messageRequest")->text(), QString("Request r1"));
    QTest::mouseClick(state.findChild<QPushButton*>("messageStep"), Qt::LeftButton);
    QCOMPARE(retry.size(), 1);
}

void ViewStateTest::aForbiddenViewOffersNoRetry()
{
    Theme theme(Theme::Kind::light);
    ViewState state(theme, new QWidget);
    state.showError(errorOf(ApiError::Kind::forbidden));
    QVERIFY(state.findChild<QPushButton*>("messageStep")->isHidden());
    QVERIFY(state.findChild<QLabel*>("messageText")->text().contains("role"));
}

QTEST_MAIN(ViewStateTest)
#include "tst_view_state.moc"

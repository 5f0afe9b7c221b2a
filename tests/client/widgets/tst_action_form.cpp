// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/ActionForm.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace hpcbill::client;

namespace
{

FormText question()
{
    return {"What happens",
            "Do it",
            {{.id = "method",
              .kind = FormField::Kind::choice,
              .title = "Method",
              .choices = {{"cash", "Cash"}, {"card", "Card"}}},
             {.id = "note", .isRequired = false, .title = "Note"},
             {.id = "types",
              .kind = FormField::Kind::ticks,
              .isRequired = false,
              .title = "Types",
              .choices = {{"a.b", "A"}, {"c.d", "C"}}},
             {.id = "reason", .title = "Reason"}}};
}

/// A form on a window that has the keyboard.
struct Asked {
    Asked()
        : form("form", theme)
        , submitted(&form, &ActionForm::submitted)
        , dismissed(&form, &ActionForm::dismissed)
    {
        form.open(question());
        form.activateWindow();
    }
    template <typename Part>
    Part* part(const QString& name) const
    {
        return form.findChild<Part*>(name);
    }
    void type(const QString& text) const { QTest::keyClicks(part<QLineEdit>("form-reason"), text); }
    void submit() const { QTest::mouseClick(part<QPushButton>("form-submit"), Qt::LeftButton); }

    Theme theme{Theme::Kind::light};
    ActionForm form;
    QSignalSpy submitted;
    QSignalSpy dismissed;
};

} // namespace

class ActionFormTest final : public QObject
{
    Q_OBJECT

private slots:
    void nothingIsSentBeforeAllThatIsNeededIsThere();
    void valuesAreCodes();
    void itIsSentOnceUntilAnswered();
    void aRefusalStandsAtItsFieldAndKeepsWhatWasTyped();
    void whatWasTypedComesBackAndSurvivesAnotherLanguage();
    void whatWasNotDoneWaitsUnderItsKey();
    void escapeDismisses();
    void whatIsGraveIsNotDoneByAnotherEnter();
};

void ActionFormTest::nothingIsSentBeforeAllThatIsNeededIsThere()
{
    const Asked asked;
    asked.submit();
    asked.type("   ");
    asked.submit();
    QCOMPARE(asked.submitted.size(), 0);
    asked.type("because");
    QTest::keyClick(asked.part<QLineEdit>("form-reason"), Qt::Key_Return);
    QCOMPARE(asked.submitted.size(), 1);
    QCOMPARE(asked.form.value("reason"), QString("because"));
}

void ActionFormTest::valuesAreCodes()
{
    const Asked asked;
    QVERIFY(!asked.form.isTouched());
    QTest::keyClick(asked.part<QComboBox>("form-method"), Qt::Key_Down);
    QCOMPARE(asked.form.value("method"), QString("card"));
    asked.part<QCheckBox>("form-tick-c.d")->click();
    QCOMPARE(asked.form.ticked("types"), QStringList{"c.d"});
    QVERIFY(asked.form.isTouched());
}

void ActionFormTest::itIsSentOnceUntilAnswered()
{
    Asked asked;
    asked.type("because");
    asked.form.setBusy(true);
    asked.submit();
    QTest::keyClick(asked.part<QLineEdit>("form-reason"), Qt::Key_Return);
    QCOMPARE(asked.submitted.size(), 0);
    asked.form.setBusy(false);
    asked.submit();
    QCOMPARE(asked.submitted.size(), 1);
}

void ActionFormTest::aRefusalStandsAtItsFieldAndKeepsWhatWasTyped()
{
    Asked asked;
    asked.type("because");
    asked.form.setBusy(true);
    ApiError error;
    error.kind = ApiError::Kind::invalid;
    error.fields = {{"reason", "Must say more."}};
    asked.form.tell(error);
    QVERIFY(asked.part<QLabel>("form-fault-reason")->isVisible());
    QCOMPARE(asked.part<QLabel>("form-fault-reason")->text(), QString("Must say more."));
    QVERIFY(asked.part<Banner>("form-banner")->isVisible());
    QCOMPARE(asked.form.value("reason"), QString("because"));
    asked.type(" it was so");
    QVERIFY(!asked.part<QLabel>("form-fault-reason")->isVisible()); // it is about what stood there before
    asked.submit();
    QCOMPARE(asked.submitted.size(), 1);
}

void ActionFormTest::whatWasTypedComesBackAndSurvivesAnotherLanguage()
{
    Asked asked;
    asked.type("because");
    asked.part<QCheckBox>("form-tick-a.b")->click();
    const QVariantMap typed = asked.form.typed();
    asked.form.open(question());
    asked.form.restore(typed);
    QCOMPARE(asked.form.typed(), typed);
    QVERIFY(asked.form.isTouched());
    FormText other = question();
    other.submit = "ทำ";
    other.fields[0].choices = {{"cash", "เงินสด"}, {"card", "บัตร"}};
    asked.form.retitle(other);
    QCOMPARE(asked.form.typed(), typed);
    QCOMPARE(asked.part<QComboBox>("form-method")->currentText(), QString("เงินสด"));
    QCOMPARE(asked.part<QPushButton>("form-submit")->text(), QString("ทำ"));
}

void ActionFormTest::whatWasNotDoneWaitsUnderItsKey()
{
    Asked asked;
    asked.form.open(question(), {{"note", "as it is"}}, "one");
    QVERIFY(!asked.form.hasKept("one")); // nothing was typed
    asked.type("half a sen");
    asked.form.hide();
    asked.form.open(question(), {}, "two");
    QCOMPARE(asked.form.value("reason"), QString());
    asked.form.open(question(), {{"note", "as it is now"}}, "one");
    QCOMPARE(asked.form.value("reason"), QString("half a sen"));
    asked.form.finish();
    QVERIFY(!asked.form.isVisible());
    asked.form.open(question(), {}, "one");
    QCOMPARE(asked.form.value("reason"), QString());
}

void ActionFormTest::escapeDismisses()
{
    const Asked asked;
    QTest::keyClick(asked.part<QLineEdit>("form-reason"), Qt::Key_Escape);
    QCOMPARE(asked.dismissed.size(), 1);
}

void ActionFormTest::whatIsGraveIsNotDoneByAnotherEnter()
{
    Asked asked;
    asked.form.open({"This cannot be undone.", "Delete it", {}, true});
    QTRY_VERIFY(asked.part<QPushButton>("form-dismiss")->hasFocus());
    asked.submit();
    QCOMPARE(asked.submitted.size(), 1);
}

QTEST_MAIN(ActionFormTest)
#include "tst_action_form.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/app/desktop.h"

#include "tests/support/ports.h"

namespace hpcbill::client
{

namespace
{

constexpr int patienceMs = 60'000;

} // namespace

std::string freePort()
{
    return std::to_string(support::freePorts());
}

Desktop::Desktop(const std::string& server, const QString& folder)
    : m_folder(folder.isEmpty() ? m_ownFolder.path() : folder)
    , settings(m_folder.filePath("desktop.ini"), QSettings::IniFormat)
    , theme(Theme::Kind::light)
    , session(api)
    , witness(api, session, m_folder.filePath("witness.sqlite"), &QDateTime::currentDateTime)
    , window({api, session, theme, settings, &QDateTime::currentDateTime, witness}, language)
{
    QApplication::setCursorFlashTime(0); // a cursor that blinks never lets two looks be the same for sure
    language.choose("en");
    theme.dress();
    window.loginForm().setServer(QString::fromStdString(server));
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    window.begin();
}

bool Desktop::shows(const QString& name) const
{
    const auto* part = window.findChild<QWidget*>(name);
    return part && part->isVisible();
}

void Desktop::tick(const QString& name) const
{
    auto* button = find<QWidget>(name);
    QTest::mouseClick(button, Qt::LeftButton, {}, QPoint(8, button->height() / 2));
}

void Desktop::type(const QString& field, const QString& text) const
{
    auto* edit = find<QWidget>(field);
    edit->setFocus();
    QTest::keyClick(edit, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(edit, Qt::Key_Delete);
    QTest::keyClicks(edit, text);
}

void Desktop::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(window.windowHandle(), key, modifiers);
}

void Desktop::choose(const QString& action) const
{
    find<QAction>(action)->trigger();
}

void Desktop::logIn(const QString& username, const QString& password) const
{
    type("loginUsername", username);
    type("loginPassword", password);
    QTest::keyClick(find<QWidget>("loginPassword"), Qt::Key_Return);
}

QImage Desktop::shot()
{
    QImage last;
    const auto isSettled = [this, &last] {
        const QImage now = window.grab().toImage();
        const bool isSame = now == last;
        last = now;
        return isSame;
    };
    if (!QTest::qWaitFor(isSettled, patienceMs))
        throw std::runtime_error("the window does not come to rest");
    return last;
}

void Desktop::open(const QString& username, const QString& password, const QString& page)
{
    logIn(username, password);
    if (!QTest::qWaitFor([this] { return window.workspace() != nullptr; }, patienceMs))
        throw std::runtime_error("logging in failed: " + text("loginMessage").toStdString());
    click("sidebar-" + page);
}

} // namespace hpcbill::client

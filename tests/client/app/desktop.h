// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/app/MainWindow.h"
#include "client/widgets/TableView.h"
#include "client/witness/Witness.h"
#include "tests/support/test_server.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <stdexcept>

namespace hpcbill::client
{

/// A port that was free a moment ago: for a server that comes back on the same one after it was away.
std::string freePort();

/// The whole desktop program as a user has it before them: the window, its settings in a folder of their own,
/// keys and clicks.
class Desktop final
{
public:
    /// The folder holds the user's settings, which outlive the program; none is a new one.
    explicit Desktop(const std::string& server, const QString& folder = {});

    /// A part of the window by its object's name; throws where there is none.
    template <typename Part>
    Part* find(const QString& name) const
    {
        auto* part = window.findChild<Part*>(name);
        if (!part)
            throw std::runtime_error("the window has no " + name.toStdString());
        return part;
    }
    [[nodiscard]] QString text(const QString& label) const { return find<QLabel>(label)->text(); }
    /// True when there is such a part and it is to be seen.
    [[nodiscard]] bool shows(const QString& name) const;

    void click(const QString& name) const { QTest::mouseClick(find<QWidget>(name), Qt::LeftButton); }
    /// Clicks the mark of a radio button or a box, not the middle of its wide label.
    void tick(const QString& name) const;
    /// Replaces what is in the field, by keys.
    void type(const QString& field, const QString& text) const;
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    /// What a click on an entry of the window's menu does.
    void choose(const QString& action) const;
    void logIn(const QString& username, const QString& password) const;
    /// The window as it is seen once it has laid itself out: two looks one after the other show the same.
    [[nodiscard]] QImage shot();
    /// Logged in, and the page before one.
    void open(const QString& username, const QString& password, const QString& page);

    [[nodiscard]] QDir folder() const { return m_folder; }

private:
    QTemporaryDir m_ownFolder;
    QDir m_folder;

public:
    QSettings settings;
    Language language;
    Theme theme;
    RestClient api;
    Session session;
    Witness witness;
    MainWindow window;
};

} // namespace hpcbill::client

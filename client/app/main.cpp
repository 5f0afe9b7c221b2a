// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/MainWindow.h"
#include "client/app/preferences.h"
#include "client/witness/Witness.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QStandardPaths>

int main(int argc, char** argv)
{
    using namespace hpcbill::client;
    const QApplication application(argc, argv);
    QApplication::setApplicationName("hpcbill-desktop");
    QApplication::setApplicationVersion(HPCBILL_VERSION);
    QApplication::setOrganizationName("hpcbill");

    QCommandLineParser arguments;
    arguments.setApplicationDescription("HPC Billing: usage, rates, payments and audit of an HPC site.");
    arguments.addHelpOption();
    arguments.addVersionOption();
    const QCommandLineOption server("server", "Address of the billing server.", "URL");
    const QCommandLineOption username("username", "Name to log in with; the password is asked for.", "NAME");
    arguments.addOptions({server, username});
    arguments.process(application);
    if (!arguments.positionalArguments().isEmpty()) {
        qCritical("%s is no option; a server is named by --server URL.", qUtf8Printable(arguments.positionalArguments().constFirst()));
        return 2;
    }

    QSettings settings;
    Language language;
    const QString code = chosenLanguage.read(settings);
    language.choose(code.isEmpty() ? Language::ofComputer() : code);
    Theme theme(chosenTheme.read(settings) == "dark" ? Theme::Kind::dark : Theme::Kind::light);
    theme.dress();
    RestClient api;
    Session session(api);
    const QString kept = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/witness.sqlite";
    Witness witness(api, session, kept, &QDateTime::currentDateTime);
    MainWindow window({api, session, theme, settings, &QDateTime::currentDateTime, witness}, language);
    if (arguments.isSet(server))
        window.loginForm().setServer(arguments.value(server));
    if (arguments.isSet(username))
        window.loginForm().setUsername(arguments.value(username));
    window.show();
    window.begin();
    return QApplication::exec();
}

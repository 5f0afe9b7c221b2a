// SPDX-License-Identifier: GPL-3.0-or-later
// The token for slurmrestd, from commands that are run.
#include "server/slurm/slurmrestd_source.h"
#include "server/slurm/token.h"
#include "tests/support/answering_server.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

std::string base64url(const std::string& text)
{
    return QByteArray::fromStdString(text).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals).toStdString();
}

/// unsigned, as lifetimeOf() does not look at the signature: that is slurmrestd's to do.
std::string tokenThatEndsIn(std::chrono::seconds lifetime, const std::string& name)
{
    constexpr std::int64_t made = 1'700'000'000; // by whatever clock
    return base64url(R"({"alg":"HS256","typ":"JWT"})") + "." +
           base64url(R"({"iat":)" + std::to_string(made) + R"(,"exp":)" + std::to_string(made + lifetime.count()) + R"(,"sun":")" + name + R"("})") + ".c2ln";
}

} // namespace

class TestToken final : public QObject
{
    Q_OBJECT

private slots:
    void theLifetimeIsRead();
    void aCommandIsRunAgainBeforeTheTokenExpires();
    void aTokenWithoutExpiryIsMadeEachTime();
    void aCommandThatFailsIsTold();
    void aCommandThatPrintsNothingIsTold();
    void aRefusedTokenIsMadeAnewOnce();

private:
    /// A command that prints the next line of `tokens` each time, the last one again and again.
    std::vector<std::string> commandOf(const std::vector<std::string>& tokens);
    int runs() const;

    std::unique_ptr<QTemporaryDir> m_directory;
};

std::vector<std::string> TestToken::commandOf(const std::vector<std::string>& tokens)
{
    m_directory = std::make_unique<QTemporaryDir>();
    const std::string base = m_directory->path().toStdString();
    std::ofstream list(base + "/tokens");
    for (const std::string& token : tokens)
        list << "SLURM_JWT=" << token << "\n";
    list.close();
    std::ofstream script(base + "/make-token");
    script << "#!/bin/sh\necho run >> \"$1/runs\"\nn=$(wc -l < \"$1/runs\")\nmax=$(wc -l < \"$1/tokens\")\n"
              "[ \"$n\" -gt \"$max\" ] && n=$max\nsed -n \"${n}p\" \"$1/tokens\"\n";
    script.close();
    std::filesystem::permissions(base + "/make-token", std::filesystem::perms::owner_all);
    return {base + "/make-token", base};
}

int TestToken::runs() const
{
    std::ifstream file(m_directory->filePath("runs").toStdString());
    return static_cast<int>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
}

void TestToken::theLifetimeIsRead()
{
    // Of every length of padding.
    for (const char* name : {"", "a", "ab", "abc"})
        QVERIFY(lifetimeOf(tokenThatEndsIn(std::chrono::hours(1), name)) == std::chrono::hours(1));
    for (const char* none : {"", "x", "a.b", "a.b.c", "..", "e30.e30.x", "e30.bnVsbA.x", "e30.WzFd.x", "e30.!!!.x"})
        QVERIFY2(!lifetimeOf(none), none);
}

void TestToken::aCommandIsRunAgainBeforeTheTokenExpires()
{
    const std::string brief = tokenThatEndsIn(std::chrono::seconds(30), "brief"); // less than a minute: to be renewed at once
    const std::string lasting = tokenThatEndsIn(std::chrono::hours(1), "lasting");
    Token token(SlurmrestdSettings{.tokenCommand = commandOf({brief, lasting})});
    QCOMPARE(token.current({}), brief);
    QCOMPARE(token.current({}), lasting);
    QCOMPARE(token.current({}), lasting);
    QCOMPARE(runs(), 2);
}

void TestToken::aTokenWithoutExpiryIsMadeEachTime()
{
    Token token(SlurmrestdSettings{.tokenCommand = commandOf({"opaque"})});
    QCOMPARE(token.current({}), std::string("opaque"));
    QCOMPARE(token.current({}), std::string("opaque"));
    QCOMPARE(runs(), 2);
}

void TestToken::aCommandThatFailsIsTold()
{
    Token token(SlurmrestdSettings{.tokenCommand = {"/bin/ls", "/nonexistent"}});
    try {
        token.current({});
        QFAIL("no failure");
    } catch (const SourceFailure& failure) {
        QCOMPARE(failure.kind(), FailureKind::program);
        QVERIFY2(std::string(failure.what()).find("/nonexistent") != std::string::npos, failure.what());
    }
}

void TestToken::aCommandThatPrintsNothingIsTold()
{
    Token token(SlurmrestdSettings{.tokenCommand = {"/bin/true"}});
    QVERIFY_THROWS_EXCEPTION(SourceFailure, token.current({}));
}

void TestToken::aRefusedTokenIsMadeAnewOnce()
{
    const std::string stale = tokenThatEndsIn(std::chrono::hours(1), "stale"); // slurmrestd's key was changed
    const std::string good = tokenThatEndsIn(std::chrono::hours(1), "good");
    std::string accepted = stale;
    support::AnsweringServer server([&](const support::SeenRequest& request) -> support::CannedAnswer {
        if (request.path == "/openapi/v3")
            return {.body = R"({"paths": {"/slurmdb/v0.0.38/jobs": {}}})"};
        if (request.headers.at("x-slurm-user-token") != accepted)
            return {.body = R"({"errors":[{"error_number":1007,"error":"Protocol authentication error"}],"jobs":[]})"};
        return {.body = R"({"errors":[],"jobs":[]})"};
    });
    SlurmrestdSource source({.url = server.url(), .user = "u", .tokenCommand = commandOf({stale, good})});
    const auto read = [&] { source.read({}, {[](JobRecord&&) {}, [](Reject&&) {}}, {}); };
    read();
    accepted = good;
    read();
    QCOMPARE(runs(), 2);
    accepted = "another";
    QVERIFY_THROWS_EXCEPTION(SourceFailure, read());
    QVERIFY(runs() <= 4);
}

QTEST_GUILESS_MAIN(TestToken)
#include "tst_token.moc"

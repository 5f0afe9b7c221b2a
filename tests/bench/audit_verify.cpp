// SPDX-License-Identifier: GPL-3.0-or-later
// Verifying an exported log, as `hpcbill audit verify FILE` does it, against OpenSSL's SHA-256 over the bytes of the same file.
// One line per figure: name value unit ratio-against ratio.
#include "common/audit/log_verifier.h"
#include "server/cli/export_reader.h"
#include "tests/bench/measure.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace
{

using namespace hpcbill;
using namespace hpcbill::audit;

/// What a month of a site leaves: receipts, payments, sessions, changes of rates, with a checkpoint for every thousand records.
void write(const std::string& path, std::int64_t count)
{
    std::ofstream file(path, std::ios::binary);
    const NoteSigner signer("bench.example/audit", NoteSigner::Seed{1});
    GrowingTree tree;
    Hash head{};
    file << keyLine(signer.key()) << '\n';
    for (std::int64_t seq = 1; seq <= count; ++seq) {
        StoredRecord stored;
        Record& record = stored.record;
        record.seq = seq;
        record.ts = UtcTime(std::chrono::microseconds(1'790'000'000'000'000 + seq * 1'234'567));
        record.actor = fmt::format("user{}", seq % 300);
        record.actorRole = "operator";
        record.action = seq % 3 == 0 ? "payment.settled" : "receipt.created";
        record.targetType = "receipt";
        record.targetId = std::to_string(seq);
        record.outcome = "ok";
        record.requestId = fmt::format("{:032x}", seq * 7919);
        record.address = fmt::format("10.1.{}.{}", seq / 250 % 250, seq % 250);
        record.details = canonicalDetails({{"after", {{"status", "paid"}, {"total", {{"amount", fmt::format("{}.50", seq % 9000)}, {"currency", "THB"}}}}},
                                           {"before", {{"status", "pending"}}},
                                           {"number", fmt::format("R-2026-{:06}", seq)}});
        stored.leafHash = leafHash(canonical(record));
        stored.prevHash = head;
        stored.hash = chainHash(head, stored.leafHash);
        head = stored.hash;
        tree.add(stored.leafHash);
        file << toJson(stored) << '\n';
        if (seq % 1000 == 0 || seq == count)
            file << checkpointLine(signedNote({"bench.example/audit", tree.size(), tree.root()}, signer)) << '\n';
    }
    if (!file.flush())
        throw std::runtime_error("the log could not be written");
}

bench::Seconds verify(const std::string& path, std::int64_t count)
{
    const auto began = std::chrono::steady_clock::now();
    std::ifstream file(path, std::ios::binary);
    LogVerifier verifier;
    cli::verifyStream(file, verifier);
    verifier.finish();
    const bench::Seconds time = std::chrono::steady_clock::now() - began;
    if (verifier.finding() || verifier.verifier().count() != count || verifier.verifier().confirmed() != count)
        throw std::runtime_error(verifier.finding() ? verifier.finding()->detail : "not all was verified");
    return time;
}

bench::Seconds hash(const std::string& path)
{
    const auto began = std::chrono::steady_clock::now();
    std::ifstream file(path, std::ios::binary);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
    std::vector<char> buffer(1 << 20);
    while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0)
        EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(file.gcount()));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
    return std::chrono::steady_clock::now() - began;
}

void measure(std::int64_t count)
{
    const bench::Workplace workplace;
    const std::string path = (workplace.path() / "audit.jsonl").string();
    write(path, count);
    for (int round = 0; round < 3; ++round) {
        const bench::Seconds theirs = hash(path);
        const bench::Seconds ours = verify(path, count);
        bench::print("audit-verify", static_cast<double>(count) / ours.count(), "records/s", "openssl-sha256", theirs / ours);
        bench::print("openssl-sha256", static_cast<double>(count) / theirs.count(), "records/s", "openssl-sha256", 1);
    }
}

} // namespace

int main(int argc, char** argv)
{
    std::int64_t count = 1'000'000;
    if (argc == 2) {
        const std::string_view text(argv[1]);
        std::from_chars(text.data(), text.data() + text.size(), count);
    }
    if (argc > 2 || count < 1) {
        fmt::print(stderr, "usage: bench-audit-verify [RECORDS]\n");
        return 2;
    }
    try {
        measure(count);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-audit-verify: {}\n", error.what());
        return 3;
    }
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/invariant.h"
#include "server/audit/audit.h"
#include "server/audit/checkpoint_store.h"
#include "server/audit/tree_store.h"
#include "server/crypto/secret_box.h"
#include "server/postgres/errors.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <Poco/Logger.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <algorithm>

namespace hpcbill::audit
{

namespace
{

/// Records that are put into the tree at once: what is held in memory, not how many a checkpoint may add.
constexpr std::int64_t batch = 65536;

// Nobody but those who make checkpoints waits for it: records are appended meanwhile.
constexpr postgres::Statement lockCheckpoints{"audit.lock_checkpoints", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.audit.checkpoints', 0))
)sql"};

constexpr postgres::Statement lastSeq{"audit.last_seq", R"sql(
    select coalesce(max(seq), 0) from audit_log
)sql"};

constexpr postgres::Statement hashOfRecord{"audit.hash_of_record", R"sql(
    select hash from audit_log where seq = $1
)sql"};

constexpr postgres::Statement leavesAfter{"audit.leaves_after", R"sql(
    select seq, leaf_hash, hash from audit_log where seq > $1 order by seq limit $2
)sql"};

/// What contradicts the newest checkpoint, told from its last record alone.
std::optional<std::string> contradiction(postgres::Transaction& tx, const StoredCheckpoint& newest)
{
    const std::int64_t size = newest.published.checkpoint.size;
    if (size == 0)
        return std::nullopt;
    const auto rows = tx.execute(hashOfRecord, size);
    if (rows.empty())
        return fmt::format("A checkpoint was signed over {} records, and record {} is not there: the log was cut off.", size, size);
    if (readHash(rows[0], 0) != newest.head)
        return fmt::format("Record {} is not the one that a checkpoint was signed over: the log was written anew.", size);
    return std::nullopt;
}

/// Puts the next records into the tree and stores the subtrees that they complete; false when there are no more.
bool growTree(postgres::Transaction& tx, GrowingTree& tree, Hash& head)
{
    SubtreeHashes complete;
    const auto rows = tx.execute(leavesAfter, tree.size(), batch);
    for (const auto& row : rows) {
        if (row.as<std::int64_t>(0) != tree.size() + 1)
            throw Conflict(logDamaged, fmt::format("Record {} is not there: nothing beyond it can be signed.", tree.size() + 1));
        tree.add(readHash(row, 1), [&complete](const Subtree& subtree, const Hash& hash) {
            if (subtree.level >= storedLevelMin)
                complete.emplace(subtree, hash);
        });
        head = readHash(row, 2);
    }
    try {
        if (!complete.empty())
            storeSubtrees(tx, complete);
    } catch (const postgres::ConstraintViolation&) {
        throw Conflict(logDamaged, "The stored tree reaches beyond what is signed: the log was cut off, and checkpoints with it.");
    }
    return rows.size() == batch;
}

/// Throws Conflict("wrong_secret_key") for a key that was sealed under another APP_SECRET_KEY, or is not the public one's.
std::unique_ptr<NoteSigner> openSigner(const SealedKey& sealed, const crypto::SecretBox& box)
{
    std::string opened = box.open(sealed.seed);
    NoteSigner::Seed seed{};
    std::copy_n(opened.begin(), std::min(seed.size(), opened.size()), seed.begin());
    auto signer = std::make_unique<NoteSigner>(sealed.key.name(), seed);
    OPENSSL_cleanse(opened.data(), opened.size());
    OPENSSL_cleanse(seed.data(), seed.size());
    if (signer->key() != sealed.key)
        throw Conflict("wrong_secret_key", "The stored key of the audit log's checkpoints is not the one that was published. Rotate it.");
    return signer;
}

std::int64_t sizeOfNewest(postgres::Transaction& tx)
{
    const auto newest = readNewest(tx);
    return newest ? newest->published.checkpoint.size : 0;
}

} // namespace

nlohmann::ordered_json toJson(const PublishedCheckpoint& published)
{
    return {{"origin", published.checkpoint.origin},
            {"size", published.checkpoint.size},
            {"root", toHex(published.checkpoint.root)},
            {"created_at", toRfc3339Micros(published.createdAt)},
            {"note", published.note}};
}

Checkpoints::Checkpoints(const Parts& parts, std::string origin)
    : m_parts(parts)
    , m_origin(std::move(origin))
    , m_size(prometheus::BuildGauge()
                 .Name("audit_checkpoint_size")
                 .Help("Records that the newest checkpoint of the audit log covers.")
                 .Register(parts.metrics)
                 .Add({}))
{
    if (!isKeyName(m_origin))
        throw InvalidInput("AUDIT_ORIGIN", "must be a name without white space and plus signs, like billing.example.org/audit");
}

Checkpoints::Standing Checkpoints::current()
{
    {
        postgres::Transaction tx(m_parts.pool, postgres::Mode::readOnly);
        const auto newest = readNewest(tx);
        if (newest && newest->published.checkpoint.size == tx.execute(lastSeq)[0].as<std::int64_t>(0)) {
            m_size.Set(static_cast<double>(newest->published.checkpoint.size)); // another server may have signed it
            return {newest->published, contradiction(tx, *newest)};
        }
    }
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    tx.execute(lockCheckpoints);
    const auto newest = readNewest(tx);
    Standing standing;
    try {
        standing = make(tx, newest);
        tx.commit();
    } catch (const Conflict& conflict) {
        if (!newest || conflict.code() != logDamaged)
            throw;
        standing = {newest->published, conflict.what()};
    }
    m_size.Set(static_cast<double>(standing.newest.checkpoint.size));
    return standing;
}

void Checkpoints::signAll()
{
    try {
        static_cast<void>(current());
    } catch (const Conflict& conflict) {
        Poco::Logger::get("audit").error(std::string("no checkpoint was signed: ") + conflict.what());
    }
}

bool Checkpoints::keepUp(std::chrono::seconds interval)
{
    {
        postgres::Transaction tx(m_parts.pool, postgres::Mode::readOnly);
        const auto newest = readNewest(tx);
        if (newest) {
            m_size.Set(static_cast<double>(newest->published.checkpoint.size));
            if (newest->published.createdAt + interval > tx.now())
                return true;
        }
    }
    const Standing standing = current();
    if (standing.fault)
        Poco::Logger::get("audit").error("no checkpoint was signed: " + *standing.fault);
    return !standing.fault;
}

std::vector<LogKey> Checkpoints::keys(postgres::Transaction& tx) const
{
    return readKeys(tx);
}

LogKey Checkpoints::rotateKey(const api::Actor& by)
{
    const auto orNull = [](const std::vector<LogKey>& keys) {
        return keys.empty() ? nlohmann::json(nullptr) : nlohmann::json(keys.front().key.toText());
    };
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    tx.execute(lockCheckpoints);
    const std::vector<LogKey> before = keys(tx);
    addKey(tx, before.empty() ? m_origin : before.front().key.name(), by.name);
    const std::vector<LogKey> after = keys(tx);
    m_parts.audit.append(tx, {.by = by,
                              .action = "audit.key_rotated",
                              .targetType = "audit_key",
                              .targetId = fmt::format("{:08x}", after.front().key.id()),
                              .details = {{"before", orNull(before)}, {"after", orNull(after)}}});
    tx.commit();
    // Only now: whoever has events waits for the outbox before the log, and this does so too.
    static_cast<void>(current());
    return after.front();
}

ConsistencyProof Checkpoints::consistency(postgres::Transaction& tx, std::int64_t from, std::optional<std::int64_t> to) const
{
    const std::int64_t newest = sizeOfNewest(tx);
    const std::int64_t end = to.value_or(newest);
    const std::string beyond = fmt::format("The newest checkpoint is of {} records.", newest);
    if (end < 0 || end > newest)
        throw InvalidInput("to", beyond);
    if (from < 0 || from > end)
        throw InvalidInput("from", from > newest ? beyond : "Must not be greater than `to`.");
    const ProofPlan plan = planConsistency(from, end);
    const std::vector<Subtree> fromPeaks = subtreesOf(0, from);
    const std::vector<Subtree> toPeaks = subtreesOf(0, end);
    std::vector<Subtree> all(fromPeaks);
    all.insert(all.end(), toPeaks.begin(), toPeaks.end());
    for (const std::vector<Subtree>& subtrees : plan)
        all.insert(all.end(), subtrees.begin(), subtrees.end());
    const SubtreeHashes hashes = readSubtrees(tx, all);
    const auto hashOf = [&hashes](const Subtree& subtree) { return hashes.at(subtree); };
    return {from, end, rootOf(fromPeaks, hashOf), rootOf(toPeaks, hashOf), proofOf(plan, hashOf)};
}

InclusionProof Checkpoints::inclusion(postgres::Transaction& tx, std::int64_t seq, std::optional<std::int64_t> size) const
{
    const std::int64_t newest = sizeOfNewest(tx);
    const std::int64_t end = size.value_or(newest);
    if (end < 1 || end > newest)
        throw InvalidInput("size", fmt::format("The newest checkpoint is of {} records.", newest));
    if (seq < 1 || seq > end)
        throw InvalidInput("seq", fmt::format("Must be one of the {} records.", end));
    const ProofPlan plan = planInclusion(seq - 1, end);
    const std::vector<Subtree> peaks = subtreesOf(0, end);
    const Subtree leaf{0, seq - 1};
    std::vector<Subtree> all(peaks);
    all.push_back(leaf);
    for (const std::vector<Subtree>& subtrees : plan)
        all.insert(all.end(), subtrees.begin(), subtrees.end());
    const SubtreeHashes hashes = readSubtrees(tx, all);
    const auto hashOf = [&hashes](const Subtree& subtree) { return hashes.at(subtree); };
    return {seq, end, hashOf(leaf), rootOf(peaks, hashOf), proofOf(plan, hashOf)};
}

void Checkpoints::addKey(postgres::Transaction& tx, const std::string& origin, const std::string& by) const
{
    NoteSigner::Seed seed{};
    invariant(RAND_priv_bytes(seed.data(), static_cast<int>(seed.size())) == 1, "OpenSSL has randomness");
    const NoteSigner signer(origin, seed);
    storeKey(tx, signer.key(), m_parts.box.seal({reinterpret_cast<const char*>(seed.data()), seed.size()}), by);
    OPENSSL_cleanse(seed.data(), seed.size());
}

/// The checkpoint's note: by the key in force, and by the one before it too where this is the first that is signed by the new one.
std::string Checkpoints::sign(postgres::Transaction& tx, const Checkpoint& checkpoint, const std::string& noteBefore) const
{
    Note note{toText(checkpoint), {}};
    const auto before = parseNote(noteBefore);
    const auto signedBefore = [&before](const NoteKey& key) {
        return !before || std::ranges::any_of(before->signatures, [&key](const NoteSignature& one) { return key.isNamedBy(one); });
    };
    for (const SealedKey& key : readSealedKeys(tx)) {
        try {
            const auto signer = openSigner(key, m_parts.box);
            note.signatures.push_back(signer->sign(note.text).signatures.front());
            if (signedBefore(signer->key()))
                break;
        } catch (const Conflict&) {
            if (note.signatures.empty())
                throw;
            break; // the one before was sealed under another APP_SECRET_KEY: that is why there is a new one
        }
    }
    return toText(note);
}

/// Throws Conflict{logDamaged} where the log is not what the newest checkpoint was signed over.
Checkpoints::Standing Checkpoints::make(postgres::Transaction& tx, const std::optional<StoredCheckpoint>& newest)
{
    const std::int64_t sizeBefore = newest ? newest->published.checkpoint.size : 0;
    if (newest) {
        if (const auto fault = contradiction(tx, *newest))
            throw Conflict(logDamaged, *fault);
    }
    GrowingTree tree = readTree(tx, sizeBefore);
    if (newest && tree.root() != newest->published.checkpoint.root)
        throw Conflict(logDamaged, "The stored tree does not have the root that the newest checkpoint was signed over.");
    Hash head = newest ? newest->head : Hash{};
    while (growTree(tx, tree, head)) {
    }
    if (newest && tree.size() == sizeBefore)
        return {newest->published, std::nullopt};

    if (keys(tx).empty())
        addKey(tx, m_origin, "system");
    PublishedCheckpoint made{{keys(tx).front().key.name(), tree.size(), tree.root()}, {}, tx.now()};
    made.note = sign(tx, made.checkpoint, newest ? newest->published.note : std::string());
    storeCheckpoint(tx, {made, head});
    m_parts.announce(tx, made);
    return {std::move(made), std::nullopt};
}

} // namespace hpcbill::audit

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/invariant.h"
#include "server/http/etag.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/receipts/pdf/layout.h"
#include "server/receipts/receipts.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace hpcbill::receipts
{
namespace
{

/// Raised with whatever changes what is drawn, so that nobody keeps an old file for the new one.
constexpr int edition = 1;

/// Items are read so many at a time, each time in a transaction of its own: drawing a million of them must not hold a connection.
constexpr std::int64_t batchSize = 5'000;

constexpr postgres::Statement rulesOf{"receipts.rules_of", R"sql(
    select r.rule_version_id, (select coalesce(bit_or(i.rules_applied), 0) from receipt_items i where i.receipt_id = r.id)
    from receipts r where r.id = $1
)sql"};

/// From so many items on a receipt is long: it takes a core for seconds, one of a million for over a minute.
constexpr std::int64_t longReceipt = 20'000;

/// Lets a few at a time draw. Each that waits holds up a thread, so only some may, and not for long.
class Desk final
{
public:
    explicit Desk(int places)
        : m_free(places)
    {
    }

    /// A place at it, given back at the end of its scope.
    class Place final
    {
    public:
        /// Throws Overloaded when none becomes free in time.
        explicit Place(Desk& desk)
            : m_desk(desk)
        {
            m_desk.take();
        }
        ~Place() { m_desk.give(); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        Desk& m_desk;
    };

private:
    static constexpr int waitingMax = 8;
    static constexpr std::chrono::seconds patience{5};

    void take()
    {
        std::unique_lock lock(m_mutex);
        if (m_free == 0) {
            const bool mayWait = m_waiting < waitingMax;
            m_waiting += mayWait ? 1 : 0;
            const bool isFree = mayWait && m_given.wait_for(lock, patience, [this] { return m_free > 0; });
            m_waiting -= mayWait ? 1 : 0;
            if (!isFree)
                throw Overloaded("Many receipts are being printed at present. Try again in a moment.", std::chrono::seconds(30));
        }
        --m_free;
    }

    void give()
    {
        const std::lock_guard lock(m_mutex);
        ++m_free;
        m_given.notify_one();
    }

    std::mutex m_mutex;
    std::condition_variable m_given;
    int m_free;        // guarded by m_mutex
    int m_waiting = 0; // guarded by m_mutex
};

int cores()
{
    return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 2U, 8U));
}

} // namespace

struct Printer::Insides {
    Insides(const Parts& theParts, std::string url)
        : parts(theParts)
        , publicUrl(std::move(url))
    {
    }

    Parts parts;
    std::string publicUrl;
    mutable Desk shortOnes{cores()}; ///< never wait behind long ones
    mutable Desk longOnes{2};
    std::map<std::string, texts::Texts, std::less<>> texts;

    [[nodiscard]] pdf::Content contentOf(const Receipt& receipt, const texts::Texts& language) const;
    void write(std::ostream& out, const Receipt& receipt, const texts::Texts& language) const;
};

pdf::Content Printer::Insides::contentOf(const Receipt& receipt, const texts::Texts& language) const
{
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    pdf::Content content{.receipt = receipt, .address = {}, .replaces = {}, .replacedBy = {}, .rules = pricing::Rules(), .texts = language};
    if (!publicUrl.empty())
        content.address = fmt::format("{}/me/receipts/{}", publicUrl, static_cast<std::int64_t>(receipt.id));
    if (receipt.replaces)
        content.replaces = parts.receipts.find(tx, *receipt.replaces).number;
    if (receipt.replacedBy)
        content.replacedBy = parts.receipts.find(tx, *receipt.replacedBy).number;
    const auto row = tx.execute(rulesOf, static_cast<std::int64_t>(receipt.id));
    content.applied = static_cast<pricing::AppliedRules>(row[0].as<std::int64_t>(1));
    if (const auto version = row[0].as<std::optional<std::int64_t>>(0))
        content.rules = parts.prices.rules().version(tx, static_cast<rates::RuleVersionId>(*version)).rules;
    return content;
}

void Printer::Insides::write(std::ostream& out, const Receipt& receipt, const texts::Texts& language) const
{
    const Desk::Place place(receipt.jobs < longReceipt ? shortOnes : longOnes);
    const pdf::Content content = contentOf(receipt, language);
    print::Canvas canvas(out, {.title = fmt::format("{} {}", language.at("print_title"), receipt.number),
                               .author = receipt.issuer.name,
                               .madeAt = receipt.createdAt});
    pdf::draw(canvas, content, [&](const std::function<void(const ReceiptItem&)>& each) {
        for (std::int64_t line = 0; line < receipt.jobs;) {
            const std::vector<ReceiptItem> batch = [&] {
                postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
                return parts.receipts.items(tx, receipt.id, batchSize, line);
            }();
            invariant(!batch.empty(), "a receipt has as many items as it says");
            for (const ReceiptItem& item : batch)
                each(item);
            line = batch.back().line;
        }
    });
}

Printer::Printer(const Parts& parts, std::string publicUrl)
    : m_insides(std::make_unique<Insides>(parts, std::move(publicUrl)))
{
    for (const char* language : {"en", "th"})
        m_insides->texts.emplace(language, texts::Texts(language));
}

Printer::~Printer() = default;

Printout Printer::print(const Receipt& receipt, std::string_view language) const
{
    const auto found = m_insides->texts.find(language);
    invariant(found != m_insides->texts.end(), "a language of the catalogues");
    const nlohmann::ordered_json state{toJson(receipt), language, m_insides->publicUrl, edition};
    return {.fileName = fmt::format("{}{}.pdf", receipt.number, language == "en" ? "" : fmt::format(".{}", language)),
            .etag = http::etagOfContent(state.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)),
            .write = [insides = m_insides.get(), receipt, &texts = found->second](std::ostream& out) {
                insides->write(out, receipt, texts);
            }};
}

} // namespace hpcbill::receipts

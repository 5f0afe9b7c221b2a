// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/idempotency_key.h"
#include "common/api/role.h"
#include "common/money/money.h"
#include "common/pricing/pricing.h"
#include "common/pricing/tax.h"
#include "common/time/time.h"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus
{
class Counter;
class Registry;
} // namespace prometheus
namespace hpcbill::audit
{
class Log;
}
namespace hpcbill::postgres
{
class Pool;
class Transaction;
} // namespace hpcbill::postgres
namespace hpcbill::rates
{
class Prices;
}
namespace hpcbill::webhooks
{
class Outbox;
}

namespace hpcbill::receipts
{

enum class ReceiptId : std::int64_t {};

enum class Status { pending, paid, void_ };
/// "pending", "paid", "void".
std::string_view codeOf(Status status);
std::optional<Status> parseStatus(std::string_view code);

/// How we came to know that a receipt was paid: by the provider's message, by asking the provider, by an
/// operator's word, by a row of a bank statement; or from the first, because nothing was to be paid.
enum class PaidHow { webhook, poll, manual, statement, nothingDue };
inline constexpr std::array allPaidHow{PaidHow::webhook, PaidHow::poll, PaidHow::manual, PaidHow::statement,
                                       PaidHow::nothingDue};
/// "webhook", "poll", "manual", "statement", "nothing_due".
std::string_view codeOf(PaidHow how);
std::optional<PaidHow> parsePaidHow(std::string_view code);

/// By what a receipt was paid.
struct Settlement {
    PaidHow how = PaidHow::manual;
    std::string method;            ///< `bank_transfer`, `stripe`
    std::string externalReference; ///< what finance finds the money by
};

/// What takes back a receipt that was paid.
struct CreditNote {
    std::string number; ///< CN-YYYY-NNNNNN, without gaps per year
    Money total{0, Currency::thb()};
    UtcTime createdAt;
    std::string createdBy;
    std::string reason;
};

/// Who bills. What is not told is empty.
struct Issuer {
    std::string name;
    std::string address; ///< lines, with line feeds between them
    std::string taxId;

    bool operator==(const Issuer&) const = default;
};

/// Rates at which some of a receipt's jobs were priced, and what they come to.
struct ReceiptPrice {
    std::string tier;
    std::string cpu; ///< per hour, as the version of the rates has it
    std::string gpu;
    std::string mem;
    UtcTime effectiveFrom;
    std::string author;
    std::int64_t jobs = 0;
    std::string amount;
};

/// A bill for a user's jobs. Issuer, tier, rates, tax and amounts are those of the moment at which it was made and never
/// change.
struct Receipt {
    ReceiptId id{};
    std::string number; ///< PREFIX-YYYY-NNNNNN, without gaps per prefix and year
    Issuer issuer;
    std::string username;
    UtcTime from; ///< the earliest end among its jobs
    UtcTime to;   ///< the cut-off; every job of it ended before
    Status status = Status::pending;
    std::string tier;
    std::int64_t rateVersion = 0;
    pricing::Rates rates;
    std::int64_t jobs = 0;
    Money subtotal{0, Currency::thb()};
    Money tax{0, Currency::thb()};
    Money total{0, Currency::thb()};
    pricing::Tax taxRule; ///< by which `tax` came about
    UtcTime createdAt;
    std::string createdBy;
    std::optional<UtcTime> paidAt;
    std::optional<PaidHow> paidHow;
    std::optional<std::string> paidMethod; ///< of what was marked paid by hand: `bank_transfer`
    std::optional<std::string> externalReference;
    std::optional<ReceiptId> replaces;
    std::optional<ReceiptId> replacedBy;
    std::optional<CreditNote> creditNote;
    std::vector<ReceiptPrice> prices; ///< empty on receipts of before these were kept
};

/// As /api/v1/receipts shows it, and as events carry it.
nlohmann::ordered_json toJson(const Receipt& receipt);

/// A line of a receipt: one run of a job.
struct ReceiptItem {
    std::int64_t line = 0;
    std::string cluster;
    std::int64_t jobId = 0;
    std::string displayId;
    std::string jobName;
    UtcTime submitAt;
    UtcTime endedAt;
    pricing::Usage usage;
    Money amount{0, Currency::thb()};
    std::string tier;
    pricing::AppliedRules rulesApplied = 0; ///< of the receipt's version of the billing rules
};

using api::IdempotencyKey;

/// Who asked for a receipt: somebody for himself, somebody for another user, the run of a month.
enum class Scope { self, user, run };

/// What a receipt would come to.
struct Estimate {
    std::int64_t jobs = 0;
    Money total;
};

/// Why a receipt is made void, and whether a credit note takes back that it was paid.
struct VoidOrder {
    std::string reason;
    bool hasCreditNote = false;
    std::optional<IdempotencyKey> key = std::nullopt; ///< by which a repeated order is answered as the first
};

/// Makes receipts of unbilled jobs and guards their life: pending → paid, pending → void, paid → void with a credit
/// note, paid → pending where an operator had marked it paid by mistake. Nothing is ever deleted.
class Receipts final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        const rates::Prices& prices;
        webhooks::Outbox& outbox;
        prometheus::Registry& metrics;
    };
    explicit Receipts(const Parts& parts, pricing::Tax tax = {}, Issuer issuer = {});

    /// Bills the user's unbilled jobs that ended before `cutOff`. Throws Conflict when there are none, and
    /// when the key was used with another body; with the same body the receipt made then is answered.
    Receipt create(const std::string& username, UtcTime cutOff, const std::optional<IdempotencyKey>& key,
                   const api::Actor& by);

    /// Makes a receipt void: its jobs can be billed again. One that is paid needs a credit note. Throws NotFound,
    /// and Conflict for one that is void already.
    Receipt voidReceipt(ReceiptId id, const VoidOrder& order, const api::Actor& by);
    /// Bills the jobs of a receipt that is void, or pending and becomes void by it, at what holds now. Throws NotFound,
    /// and Conflict for one that is paid or has been replaced, or where its jobs stand on other receipts by now.
    Receipt reissue(ReceiptId id, const std::string& reason, const std::optional<IdempotencyKey>& key,
                    const api::Actor& by);

    /// Throws NotFound.
    Receipt find(postgres::Transaction& tx, ReceiptId id) const;
    /// The same, and nobody else changes it or its payments until the transaction ends. Throws NotFound.
    Receipt lock(postgres::Transaction& tx, ReceiptId id) const;

    /// As create(), as the last step of a transaction of the caller's, who counts the receipt once that is committed. None
    /// where there is nothing to bill.
    /// `written` is told of the receipt before its number is taken.
    std::optional<Receipt> bill(postgres::Transaction& tx, const std::string& username, UtcTime cutOff,
                                const api::Actor& by, const std::function<void(ReceiptId)>& written);
    void countCreated(const Receipt& receipt, Scope scope);
    /// What create() would bill at present.
    Estimate estimate(postgres::Transaction& tx, const std::string& username, UtcTime cutOff) const;

    // Steps of a transaction that settles a payment. The receipt is locked; the caller puts on record who did it
    // and why, and counts it once that is committed.

    /// Throws Conflict unless it is pending.
    Receipt markPaid(postgres::Transaction& tx, const Receipt& receipt, const Settlement& settlement);
    /// Back to pending. Throws Conflict unless it was marked paid by hand.
    Receipt revertPaid(postgres::Transaction& tx, const Receipt& receipt);
    void countPaid(PaidHow how);

    /// A page of receipts, newest first, before `before`; of one user, in one status, where given.
    std::vector<Receipt> list(postgres::Transaction& tx, const std::optional<std::string>& username,
                              const std::optional<Status>& status, std::int64_t limit,
                              std::optional<ReceiptId> before) const;

    /// A page of a receipt's lines after the line `after` (0 for the first page).
    std::vector<ReceiptItem> items(postgres::Transaction& tx, ReceiptId id, std::int64_t limit,
                                   std::int64_t after) const;

private:
    /// Whose jobs are billed: those that ended before a moment, or those of a receipt that is void and is replaced.
    struct Order {
        std::string username;
        UtcTime cutOff;
        std::optional<ReceiptId> replaces;
    };
    /// The receipt that this key made before.
    std::optional<Receipt> madeBefore(postgres::Transaction& tx, const std::optional<IdempotencyKey>& key,
                                      const api::Actor& by) const;
    /// Header, items and number. None where there is nothing to bill.
    std::optional<ReceiptId> write(postgres::Transaction& tx, const Order& order, const api::Actor& by,
                                   const std::function<void(ReceiptId)>& written);
    // Events and audit record of what was written; where nothing is due, of that as well.
    Receipt tellCreated(postgres::Transaction& tx, ReceiptId id, nlohmann::json details, const api::Actor& by);
    Receipt tellVoided(postgres::Transaction& tx, ReceiptId id, const VoidOrder& order, const api::Actor& by);

    postgres::Pool& m_pool;
    audit::Log& m_audit;
    const rates::Prices& m_prices;
    webhooks::Outbox& m_outbox;
    pricing::Tax m_tax;
    Issuer m_issuer;
    std::map<Scope, prometheus::Counter*> m_created;
    prometheus::Counter& m_voided;
    std::map<PaidHow, prometheus::Counter*> m_paid;
};

/// A receipt as a PDF file.
struct Printout {
    std::string fileName; ///< "MU-2026-000123.pdf"
    std::string etag;     ///< for HTTP: another one as soon as what is printed is another
    std::function<void(std::ostream&)> write; ///< in constant memory, from the database; page by page
};

/// Prints receipts, in each language that there is a catalogue of. A receipt that has not changed is the same bytes.
class Printer final
{
public:
    struct Parts {
        postgres::Pool& pool;
        const Receipts& receipts;
        const rates::Prices& prices;
    };
    /// `publicUrl` is where browsers reach this server, without a slash at its end; empty: receipts tell no address.
    Printer(const Parts& parts, std::string publicUrl);
    ~Printer();
    Printer(const Printer&) = delete;
    Printer& operator=(const Printer&) = delete;

    /// `language` is "en" or "th".
    [[nodiscard]] Printout print(const Receipt& receipt, std::string_view language) const;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

enum class RunId : std::int64_t {};

/// failed: everybody was tried, and some could not be billed.
enum class RunStatus { running, finished, cancelled, failed };
/// "running", "finished", "cancelled", "failed".
std::string_view codeOf(RunStatus status);
std::optional<RunStatus> parseRunStatus(std::string_view code);

/// "2026-10"; a month is given by its first day.
std::string monthOf(std::chrono::sys_days month);
std::optional<std::chrono::sys_days> parseMonth(std::string_view text);

/// The billing of everybody's unbilled jobs that ended before the end of a month.
struct Run {
    RunId id{};
    std::chrono::sys_days month;
    UtcTime cutOff;
    RunStatus status = RunStatus::running;
    UtcTime startedAt;
    std::optional<UtcTime> finishedAt;
    std::string createdBy;
    std::int64_t usersTotal = 0;
    std::int64_t usersDone = 0;
    std::int64_t usersFailed = 0;
    std::int64_t receipts = 0;
    Money amount{0, Currency::thb()}; ///< of its receipts
};

nlohmann::ordered_json toJson(const Run& run);

struct RunFailure {
    std::string username;
    std::string error;
};

/// What a run would bill to a user, and which of his jobs it would leave out.
struct RunForecast {
    std::string username;
    std::int64_t jobs = 0;
    Money amount{0, Currency::thb()};
    std::int64_t running = 0;      ///< they have not ended yet
    std::int64_t neverStarted = 0; ///< they never had nodes and cost nothing
};

/// Bills months: one transaction per user, by whichever process claims the user. A process that dies leaves nothing half
/// done, and the others go on.
class Runs final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        Receipts& receipts;
        Currency currency;
    };
    explicit Runs(const Parts& parts);
    ~Runs();
    Runs(const Runs&) = delete;
    Runs& operator=(const Runs&) = delete;

    struct Begun {
        Run run;
        bool isNew = false; ///< false: it was running already
    };
    /// Throws InvalidInput for a month that is not over.
    Begun begin(std::chrono::sys_days month, const std::optional<IdempotencyKey>& key, const api::Actor& by);
    /// Nobody who waits is billed any more. Throws NotFound, and Conflict where it has ended.
    Run cancel(RunId id, const std::string& reason, const api::Actor& by);
    /// Those who failed wait again. Throws NotFound, Conflict.
    Run retry(RunId id, const std::string& reason, const api::Actor& by);

    /// Bills the next who waits, of this run where given, or puts on record why not. False when nobody waits.
    bool billNext(std::optional<RunId> only);
    /// Ends the runs in which nobody waits any more.
    void endWhatIsDone();
    /// Takes part in all runs until it is to stop.
    void work(const std::stop_token& stop);

    /// Throws NotFound.
    Run find(postgres::Transaction& tx, RunId id) const;
    /// A page, newest first.
    std::vector<Run> list(postgres::Transaction& tx, std::int64_t limit, std::optional<RunId> before) const;
    static constexpr std::int64_t failuresShown = 100;
    /// The first who failed, by name.
    std::vector<RunFailure> failures(postgres::Transaction& tx, RunId id) const;
    /// A page of what a run of the month would do, by user name.
    std::vector<RunForecast> forecast(postgres::Transaction& tx, std::chrono::sys_days month, std::int64_t limit,
                                      const std::optional<std::string>& after) const;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

/// Takes part in runs until it goes out of scope.
class RunWorkers final
{
public:
    RunWorkers(Runs& runs, unsigned threads);
    ~RunWorkers();
    RunWorkers(const RunWorkers&) = delete;
    RunWorkers& operator=(const RunWorkers&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::receipts

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/conduct.h"

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hpcbill::fakes
{

enum class Brand { stripe, omise };

/// `processing`: the payer is done, the bank is not.
enum class Standing { open, processing, paid, failed, expired };

/// What somebody is asked to pay: Stripe's Checkout Session, Omise's charge.
struct Payment {
    std::string id;
    Brand brand = Brand::stripe;
    Standing standing = Standing::open;
    std::int64_t amount = 0; ///< minor units as this provider counts them
    std::string currency;    ///< in the provider's own case
    std::string reference;   ///< Stripe's client_reference_id
    std::string description;
    std::string returnUrl;
    std::string cancelUrl;
    Json metadata = Json::object();
    std::int64_t createdAt = 0; ///< seconds since 1970
    std::int64_t expiresAt = 0;
    std::int64_t finishedAt = 0;
    std::string companion; ///< Stripe's payment intent, Omise's source
    std::string document;  ///< Omise's QR code
    std::string failureCode;
    std::string failureMessage;
};

struct Event {
    std::string id;
    Brand brand = Brand::stripe;
    std::string type;
    std::string payment;
    std::string body;
};

/// An event on its way to the merchant.
struct Letter {
    std::string event;
    std::string state; ///< "waiting", "sending", "held", "silenced", "delivered", "given_up"
    std::int64_t dueMs = 0;
    std::int64_t attempts = 0;
    std::int64_t lastStatus = 0;
    std::string lastError;
};

/// What was answered to an Idempotency-Key.
struct KeptAnswer {
    std::string request;
    int status = 0;
    std::string body;
};

struct Books {
    std::map<std::string, Payment> payments;
    std::vector<Event> events;
    std::vector<Letter> letters;
    std::map<std::string, KeptAnswer> keptAnswers;
    Conduct conduct;
};

std::int64_t nowMs();
std::string_view codeOf(Brand brand);
std::string_view codeOf(Standing standing);
Json toJson(const Payment& payment);
Json toJson(const Letter& letter);

/// All that the provider knows; in a file too, where it was given one, so that it outlives the program.
class Ledger final
{
public:
    /// Goes on with what `file` holds. An empty path: in memory only. Throws std::runtime_error for a file
    /// that cannot be read.
    explicit Ledger(std::filesystem::path file);

    template <typename Change>
    auto change(Change change)
    {
        const std::unique_lock lock(m_mutex);
        struct Done {
            Ledger& ledger;
            ~Done() { ledger.save(); }
        } const done{*this};
        return change(m_books);
    }
    template <typename Look>
    auto look(Look look) const
    {
        const std::unique_lock lock(m_mutex);
        return look(m_books);
    }

    /// The letter that is due first, taken off for the time it is on its way; waits for one. None once
    /// closed.
    std::optional<std::size_t> nextDue();
    /// Waits so long, or until closed.
    void wait(std::int64_t milliseconds);
    /// Waits until no letter is waiting or sending; false after a minute and a half.
    bool waitUntilQuiet();
    /// Ends all waiting.
    void close();

private:
    void save();

    std::filesystem::path m_file;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    Books m_books;           // guarded by m_mutex
    bool m_isClosed = false; // guarded by m_mutex
};

} // namespace hpcbill::fakes

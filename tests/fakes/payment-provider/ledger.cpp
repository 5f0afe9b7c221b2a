// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/ledger.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>

namespace hpcbill::fakes
{
namespace
{

constexpr std::array<std::string_view, 2> brands{"stripe", "omise"};
constexpr std::array<std::string_view, 5> standings{"open", "processing", "paid", "failed", "expired"};

template <typename Enum, std::size_t N>
Enum read(const std::array<std::string_view, N>& codes, const Json& json)
{
    const auto found = std::find(codes.begin(), codes.end(), json.get<std::string>());
    if (found == codes.end())
        throw std::runtime_error("the state file holds an unknown word: " + json.dump());
    return static_cast<Enum>(found - codes.begin());
}

Payment readPayment(const Json& json)
{
    Payment payment;
    payment.id = json.at("id");
    payment.brand = read<Brand>(brands, json.at("provider"));
    payment.standing = read<Standing>(standings, json.at("standing"));
    payment.amount = json.at("amount");
    payment.currency = json.at("currency");
    payment.reference = json.at("reference");
    payment.description = json.at("description");
    payment.returnUrl = json.at("return_url");
    payment.cancelUrl = json.at("cancel_url");
    payment.metadata = json.at("metadata");
    payment.createdAt = json.at("created_at");
    payment.expiresAt = json.at("expires_at");
    payment.finishedAt = json.at("finished_at");
    payment.companion = json.at("companion");
    payment.document = json.at("document");
    payment.failureCode = json.at("failure_code");
    payment.failureMessage = json.at("failure_message");
    return payment;
}

Json toJson(const Books& books)
{
    Json json{{"conduct", toJson(books.conduct)},
              {"payments", Json::array()},
              {"events", Json::array()},
              {"letters", Json::array()},
              {"kept_answers", Json::object()}};
    for (const auto& [id, payment] : books.payments)
        json["payments"].push_back(toJson(payment));
    for (const Event& event : books.events) {
        json["events"].push_back({{"id", event.id},
                                  {"provider", codeOf(event.brand)},
                                  {"type", event.type},
                                  {"payment", event.payment},
                                  {"body", event.body}});
    }
    for (const Letter& letter : books.letters)
        json["letters"].push_back(toJson(letter));
    for (const auto& [key, kept] : books.keptAnswers)
        json["kept_answers"][key] = {{"request", kept.request}, {"status", kept.status}, {"body", kept.body}};
    return json;
}

Books readBooks(const Json& json)
{
    Books books;
    books.conduct = changed({}, json.at("conduct"));
    for (const Json& one : json.at("payments")) {
        Payment payment = readPayment(one);
        books.payments.emplace(payment.id, std::move(payment));
    }
    for (const Json& one : json.at("events")) {
        books.events.push_back({one.at("id"), read<Brand>(brands, one.at("provider")), one.at("type"),
                                one.at("payment"), one.at("body")});
    }
    for (const Json& one : json.at("letters")) {
        Letter letter{one.at("event"),    one.at("state"),       one.at("due_ms"),
                      one.at("attempts"), one.at("last_status"), one.at("last_error")};
        if (letter.state == "sending") // the program ended meanwhile: once more
            letter.state = "waiting";
        books.letters.push_back(std::move(letter));
    }
    for (const auto& [key, one] : json.at("kept_answers").items())
        books.keptAnswers[key] = {one.at("request"), one.at("status"), one.at("body")};
    return books;
}

} // namespace

std::int64_t nowMs()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string_view codeOf(Brand brand)
{
    return brands.at(static_cast<std::size_t>(brand));
}

std::string_view codeOf(Standing standing)
{
    return standings.at(static_cast<std::size_t>(standing));
}

Json toJson(const Payment& payment)
{
    return {{"id", payment.id},
            {"provider", codeOf(payment.brand)},
            {"standing", codeOf(payment.standing)},
            {"amount", payment.amount},
            {"currency", payment.currency},
            {"reference", payment.reference},
            {"description", payment.description},
            {"return_url", payment.returnUrl},
            {"cancel_url", payment.cancelUrl},
            {"metadata", payment.metadata},
            {"created_at", payment.createdAt},
            {"expires_at", payment.expiresAt},
            {"finished_at", payment.finishedAt},
            {"companion", payment.companion},
            {"document", payment.document},
            {"failure_code", payment.failureCode},
            {"failure_message", payment.failureMessage}};
}

Json toJson(const Letter& letter)
{
    return {{"event", letter.event},
            {"state", letter.state},
            {"due_ms", letter.dueMs},
            {"attempts", letter.attempts},
            {"last_status", letter.lastStatus},
            {"last_error", letter.lastError}};
}

Ledger::Ledger(std::filesystem::path file)
    : m_file(std::move(file))
{
    if (m_file.empty() || !std::filesystem::exists(m_file))
        return;
    std::ifstream in(m_file);
    try {
        m_books = readBooks(Json::parse(in));
    } catch (const Json::exception& exception) {
        throw std::runtime_error(m_file.string() + " cannot be read: " + exception.what());
    }
}

void Ledger::save()
{
    m_changed.notify_all();
    if (m_file.empty())
        return;
    const std::filesystem::path fresh = m_file.string() + ".new";
    std::ofstream(fresh) << toJson(m_books).dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
    std::filesystem::permissions(fresh,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::filesystem::rename(fresh, m_file);
}

std::optional<std::size_t> Ledger::nextDue()
{
    std::unique_lock lock(m_mutex);
    while (!m_isClosed) {
        Letter* first = nullptr;
        for (Letter& letter : m_books.letters) {
            if (letter.state == "waiting" && (first == nullptr || letter.dueMs < first->dueMs))
                first = &letter;
        }
        const std::int64_t now = nowMs();
        if (first != nullptr && first->dueMs <= now) {
            first->state = "sending";
            return static_cast<std::size_t>(first - m_books.letters.data());
        }
        if (first == nullptr)
            m_changed.wait(lock);
        else
            m_changed.wait_for(lock, std::chrono::milliseconds(first->dueMs - now));
    }
    return std::nullopt;
}

void Ledger::wait(std::int64_t milliseconds)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return m_isClosed; });
}

bool Ledger::waitUntilQuiet()
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, std::chrono::seconds(90), [this] {
        return std::none_of(m_books.letters.begin(), m_books.letters.end(), [](const Letter& letter) {
            return letter.state == "waiting" || letter.state == "sending";
        });
    });
}

void Ledger::close()
{
    const std::unique_lock lock(m_mutex);
    m_isClosed = true;
    m_changed.notify_all();
}

} // namespace hpcbill::fakes

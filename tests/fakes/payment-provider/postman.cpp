// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/postman.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <fmt/format.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <sstream>

namespace hpcbill::fakes
{
namespace
{

/// Not the server's own HMAC: that is what is tested with it.
std::string hmacHex(const std::string& key, const std::string& message)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac, &size);
    std::string hex;
    for (unsigned int at = 0; at < size; ++at)
        hex += fmt::format("{:02x}", mac[at]);
    return hex;
}

/// Omise hands out its secrets in base64 and signs with the bytes.
std::string decodeBase64(const std::string& text)
{
    std::istringstream in(text);
    Poco::Base64Decoder decoder(in);
    std::ostringstream out;
    Poco::StreamCopier::copyStream(decoder, out);
    return out.str();
}

const Account& accountOf(const Conduct& conduct, Brand brand)
{
    return brand == Brand::stripe ? conduct.stripe : conduct.omise;
}

struct Sent {
    int status = 0;
    std::string error;
};

Sent post(const std::string& url, const Fields& headers, const std::string& body)
{
    try {
        Poco::URI uri(url);
        if (uri.getPath().empty())
            uri.setPath("/");
        Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
        session.setTimeout(Poco::Timespan(60, 0));
        Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_POST, uri.getPathAndQuery(),
                                       Poco::Net::HTTPMessage::HTTP_1_1);
        request.setContentType("application/json; charset=utf-8");
        request.setContentLength(static_cast<std::streamsize>(body.size()));
        for (const auto& [name, value] : headers)
            request.set(name, value);
        session.sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        Poco::NullOutputStream nowhere;
        Poco::StreamCopier::copyStream(session.receiveResponse(response), nowhere);
        return {response.getStatus(), {}};
    } catch (const Poco::Exception& exception) {
        return {0, exception.displayText()};
    }
}

} // namespace

void announce(Books& books, Event event)
{
    const WebhookConduct& conduct = books.conduct.webhooks;
    const char* state = conduct.isSilent ? "silenced" : conduct.isHeld ? "held" : "waiting";
    for (std::int64_t copy = 0; copy < conduct.copies; ++copy)
        books.letters.push_back({event.id, state, nowMs() + conduct.delayMs, 0, 0, {}});
    books.events.push_back(std::move(event));
}

void resend(Books& books, const std::string& eventId)
{
    books.letters.push_back({eventId, "waiting", nowMs(), 0, 0, {}});
}

void release(Books& books, bool isReversed)
{
    std::vector<Letter*> held;
    for (Letter& letter : books.letters) {
        if (letter.state == "held")
            held.push_back(&letter);
    }
    if (isReversed)
        std::reverse(held.begin(), held.end());
    std::int64_t due = nowMs();
    for (Letter* letter : held) {
        letter->state = "waiting";
        letter->dueMs = due++;
    }
}

Fields signatureOf(Brand brand, const Account& account, const WebhookConduct& conduct,
                   const std::string& body, std::int64_t nowSeconds)
{
    std::vector<std::string> secrets = account.webhookSecrets;
    if (!conduct.signWith.empty())
        secrets = {conduct.signWith};
    if (conduct.isUnsigned || secrets.empty())
        return {};
    const std::string time = fmt::to_string(nowSeconds + conduct.timestampShiftSeconds);
    std::string signatures;
    for (const std::string& secret : secrets) {
        if (brand == Brand::stripe)
            signatures += ",v1=" + hmacHex(secret, time + "." + body);
        else
            signatures += (signatures.empty() ? "" : ",") + hmacHex(decodeBase64(secret), time + "." + body);
    }
    if (brand == Brand::stripe)
        return {{"Stripe-Signature", "t=" + time + signatures}};
    return {{"Omise-Signature", signatures}, {"Omise-Signature-Timestamp", time}};
}

Postman::Postman(Ledger& ledger)
    : m_ledger(ledger)
    , m_thread([this] { run(); })
{
}

Postman::~Postman()
{
    m_ledger.close();
    m_thread.join();
}

void Postman::run()
{
    while (const auto letter = m_ledger.nextDue())
        send(*letter);
}

void Postman::send(std::size_t place)
{
    const auto [event, conduct] = m_ledger.look([place](const Books& books) {
        const std::string& id = books.letters[place].event;
        return std::pair{*std::find_if(books.events.begin(), books.events.end(),
                                       [&id](const Event& one) { return one.id == id; }),
                         books.conduct};
    });
    const Account& account = accountOf(conduct, event.brand);
    Fields headers = signatureOf(event.brand, account, conduct.webhooks, event.body, nowMs() / 1000);
    headers["User-Agent"] =
        event.brand == Brand::stripe ? "Stripe/1.0 (+https://stripe.com/docs/webhooks)" : "Omise/2019-05-29";
    const Sent sent = account.webhookUrl.empty() ? Sent{0, "no webhook_url is set"}
                                                 : post(account.webhookUrl, headers, event.body);

    m_ledger.change([&, place](Books& books) {
        Letter& letter = books.letters[place];
        ++letter.attempts;
        letter.lastStatus = sent.status;
        letter.lastError = sent.error;
        if (sent.status >= 200 && sent.status < 300) {
            letter.state = "delivered";
        } else if (letter.attempts > conduct.webhooks.retries) {
            letter.state = "given_up";
        } else {
            letter.state = "waiting";
            letter.dueMs =
                nowMs() + (conduct.webhooks.retryMs << std::min<std::int64_t>(letter.attempts - 1, 20));
        }
    });
}

} // namespace hpcbill::fakes

// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/http/query.h"
#include "server/payments/payments.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "server/web/figures.h"
#include "server/web/pages.h"

#include <Poco/NumberParser.h>

namespace hpcbill::web
{

namespace
{

/// A payer who comes back is impatient; the provider is not asked more often than this.
constexpr std::chrono::seconds askedRecently{5};

std::string addressOf(std::int64_t id)
{
    return fmt::format("/payments/thanks?rid={}", id);
}

receipts::Receipt ownReceipt(postgres::Transaction& tx, const http::Request& request, std::int64_t id,
                             const SiteParts& parts)
{
    receipts::Receipt receipt = parts.receipts.find(tx, static_cast<receipts::ReceiptId>(id));
    if (receipt.username != request.principal()->username)
        throw NotFound("There is no such receipt of yours.");
    return receipt;
}

struct Standing {
    receipts::Receipt receipt;
    std::optional<payments::Payment> underWay;
    bool wasAskedRecently = false;
};

Standing readStanding(const http::Request& request, std::int64_t id, const SiteParts& parts)
{
    postgres::Transaction tx(parts.pool, postgres::Mode::readOnly);
    Standing standing{ownReceipt(tx, request, id, parts), std::nullopt, false};
    auto pending = parts.payments.list(
        tx, {payments::PaymentStatus::pending, std::nullopt, standing.receipt.id}, 1, std::nullopt);
    if (!pending.empty()) {
        standing.underWay = std::move(pending.front());
        const auto& asked = standing.underWay->asked;
        standing.wasAskedRecently = asked && tx.now() - asked->at < askedRecently;
    }
    return standing;
}

/// The webhook may be a moment behind the payer: the provider itself knows already.
void askForPayer(const http::Request& request, const Standing& standing, const SiteParts& parts)
{
    if (!standing.underWay || !standing.underWay->externalId || standing.wasAskedRecently)
        return;
    try {
        parts.payments.ask(standing.underWay->id, std::nullopt, request.actor());
    } catch (const payments::ProviderFailure&) {
        // It is kept with the payment, and the page shows what is known.
    }
}

std::string explanationOf(const Standing& standing, const Texts& texts)
{
    switch (standing.receipt.status) {
    case receipts::Status::paid:
        return texts.at("pay_paid");
    case receipts::Status::void_:
        return texts.at("pay_void");
    case receipts::Status::pending:
        return texts.at(standing.underWay ? "pay_pending" : "pay_not_started");
    }
    return {};
}

} // namespace

http::Response startPayment(const http::Request& request, const SiteParts& parts)
{
    return http::seeOther(parts.payments.start(request.id<receipts::ReceiptId>("id"), request.actor()));
}

http::Response showThanks(const Frame& frame, const http::Request& request, const SiteParts& parts)
{
    http::Query query(request);
    const auto id = query.integer("rid", 1, INT64_MAX);
    if (!id)
        query.refuse("rid", "Is missing.");
    query.finish();
    askForPayer(request, readStanding(request, *id, parts), parts);
    const Standing standing = readStanding(request, *id, parts);
    const receipts::Receipt& receipt = standing.receipt;

    Page page(frame, request, "thanks.tpl");
    const Texts& texts = page.texts();
    page.setTitle(texts.at("pay_title"));
    page.setTab(Tab::receipts);
    Fields& fields = page.fields();
    set(fields, "STATUS_CODE", receipts::codeOf(receipt.status));
    set(fields, "STATUS", texts.at(fmt::format("status_{}", receipts::codeOf(receipt.status))));
    set(fields, "EXPLANATION", explanationOf(standing, texts));
    set(fields, "NUMBER", receipt.number);
    set(fields, "TOTAL", amountWithCurrency(receipt.total));
    set(fields, "RECEIPT", fmt::format("/me/receipts/{}", *id));
    if (standing.underWay) {
        set(*fields.AddSectionDictionary("LOOK_AGAIN"), "ADDRESS", addressOf(*id));
        if (parts.payments.settings().mayBeSimulated && standing.underWay->provider == "dummy")
            set(*fields.AddSectionDictionary("SIMULATE"), "ID", fmt::to_string(*id));
    }
    return page.answer();
}

http::Response simulatePayment(const http::Request& request, const SiteParts& parts)
{
    const http::TextPairs form = request.form();
    Poco::Int64 id = 0;
    if (!Poco::NumberParser::tryParse64(fieldOf(form, "rid"), id) || id < 1)
        throw InvalidInput("rid", "Must be the number of a receipt.");
    const std::string outcome = fieldOf(form, "outcome");
    if (outcome != "paid" && outcome != "failed")
        throw InvalidInput("outcome", "One of paid, failed.");
    parts.payments.simulate(static_cast<receipts::ReceiptId>(id),
                            outcome == "paid" ? payments::Standing::paid : payments::Standing::failed,
                            request.actor());
    return http::seeOther(addressOf(id));
}

} // namespace hpcbill::web

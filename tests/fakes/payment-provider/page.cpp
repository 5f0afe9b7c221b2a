// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/page.h"

#include "tests/fakes/payment-provider/deeds.h"

#include <Poco/String.h>
#include <fmt/format.h>
#include <qrencode.h>

#include <algorithm>
#include <memory>

namespace hpcbill::fakes
{
namespace
{

/// How many decimals amounts have that the providers are told in this currency.
int digitsOf(const std::string& currency)
{
    const std::string code = Poco::toUpper(currency);
    for (const char* without : {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND",
                                "VUV", "XAF", "XOF", "XPF"}) {
        if (code == without)
            return 0;
    }
    for (const char* three : {"BHD", "JOD", "KWD", "OMR", "TND"}) {
        if (code == three)
            return 3;
    }
    return 2;
}

std::string amountOf(const Payment& payment)
{
    std::string digits = fmt::to_string(payment.amount);
    const auto places = static_cast<std::size_t>(digitsOf(payment.currency));
    if (digits.size() <= places)
        digits.insert(0, places + 1 - digits.size(), '0');
    if (places > 0)
        digits.insert(digits.size() - places, ".");
    return digits + " " + Poco::toUpper(payment.currency);
}

Reply page(const std::string& title, const std::string& content, int status = 200)
{
    constexpr std::string_view style =
        "body{font:16px system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}"
        "button{font:inherit;padding:.5rem 1rem;margin:0 .5rem .5rem 0}"
        ".amount{font-size:2rem;margin:.5rem 0}.note{color:#555}img{width:14rem;height:14rem}";
    return {status, "text/html; charset=utf-8",
            fmt::format(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width,initial-scale=1\"><title>{0}</title><style>{1}</style></head>"
                "<body><h1>{0}</h1>{2}</body></html>",
                title, style, content)};
}

std::string_view outcomeOf(Standing standing)
{
    switch (standing) {
    case Standing::open:
        return "waits to be paid";
    case Standing::processing:
        return "is being processed";
    case Standing::paid:
        return "is paid";
    case Standing::failed:
        return "has failed";
    case Standing::expired:
        return "has expired";
    }
    return "";
}

Reply show(const Payment& payment, const std::string& url)
{
    const bool isPromptPay = payment.brand == Brand::omise;
    std::string content =
        fmt::format("<p class=\"note\">A test provider: no money moves.</p><p>{}</p><p class=\"amount\" "
                    "id=\"amount\">{}</p>"
                    "<p>Reference: <span id=\"reference\">{}</span></p>",
                    escapeHtml(payment.description), amountOf(payment),
                    escapeHtml(payment.reference.empty() ? payment.metadata.value("payment_id", payment.id)
                                                         : payment.reference));
    if (payment.standing != Standing::open) {
        content += fmt::format("<p>This payment {}.</p><p><a href=\"{}\">Back to the merchant</a></p>",
                               outcomeOf(payment.standing), escapeHtml(payment.returnUrl));
        return page("Checkout", content);
    }
    if (isPromptPay) {
        content += fmt::format("<p>Scan with your bank's app:</p><p><img id=\"qr\" alt=\"PromptPay QR code\" "
                               "src=\"{}/charges/{}/documents/{}/downloads/{}\"></p>",
                               url, payment.id, payment.document, payment.document.substr(10));
    }
    content += "<form method=\"post\"><button name=\"action\" value=\"pay\" id=\"pay\">Pay</button>"
               "<button name=\"action\" value=\"fail\" id=\"fail\">Fail</button>"
               "<button name=\"action\" value=\"abandon\" id=\"abandon\">Abandon</button></form>";
    return page(isPromptPay ? "PromptPay" : "Checkout", content);
}

} // namespace

Reply answerPayer(Ledger& ledger, const Ask& ask, const std::string& url)
{
    return ledger.change([&](Books& books) -> Reply {
        const std::vector<std::string> parts = partsOf(ask.path);
        const auto found = parts.size() == 2 ? books.payments.find(parts[1]) : books.payments.end();
        if (found == books.payments.end())
            return page("Nothing here", "<p>There is no such payment.</p>", 404);
        Payment& payment = found->second;
        if (ask.method != "POST")
            return show(payment, url);

        const std::string action = parseForm(ask.body)["action"];
        const Deed deed{books, url, payment};
        std::string back = payment.returnUrl;
        if (payment.standing != Standing::open)
            return show(payment, url);
        if (action == "pay")
            deed.pay();
        else if (action == "fail")
            deed.fail("payment_rejected", "The bank refused the payment.");
        else if (action == "abandon")
            back = payment.cancelUrl.empty() ? payment.returnUrl : payment.cancelUrl;
        else
            return page("What?", "<p>The form has no such button.</p>", 400);
        if (back.empty())
            return show(payment, url);
        Reply reply{303, "text/plain", ""};
        reply.headers = {{"Location", back}};
        return reply;
    });
}

std::string qrPicture(const std::string& text)
{
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free);
    if (!code)
        return "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    constexpr int quiet = 4; // modules of white around it, as the standard wants
    const int side = code->width + 2 * quiet;
    std::string path;
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            if ((code->data[y * code->width + x] & 1U) != 0)
                path += fmt::format("M{} {}h1v1h-1z", x + quiet, y + quiet);
        }
    }
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" shape-rendering=\"crispEdges\">"
        "<rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/><path d=\"{1}\"/></svg>\n",
        side, path);
}

} // namespace hpcbill::fakes

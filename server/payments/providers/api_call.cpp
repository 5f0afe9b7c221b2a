// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/api_call.h"

#include "server/payments/providers/provider.h"
#include "server/payments/providers/reading.h"

#include <fmt/format.h>

namespace hpcbill::payments
{

ApiAnswer callApi(std::string_view provider, const http::OutgoingRequest& request)
{
    try {
        const http::OutgoingAnswer answer = http::send(request, {});
        Result<nlohmann::json, std::string> body = parseObject(answer.body);
        if (!body)
            throw ProviderFailure(
                fmt::format("{} answered {}, but nothing that can be read.", provider, answer.status));
        return {answer.status, std::move(body).value(), answer.header("Idempotent-Replayed") == "true"};
    } catch (const http::OutgoingFailure& failure) {
        throw ProviderFailure(fmt::format("{} cannot be asked: {}", provider, failure.what()));
    }
}

std::string formOf(const http::TextPairs& fields)
{
    std::string form;
    for (const auto& [name, value] : fields) {
        form += form.empty() ? "" : "&";
        form += http::encodePercent(name) + "=" + http::encodePercent(value);
    }
    return form;
}

std::string originOf(std::string_view url)
{
    const std::size_t host = url.find("://");
    return std::string(host == std::string_view::npos ? url : url.substr(0, url.find('/', host + 3)));
}

} // namespace hpcbill::payments

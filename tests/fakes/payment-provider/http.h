// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Poco::Net
{
class HTTPServerRequest;
class HTTPServerResponse;
} // namespace Poco::Net

namespace hpcbill::fakes
{

using Json = nlohmann::ordered_json;
using Fields = std::map<std::string, std::string>;

/// A request, read wholly.
struct Ask {
    std::string method;
    std::string path;
    Fields query;
    Fields headers; ///< names in lower case
    std::string body;

    [[nodiscard]] std::string header(const std::string& lowerCaseName) const;
};

struct Reply {
    int status = 200;
    std::string contentType = "application/json";
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    bool isCut = false; ///< the connection is closed and nothing is said
};

Ask readAsk(Poco::Net::HTTPServerRequest& request);
void write(const Reply& reply, Poco::Net::HTTPServerRequest& request,
           Poco::Net::HTTPServerResponse& response);

Reply jsonReply(const Json& value, int status = 200);

/// `a=1&b[c]=2`: names as they are sent.
Fields parseForm(const std::string& body);

/// The key of `Authorization: Bearer KEY`, or the user's name of `Basic`; empty without either.
std::string keyOf(const Ask& ask);

/// The parts of a path: "/v1/x" is {"v1", "x"}.
std::vector<std::string> partsOf(const std::string& path);

/// Letters and digits by chance, as the ids of providers are.
std::string randomWord(std::size_t length);

std::string escapeHtml(std::string_view text);

} // namespace hpcbill::fakes

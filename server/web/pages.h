// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/error.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/web/frame.h"
#include "server/web/site.h"

#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::web
{

// One function per page or form. Those of a signed-in user look at nothing but that user's own things.

http::Response showLogin(const Frame& frame, const http::Request& request);
http::Response logIn(const Frame& frame, const http::Request& request, identity::Sessions& sessions);
http::Response logOut(const http::Request& request, identity::Sessions& sessions);
http::Response setLanguage(const http::Request& request);

http::Response showPassword(const Frame& frame, const http::Request& request);
http::Response changePassword(const Frame& frame, const http::Request& request, identity::Sessions& sessions);
http::Response showSessions(const Frame& frame, const http::Request& request, const SiteParts& parts);
http::Response endSession(const http::Request& request, identity::Sessions& sessions);

http::Response showUsage(const Frame& frame, const http::Request& request, const SiteParts& parts);
/// The usage page with a message, for a form of it that could not be carried out.
http::Response showUsageAgain(const Frame& frame, const http::Request& request, const SiteParts& parts,
                              const std::string& message, int status);
http::Response downloadJobs(const http::Request& request, const SiteParts& parts);
http::Response showJob(const Frame& frame, const http::Request& request, const SiteParts& parts);

http::Response makeReceipt(const Frame& frame, const http::Request& request, const SiteParts& parts);
http::Response listReceipts(const Frame& frame, const http::Request& request, const SiteParts& parts);
http::Response showReceipt(const Frame& frame, const http::Request& request, const SiteParts& parts);

/// The receipt as PDF, in the language of this code.
http::Response downloadReceipt(const http::Request& request, const SiteParts& parts, std::string_view language);
/// For staff.
http::Response showConsole(const Frame& frame, const http::Request& request, const SiteParts& parts);

http::Response startPayment(const http::Request& request, const SiteParts& parts);
/// Where payers come back to: the present state of the receipt.
http::Response showThanks(const Frame& frame, const http::Request& request, const SiteParts& parts);
http::Response simulatePayment(const http::Request& request, const SiteParts& parts);

/// Why one may not try a password for now.
std::string lockedMessage(const Overloaded& overloaded, const Texts& texts);
/// The value of a form's field; empty where it is absent.
std::string fieldOf(const http::TextPairs& form, std::string_view name);
/// `target` when it is a path of ours, else "/me": nobody is sent to another site by a link to us.
std::string localPath(const std::string& target);

} // namespace hpcbill::web

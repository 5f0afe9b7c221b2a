// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/problem.h"
#include "server/http/route.h"

#include <memory>
#include <vector>

namespace hpcbill::identity
{
class Sessions;
}
namespace hpcbill::payments
{
class Payments;
}
namespace hpcbill::postgres
{
class Pool;
}
namespace hpcbill::rates
{
class RateBook;
}
namespace hpcbill::receipts
{
class Printer;
class Receipts;
} // namespace hpcbill::receipts
namespace hpcbill::slurm
{
class Ingestion;
}
namespace hpcbill::usage
{
class JobStore;
}

namespace hpcbill::web
{

class Frame;

/// What the pages show and do.
struct SiteParts {
    postgres::Pool& pool;
    identity::Sessions& sessions;
    const usage::JobStore& jobs;
    const rates::RateBook& rates;
    receipts::Receipts& receipts;
    const receipts::Printer& printer;
    payments::Payments& payments;
    const slurm::Ingestion& ingestion;
};

/// The pages for end users: login, own usage, own receipts, own sessions; and a plain console for staff. Plain HTML, no
/// script. On the others everybody sees their own things only.
class Site final
{
public:
    explicit Site(const SiteParts& parts);
    ~Site();

    std::vector<http::Route> routes() const;
    /// A problem as a page; who has to log in first is sent there and comes back.
    http::Response problemPage(const http::Request& request, const http::Problem& problem) const;

private:
    SiteParts m_parts;
    std::unique_ptr<Frame> m_frame;
};

} // namespace hpcbill::web

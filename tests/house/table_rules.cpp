// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/house/rules.h"

#include <regex>

namespace hpcbill::house
{
namespace
{

/// Table, or the beginning of several tables' names with '*', and the folder that alone writes it.
const std::map<std::string, std::string, std::less<>>& owners()
{
    static const std::map<std::string, std::string, std::less<>> map{
        {"audit_*", "server/audit"},
        {"outbox", "server/webhooks"},
        {"webhook_endpoints", "server/webhooks"},
        {"webhook_deliveries", "server/webhooks"},
        {"webhook_endpoint_secrets", "server/webhooks"},
        {"webhook_tries", "server/webhooks"},
        {"users", "server/identity"},
        {"sessions", "server/identity"},
        {"api_tokens", "server/identity"},
        {"auth_throttle", "server/identity"},
        {"rate_versions", "server/rates"},
        {"billing_rules", "server/rates"},
        {"tiers", "server/rates"},
        {"tier_*", "server/rates"},
        {"user_tiers", "server/rates"},
        {"account_tiers", "server/rates"},
        {"billing_rule_versions", "server/rates"},
        {"jobs", "server/usage"},
        {"usage_daily", "server/usage"},
        {"usage_costs", "server/usage"},
        {"usage_rebilled", "server/usage"},
        {"clusters", "server/slurm"},
        {"ingest_*", "server/slurm"},
        {"receipts", "server/receipts"},
        {"receipt_*", "server/receipts"},
        {"credit_notes", "server/receipts"},
        {"idempotency_keys", "server/postgres"}, // every POST that makes something
        {"payments", "server/payments"},
        {"payment_*", "server/payments"},
        {"webhook_secrets", "server/payments"},
        {"checklist_*", "server/operations"},
        {"backups", "server/operations"},
        {"schema_migrations", "server/postgres"},
    };
    return map;
}

std::string ownerOf(const std::string& table)
{
    if (const auto exact = owners().find(table); exact != owners().end()) return exact->second;
    for (const auto& [name, owner] : owners()) {
        if (name.ends_with('*') && table.starts_with(name.substr(0, name.size() - 1))) return owner;
    }
    return {};
}

template <typename Found>
void forMatches(const std::string& text, const std::regex& pattern, Found found)
{
    for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
        found(at->str(1), static_cast<std::size_t>(at->position(1)));
}

} // namespace

Findings tableWriters(const SourceTree& tree)
{
    static const auto flags = std::regex::ECMAScript | std::regex::icase;
    static const std::regex creates(R"(\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?(?!public\.%)(?:public\.)?([a-z_]+))", flags);
    static const std::regex writes(
        R"(\b(?:insert\s+into|update(?:\s+only)?(?=\s+[a-z_.]+\s+(?:(?:as\s+)?[a-z_]+\s+)?set\b)|delete\s+from(?:\s+only)?|truncate(?:\s+table)?|merge\s+into|copy(?=\s+[a-z_.]+\s*(?:\([^)]*\))?\s+from\b))\s+(?:public\.)?([a-z_]+))",
        flags);
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!file.isBelow("server")) continue;
        if (path.ends_with(".sql")) {
            forMatches(file.text, creates, [&](const std::string& table, std::size_t at) {
                if (ownerOf(table).empty())
                    findings.push_back({"table", path, file.lineAt(at),
                                        "nobody owns the table " + table + ": name its folder in tests/house/table_rules.cpp"});
            });
            continue;
        }
        if (!file.isCpp()) continue;
        forMatches(file.strings, writes, [&](const std::string& table, std::size_t at) {
            const std::string owner = ownerOf(table); // temporary tables have none and are anybody's
            if (!owner.empty() && !file.isBelow(owner))
                findings.push_back({"table", path, file.lineAt(at),
                                    table + " is written by " + owner + " alone: call its face, or hand it a function"});
        });
    }
    return findings;
}

} // namespace hpcbill::house

// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion on money: PostgreSQL's numeric prices the same jobs by statements of its own.
#include "common/pricing/pricing.h"
#include "server/postgres/copy.h"
#include "server/postgres/transaction.h"
#include "server/rates/rule_json.h"
#include "tests/support/ground.h"

#include <QtTest>

#include <fmt/format.h>

#include <array>
#include <random>

using namespace hpcbill;
using namespace hpcbill::pricing;

namespace
{

// Numerators over 3600 x 1024, so that nothing is divided before the end; the end is half to even by hand.
constexpr std::array makeOpinion{
    postgres::Statement{"test.opinion_1", R"sql(
    create function pg_temp.names(list jsonb, text) returns boolean language sql as $$
        select list is null or exists (
            select from jsonb_array_elements_text(list) as name(pattern)
            where $2 like replace(replace(replace(replace(replace(pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'), '?', '_'))
    $$
)sql"},
    postgres::Statement{"test.opinion_2", R"sql(
    create function pg_temp.within(range jsonb, bigint) returns boolean language sql as $$
        select range is null or ($2 >= coalesce((range->>'min')::bigint, $2) and $2 <= coalesce((range->>'max')::bigint, $2))
    $$
)sql"},
    postgres::Statement{"test.opinion_3", R"sql(
    create function pg_temp.half_even(amount numeric, denominator numeric) returns numeric language sql as $$
        select case when 2 * (amount - q * denominator) > denominator
                      or (2 * (amount - q * denominator) = denominator and q % 2 = 1) then q + 1 else q end
        from div(amount, denominator) as q
    $$
)sql"},
    postgres::Statement{"test.opinion_4", R"sql(
    create function pg_temp.cost(job record, rules jsonb, digits integer) returns numeric language plpgsql as $$
    declare
        denominator constant numeric := 3600 * 1024;
        amount numeric := job.cpu_seconds::numeric * job.cpu_rate::numeric * 1024 + job.gpu_seconds::numeric * job.gpu_rate::numeric * 1024
                        + job.memory_mib_seconds::numeric * job.mem_rate::numeric;
        rule jsonb;
        "when" jsonb;
    begin
        for rule in select value from jsonb_array_elements(rules) loop
            "when" := rule->'when';
            continue when not (rule->>'enabled')::boolean
                or not pg_temp.names("when"->'state', job.state) or not pg_temp.names("when"->'partition', job.partition)
                or not pg_temp.names("when"->'qos', job.qos) or not pg_temp.names("when"->'account', job.account)
                or not pg_temp.names("when"->'user', job.username)
                or not ("when"->'gpu_type' is null or exists (select from regexp_split_to_table(job.gpu_types, ',') as gpu(type)
                                                              where gpu.type <> '' and pg_temp.names("when"->'gpu_type', gpu.type)))
                or not pg_temp.within("when"->'exit_code', job.exit_code)
                or not pg_temp.within("when"->'elapsed_seconds', job.elapsed_seconds)
                or not pg_temp.within("when"->'nodes', job.nodes);
            amount := case rule->>'action'
                          when 'free' then 0
                          when 'multiply' then amount * (rule->>'factor')::numeric
                          when 'cap' then least(amount, (rule->>'amount')::numeric * denominator)
                          when 'minimum' then greatest(amount, (rule->>'amount')::numeric * denominator)
                      end;
            exit when rule->>'then' = 'stop';
        end loop;
        return pg_temp.half_even(amount * (10::numeric ^ digits), denominator) / 10::numeric ^ digits;
    end
    $$
)sql"},
    postgres::Statement{"test.opinion_5", R"sql(
    create temporary table sample (
        id bigint not null, cpu_seconds bigint not null, gpu_seconds bigint not null, memory_mib_seconds bigint not null,
        cpu_rate text not null, gpu_rate text not null, mem_rate text not null,
        state text not null, partition text not null, qos text not null, account text not null, username text not null,
        gpu_types text not null, exit_code bigint not null, elapsed_seconds bigint not null, nodes bigint not null, expected text not null
    )
)sql"},
};

constexpr const char* copySample = R"sql(
    copy sample (id, cpu_seconds, gpu_seconds, memory_mib_seconds, cpu_rate, gpu_rate, mem_rate, state, partition, qos, account,
                 username, gpu_types, exit_code, elapsed_seconds, nodes, expected)
    from stdin (format binary)
)sql";

constexpr postgres::Statement compare{"test.compare", R"sql(
    select count(*), coalesce(string_agg(format('%s: %s, numeric says %s', s.id, s.expected, s.cost), E'\n')
                              filter (where s.expected::numeric <> s.cost), '')
    from (select j.id, j.expected, pg_temp.cost(j, $1::text::jsonb, $2::int) as cost from sample j) s
)sql"};

constexpr postgres::Statement clear{"test.clear", "delete from sample"};

struct SampleJob {
    Usage usage;
    JobFacts facts;
    Rates rates;
};

class Dice
{
public:
    std::int64_t upTo(std::int64_t most) { return std::uniform_int_distribution<std::int64_t>(0, most)(m_engine); }
    bool oneIn(std::int64_t sides) { return upTo(sides - 1) == 0; }
    template <std::size_t count>
    std::string_view of(const std::array<std::string_view, count>& values)
    {
        return values[static_cast<std::size_t>(upTo(static_cast<std::int64_t>(count) - 1))];
    }
    /// Small ones hit the halves, large ones the width; 0 and 1 are seen often.
    std::int64_t seconds(std::int64_t most)
    {
        switch (upTo(4)) {
        case 0:
            return 0;
        case 1:
            return 1;
        case 2:
            return upTo(7200);
        case 3:
            return upTo(10'000'000);
        default:
            return upTo(most);
        }
    }

private:
    std::mt19937_64 m_engine{20261123};
};

constexpr std::array<std::string_view, 6> states{"COMPLETED", "FAILED", "NODE_FAIL", "BOOT_FAIL", "TIMEOUT", "CANCELLED"};
constexpr std::array<std::string_view, 4> partitions{"gpu", "gpu-long", "cpu", "100%_odd\\"};
constexpr std::array<std::string_view, 3> qualities{"normal", "high", ""};
constexpr std::array<std::string_view, 4> people{"alice", "bob", "สมชาย", "x_y"};
constexpr std::array<std::string_view, 4> gpuLists{"", "a100", "a100,h100", "v100"};
constexpr std::array<std::string_view, 8> patterns{"*", "gpu*", "*a*", "?ob", "NODE_FAIL", "100%_odd\\", "a100", "normal"};
constexpr std::int64_t hundredYears = std::int64_t{36525} * 86400;

SampleJob randomJob(Dice& dice)
{
    const auto rate = [&dice] { return Rate::fromMicro(dice.oneIn(4) ? dice.upTo(1'000'000'000) : dice.upTo(9'999'999)); };
    return {.usage = {dice.seconds(hundredYears * 1'000'000), dice.seconds(hundredYears * 10'000), dice.seconds(hundredYears * 1'000'000)},
            .facts = {.state = dice.of(states),
                      .partition = dice.of(partitions),
                      .qos = dice.of(qualities),
                      .account = dice.of(people),
                      .user = dice.of(people),
                      .gpuTypes = dice.of(gpuLists),
                      .exitCode = dice.upTo(255),
                      .elapsedSeconds = dice.seconds(hundredYears),
                      .nodes = dice.upTo(1000)},
            .rates = {rate(), rate(), rate()}};
}

Range randomRange(Dice& dice, std::int64_t most)
{
    const std::int64_t first = dice.upTo(most);
    Range range;
    if (!dice.oneIn(3))
        range.min = first;
    if (!range.min || dice.oneIn(2))
        range.max = first + dice.upTo(most);
    return range;
}

Rules randomRules(Dice& dice, const Currency& currency)
{
    std::vector<Rule> rules;
    for (std::int64_t left = dice.upTo(6); left > 0; --left) {
        Rule rule;
        rule.name = "rule";
        rule.enabled = !dice.oneIn(8);
        rule.action = static_cast<Action>(dice.upTo(3));
        if (rule.action == Action::multiply)
            rule.factorMicro = dice.oneIn(2) ? dice.upTo(2'000'000) : dice.upTo(4) * 250'000;
        if (rule.action == Action::cap || rule.action == Action::minimum)
            rule.amountMinor = dice.upTo(dice.oneIn(2) ? 1'000 : 1'000'000'000);
        rule.goesOn = !dice.oneIn(3);
        for (Names Condition::*field : {&Condition::state, &Condition::partition, &Condition::qos, &Condition::account,
                                        &Condition::user, &Condition::gpuType}) {
            if (dice.oneIn(6))
                (rule.when.*field).assign({std::string(dice.of(patterns)), std::string(dice.of(patterns))});
        }
        if (dice.oneIn(5))
            rule.when.exitCode = randomRange(dice, 200);
        if (dice.oneIn(5))
            rule.when.elapsedSeconds = randomRange(dice, 7200);
        if (dice.oneIn(5))
            rule.when.nodes = randomRange(dice, 500);
        rules.push_back(std::move(rule));
    }
    return Rules(std::move(rules), currency);
}

} // namespace

class PricingNumericTest : public QObject
{
    Q_OBJECT

private slots:
    void numericComesToTheSame();
};

void PricingNumericTest::numericComesToTheSame()
{
    support::TestDatabase database;
    postgres::Transaction tx(database.pool(), postgres::Mode::readWrite);
    for (const postgres::Statement& statement : makeOpinion)
        tx.execute(statement);
    Dice dice;
    std::int64_t compared = 0;
    std::int64_t touched = 0;
    for (int list = 0; list < 100; ++list) {
        constexpr std::array<std::string_view, 3> codes{"THB", "JPY", "KWD"};
        const Currency currency = *Currency::parse(codes[static_cast<std::size_t>(list % 3)]);
        const Rules rules = randomRules(dice, currency);
        tx.execute(clear);
        postgres::CopyWriter copy = tx.copyIn(copySample);
        for (std::int64_t id = 0; id < 100; ++id) {
            const SampleJob job = randomJob(dice);
            const Cost cost = price(job.usage, job.facts, job.rates, rules, currency);
            touched += cost.applied != 0 ? 1 : 0;
            copy.row()
                .add(id)
                .add(job.usage.cpuSeconds)
                .add(job.usage.gpuSeconds)
                .add(job.usage.memoryMibSeconds)
                .add(toDecimal(job.rates.cpu))
                .add(toDecimal(job.rates.gpu))
                .add(toDecimal(job.rates.mem))
                .add(job.facts.state)
                .add(job.facts.partition)
                .add(job.facts.qos)
                .add(job.facts.account)
                .add(job.facts.user)
                .add(job.facts.gpuTypes)
                .add(job.facts.exitCode)
                .add(job.facts.elapsedSeconds)
                .add(job.facts.nodes)
                .add(toDecimal(cost.total));
        }
        copy.finish();
        const std::string json = rates::toJson(rules).dump();
        const auto result = tx.execute(compare, json, currency.minorDigits());
        const std::string differences = result[0].as<std::string>(1);
        QVERIFY2(differences.empty(), fmt::format("{} {}\n{}", currency.code(), json, differences).c_str());
        compared += result[0].as<std::int64_t>(0);
    }
    QCOMPARE(compared, std::int64_t{10'000});
    QVERIFY2(touched > 3'000 && touched < 9'500, std::to_string(touched).c_str()); // rules that match, and that do not
}

QTEST_GUILESS_MAIN(PricingNumericTest)
#include "tst_pricing_numeric.moc"

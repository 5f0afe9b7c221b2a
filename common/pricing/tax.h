// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::pricing
{

/// Whether prices are before tax, which comes on top, or contain it.
enum class TaxMode { exclusive, inclusive };
/// "exclusive", "inclusive".
std::string_view codeOf(TaxMode mode);
std::optional<TaxMode> parseTaxMode(std::string_view code);

/// A share in per cent, in millionths: 7 % is 7'000'000. From 0 to 100 %.
class TaxRate final
{
public:
    constexpr TaxRate() = default;
    /// Out of range is a bug.
    static TaxRate fromMicroPercent(std::int64_t microPercent);

    [[nodiscard]] std::int64_t microPercent() const { return m_microPercent; }

    bool operator==(const TaxRate&) const = default;

private:
    explicit constexpr TaxRate(std::int64_t microPercent)
        : m_microPercent(microPercent)
    {
    }

    std::int64_t m_microPercent = 0;
};

/// Reads "7", "8.25": 0 to 100 with at most six decimals, no sign, no per cent sign. The error is a sentence for the field at fault.
Result<TaxRate, std::string> parseTaxRate(std::string_view text);
/// Always six places: "7.000000".
std::string toDecimal(const TaxRate& rate);

/// What is put on receipts.
struct Tax {
    std::string label; ///< "VAT"; empty where the rate is zero
    TaxRate rate;
    TaxMode mode = TaxMode::exclusive;

    bool operator==(const Tax&) const = default;
};

/// total = subtotal + tax.
struct Taxed {
    Money subtotal;
    Money tax;
    Money total;

    bool operator==(const Taxed&) const = default;
};

/// The tax of a receipt whose items come to `sum`, which is not negative: rounded once, half to even, to the currency's minor unit.
/// Exclusive: the sum is the subtotal, tax = sum x rate. Inclusive: the sum is the total, tax = sum x rate / (100 % + rate).
/// Throws AmountTooLarge when the total does not fit.
Taxed taxed(const Money& sum, const TaxRate& rate, TaxMode mode);

} // namespace hpcbill::pricing

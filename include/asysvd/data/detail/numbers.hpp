// SPDX-License-Identifier: MIT
/// \file
/// Text to numbers: whole numbers, decimal numbers and points in time.
///
/// The `scan_` functions are the fast paths. They start at a pointer into text that ends in a zero, take the common
/// short spellings, and return where they stopped, or null to leave the text to the `parse_` function.
#pragma once

#include <array>
#include <cfloat>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

#include <asysvd/detail/check.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The value of a decimal digit, or more than 9.
[[nodiscard]] constexpr unsigned digit(char c) noexcept {
  return static_cast<unsigned char>(c - '0');
}

/// Most digits that surely fit 64 bits.
inline constexpr std::ptrdiff_t safe_digits = 18;

/// A whole number of at most 18 digits and at least 0, written without zeros in front.
[[nodiscard]] inline const char* scan_whole(const char* text, std::int64_t& number) noexcept {
  const char* p = text;
  std::uint64_t sum = digit(*p);
  if (sum > 9) return nullptr;
  ++p;
  if (sum != 0) {
    for (unsigned next; (next = digit(*p)) <= 9; ++p) sum = sum * 10 + next;
  }
  if (p - text > safe_digits) return nullptr;
  number = static_cast<std::int64_t>(sum);
  return p;
}

/// The powers of ten that `Scalar` holds exactly.
template <std::floating_point Scalar>
inline constexpr auto exact_powers = [] {
  std::array<Scalar, std::numeric_limits<Scalar>::digits == 24 ? 11 : 23> powers{};
  Scalar power = 1;
  for (auto& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}();

/// A number such as 3, -4.25 or .5 whose digits, read as one whole number, and whose power of ten are both exact in
/// `Scalar`. One division of the two is then correctly rounded, unless it is in registers of more digits, as those of
/// the i387 are: there every number is left to the `parse_` function.
template <std::floating_point Scalar>
[[nodiscard]] const char* scan_decimal(const char* text, Scalar& number) noexcept {
  const bool negative = *text == '-';
  const char* p = text + negative;
  const char* const first = p;
  std::uint64_t sum = 0;
  unsigned next;
  for (; (next = digit(*p)) <= 9; ++p) sum = sum * 10 + next;
  auto digits = p - first;
  std::ptrdiff_t scale = 0;
  if (*p == '.') {
    const char* const point = p++;
    for (; (next = digit(*p)) <= 9; ++p) sum = sum * 10 + next;
    scale = p - point - 1;
    digits += scale;
  }
  constexpr auto largest = std::uint64_t{1} << std::numeric_limits<Scalar>::digits;
  constexpr auto& powers = exact_powers<Scalar>;
  constexpr bool rounds_twice = FLT_EVAL_METHOD == 2;
  if (rounds_twice || digits == 0 || digits > safe_digits || sum > largest || scale >= std::ssize(powers))
    return nullptr;
  const Scalar magnitude = static_cast<Scalar>(sum) / powers[static_cast<std::size_t>(scale)];
  number = negative ? -magnitude : magnitude;
  return p;
}

/// A number of 64 bits in its canonical spelling, the one that it would be printed in: "17", "-3", "0", but not "017",
/// "+17", "-0" or "1.0".
[[nodiscard]] inline std::optional<std::int64_t> parse_canonical(std::string_view text) noexcept {
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || (digits.front() == '0' && text.size() > 1)) return {};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

/// Whether `text` is a decimal number: digits with at most one point among them, a sign or none, an exponent or none.
/// Neither "inf" nor "nan" nor a hexadecimal number is.
[[nodiscard]] inline bool is_decimal(std::string_view text) noexcept {
  std::size_t p = 0;
  const auto skip = [&](std::string_view any) {
    if (p < text.size() && any.find(text[p]) != any.npos) return ++p, true;
    return false;
  };
  const auto digits = [&] {
    const std::size_t first = p;
    while (p < text.size() && digit(text[p]) <= 9) ++p;
    return p - first;
  };
  skip("+-");
  auto count = digits();
  if (skip(".")) count += digits();
  if (count == 0) return false;
  if (skip("eE")) {
    skip("+-");
    if (digits() == 0) return false;
  }
  return p == text.size();
}

/// The `Scalar` nearest to a decimal number; nothing if `text` is none, or if it is too large or too small.
template <std::floating_point Scalar>
[[nodiscard]] std::optional<Scalar> parse_decimal(std::string_view text) noexcept {
  if (!is_decimal(text)) return {};
  if (text.starts_with('+')) text.remove_prefix(1);
  Scalar number{};
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return {};
  return number;
}

/// What was meant by a `Scalar` that was read: as a `double`, 9.99 for the `float` 9.98999977.
template <std::floating_point Scalar>
[[nodiscard]] double as_written(Scalar number) {
  return parse_decimal<double>(to_text(number)).value_or(number);
}

/// The parts of a date and time, each of a fixed number of digits.
class DateText {
 public:
  explicit DateText(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  /// Takes one of `any`; the byte taken, or 0.
  char take(std::string_view any) noexcept {
    if (rest_.empty() || any.find(rest_.front()) == any.npos) return 0;
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }

  /// Takes `count` digits; -1 if they are not there.
  int digits(std::size_t count) noexcept {
    if (rest_.size() < count) return -1;
    int number = 0;
    for (const char c : rest_.substr(0, count)) {
      if (digit(c) > 9) return -1;
      number = number * 10 + static_cast<int>(digit(c));
    }
    rest_.remove_prefix(count);
    return number;
  }

  /// Takes hours and minutes, as seconds; -1 if they are not there.
  int hours_and_minutes(bool colon_needed) noexcept {
    const int hours = digits(2);
    if (!take(":") && colon_needed) return -1;
    const int minutes = digits(2);
    return hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59 ? hours * 3600 + minutes * 60 : -1;
  }

  /// Takes seconds, if there are any, and their fraction, which plays no part; -1 if they are wrong.
  int seconds() noexcept {
    if (!take(":")) return 0;
    const int whole = digits(2);
    if (take(".")) {
      if (digits(1) < 0) return -1;
      while (digits(1) >= 0) continue;
    }
    return whole <= 59 ? whole : -1;
  }

 private:
  std::string_view rest_;
};

/// Seconds since 1970-01-01 00:00 UTC of a date in ISO 8601: "2005-09-06", "2005-09-06 12:34:56", "2005-09-06T12:34Z",
/// "2005-09-06T12:34:56.789+02:00". Without an offset it is taken for UTC.
[[nodiscard]] inline std::optional<std::int64_t> parse_date(std::string_view text) noexcept {
  DateText date(text);
  const int year = date.digits(4);
  if (year < 0 || !date.take("-")) return {};
  const int month = date.digits(2);
  if (month < 0 || !date.take("-")) return {};
  const int day = date.digits(2);
  if (day < 0) return {};
  using namespace std::chrono;
  const year_month_day calendar{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                std::chrono::day(static_cast<unsigned>(day))};
  if (!calendar.ok()) return {};
  std::int64_t seconds = sys_days(calendar).time_since_epoch().count() * std::int64_t{86400};
  if (date.empty()) return seconds;

  if (!date.take("T ")) return {};
  const int minutes = date.hours_and_minutes(true);
  const int remainder = date.seconds();
  if (minutes < 0 || remainder < 0) return {};
  seconds += minutes + remainder;
  if (const char sign = date.take("+-")) {
    const int offset = date.hours_and_minutes(false);
    if (offset < 0) return {};
    seconds -= sign == '+' ? offset : -offset;
  } else {
    date.take("Z");
  }
  if (!date.empty()) return {};
  return seconds;
}

/// A point in time: a number, of which the whole part counts, or a date as `parse_date` takes it.
[[nodiscard]] inline std::optional<std::int64_t> parse_timestamp(std::string_view text) noexcept {
  if (!is_decimal(text)) return parse_date(text);
  const auto number = text.substr(text.starts_with('+') ? 1 : 0);
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), whole);
  if (error == std::errc{} && end == number.data() + number.size()) return whole;
  constexpr double limit = 0x1p63;
  const auto decimal = parse_decimal<double>(text);
  if (!decimal || !(*decimal > -limit && *decimal < limit)) return {};
  return static_cast<std::int64_t>(*decimal);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

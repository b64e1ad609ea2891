// SPDX-License-Identifier: MIT
#include <asysvd/data/detail/numbers.hpp>

#include <doctest/doctest.h>

#include <asysvd/random.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

using namespace asysvd;
using namespace asysvd::detail;

namespace {

template <class Scalar>
Scalar nearest(const std::string& text) {
  if constexpr (sizeof(Scalar) == 4) return std::strtof(text.c_str(), nullptr);
  return static_cast<Scalar>(std::strtod(text.c_str(), nullptr));
}

std::string random_decimal(Random& random) {
  std::string text = random.below(2u) != 0 ? "-" : "";
  const auto digits = 1 + random.below(20u);
  const auto point = random.below(digits + 4);
  for (std::uint32_t d = 0; d < digits; ++d) {
    if (d == point) text += '.';
    text += static_cast<char>('0' + random.below(10u));
  }
  return text;
}

}  // namespace

TEST_CASE_TEMPLATE("decimal numbers are read as the nearest one, on the short way and on the long way", Scalar, float,
                   double) {
  Random random(7);
  int fast = 0;
  for (int draw = 0; draw < 200000; ++draw) {
    const auto text = random_decimal(random);
    CAPTURE(text);
    const auto expected = nearest<Scalar>(text);
    REQUIRE(parse_decimal<Scalar>(text) == expected);
    Scalar number{};
    if (const char* end = scan_decimal(text.c_str(), number)) {
      ++fast;
      REQUIRE(end == text.c_str() + text.size());
      REQUIRE(number == expected);
    }
  }
  CHECK(fast > 20000);
}

TEST_CASE("numbers just beyond what is exact take the long way") {
  float number = 0;
  CHECK(scan_decimal("16777216", number) != nullptr);
  CHECK(scan_decimal("16777217", number) == nullptr);
  CHECK(scan_decimal("0.0000000001", number) != nullptr);
  CHECK(scan_decimal("0.00000000001", number) == nullptr);
  CHECK(scan_decimal("100000000000000000000", number) == nullptr);
  CHECK(scan_decimal("0.0000000000000000000000000000000000000001", number) == nullptr);
  std::int64_t whole = 0;
  CHECK(scan_whole("999999999999999999", whole) != nullptr);
  CHECK(whole == 999999999999999999);
  CHECK(scan_whole("1000000000000000000", whole) == nullptr);
  CHECK(scan_whole("18446744073709551617", whole) == nullptr);
}

TEST_CASE("what is not a decimal number, or out of range, is refused") {
  for (const char* text :
       {"",         "-",   "+",   ".",      "-.", "e5", "1e", "1e+", "1.2.3", "1,5",   "0x10",  "inf",   "-inf",
        "infinity", "nan", "NaN", "nan(1)", "1 ", " 1", "1f", "--1", "+-1",   "1e5.0", "1e400", "-1e400"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_decimal<double>(text));
    CHECK_FALSE(parse_decimal<float>(text));
  }
  CHECK_FALSE(parse_decimal<float>("1e39"));
  CHECK(parse_decimal<double>("1e39") == 1e39);
  CHECK(parse_decimal<double>("+1.5E-1") == 0.15);
  CHECK(parse_decimal<double>("5.") == 5);
  CHECK(parse_decimal<double>(".5") == 0.5);
}

TEST_CASE("what was read as a float is told as it was written") {
  CHECK(detail::as_written(9.99F) == 9.99);
  CHECK(detail::as_written(-7.1F) == -7.1);
  CHECK(std::isnan(detail::as_written(std::numeric_limits<float>::quiet_NaN())));
  for (const double value : {0.1 + 0.2, 1e300, 5e-324, -0.0, std::numeric_limits<double>::infinity()}) {
    CHECK(detail::as_written(value) == value);
  }
}

TEST_CASE("points in time are whole numbers, decimal numbers, or ISO dates") {
  CHECK(parse_timestamp("881250949") == 881250949);
  CHECK(parse_timestamp("-5") == -5);
  CHECK(parse_timestamp("+5") == 5);
  CHECK(parse_timestamp("1.9") == 1);
  CHECK(parse_timestamp("-1.9") == -1);
  CHECK(parse_timestamp("1.5e9") == 1500000000);
  CHECK(parse_timestamp("9223372036854775807") == 9223372036854775807);
  CHECK(parse_timestamp("1970-01-01") == 0);
  CHECK(parse_timestamp("2005-09-06") == 1125964800);
  CHECK(parse_timestamp("2005-09-06 12:34:56") == 1126010096);
  CHECK(parse_timestamp("2005-09-06T12:34:56Z") == 1126010096);
  CHECK(parse_timestamp("2005-09-06T12:34:56.789+02:00") == 1126010096 - 7200);
  CHECK(parse_timestamp("2005-09-06T12:34-0130") == 1126010040 + 5400);
  CHECK(parse_timestamp("1969-12-31 23:59:59") == -1);
  CHECK(parse_timestamp("2004-02-29") == 1078012800);
  for (const char* text :
       {"", "yesterday", "2005-09", "2005-13-01", "2005-02-29", "2005-09-06 ", "2005-09-06 12", "2005-09-06 24:00",
        "2005-09-06 12:60", "2005-09-06 12:34:60", "2005-09-06 12:34:5", "2005-09-06 12:34:56.", "2005-09-06x",
        "2005-09-06 12:34:56+2", "2005-9-6", "06.09.2005", "1e19", "9223372036854775808", "inf"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

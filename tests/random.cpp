// SPDX-License-Identifier: MIT
#include <asysvd/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <random>
#include <vector>

using namespace asysvd;

static_assert(std::uniform_random_bit_generator<Random>);

// The sequence is a promise: a seed gives the same model with every compiler and standard library. It may change
// only with the major version. The values come from a separate implementation of the published algorithms.
TEST_CASE("the sequence under a seed does not change") {
  Random random(42);
  CHECK(random() == 0xd0764d4f4476689fu);
  CHECK(random() == 0x519e4174576f3791u);
  CHECK(random() == 0xfbe07cfb0c24ed8cu);
}

TEST_CASE("draws stay below their bound and reach every value") {
  Random random(1);
  std::array<int, 7> seen{};
  for (int draw = 0; draw < 70'000; ++draw) ++seen[random.below(std::uint32_t{7})];
  for (const int count : seen) CHECK(count == doctest::Approx(10'000).epsilon(0.05));
  const std::uint64_t large = (std::uint64_t{1} << 40) + 3;
  for (int draw = 0; draw < 1000; ++draw) CHECK(random.below(large) < large);
  // A power of two takes the low bits of a draw as they are.
  Random bits = random;
  CHECK(random.below(std::uint64_t{1} << 40) == (bits() & ((std::uint64_t{1} << 40) - 1)));
  CHECK(random.below(std::uint32_t{1}) == 0);
  Random other = random;
  CHECK(random.below(1000) == static_cast<int>(other.below(std::uint32_t{1000})));
  CHECK(random.below(std::int64_t{1} << 40) == static_cast<std::int64_t>(other.below(std::uint64_t{1} << 40)));
}

TEST_CASE("every order of three is equally likely") {
  Random random(2);
  std::map<std::array<int, 3>, int> seen;
  for (int draw = 0; draw < 60'000; ++draw) {
    std::array values{0, 1, 2};
    random.shuffle(std::span<int>(values));
    ++seen[values];
  }
  CHECK(seen.size() == 6);
  for (const auto& [order, count] : seen) CHECK(count == doctest::Approx(10'000).epsilon(0.05));
}

TEST_CASE("uniform and normal draws have their mean and variance") {
  Random random(3);
  constexpr int draws = 200'000;
  double sum = 0, square = 0, uniform = 0;
  for (int draw = 0; draw < draws; ++draw) {
    const double x = random.normal();
    sum += x;
    square += x * x;
    const double u = random.uniform();
    CHECK((u >= 0 && u < 1));
    uniform += u;
  }
  CHECK(std::abs(sum / draws) < 0.01);
  CHECK(square / draws == doctest::Approx(1).epsilon(0.02));
  CHECK(uniform / draws == doctest::Approx(0.5).epsilon(0.01));
}

TEST_CASE("streams of one seed differ, and each is reproducible") {
  Random a(5, 0), b(5, 1), c(5, 1);
  CHECK(a() != b());
  Random d(5, 1);
  CHECK(c() == d());
}

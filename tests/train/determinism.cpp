// SPDX-License-Identifier: MIT
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"

using namespace asysvd;
using test::same_bits;

namespace {

template <class Sampler>
std::vector<std::pair<Index, Index>> visited(const SparseMatrix<float>& ratings, const Sampler& sampler,
                                             std::uint64_t seed) {
  std::vector<std::pair<Index, Index>> seen;
  Random random(seed);
  auto epoch = sampler.start(static_cast<const SparseMatrixView<float>&>(ratings));
  if constexpr (UserSampler<Sampler>) {
    epoch(random, [&](Index user) {
      std::vector<Index> order(ratings.row(user).items.size());
      for (std::size_t t = 0; t < order.size(); ++t) order[t] = static_cast<Index>(t);
      sampler.arrange(std::span(order), random);
      for (const Index position : order) seen.emplace_back(user, position);
    });
  } else {
    epoch(random, [&](Index user, Index position) { seen.emplace_back(user, position); });
  }
  return seen;
}

}  // namespace

TEST_CASE_TEMPLATE("the same seed gives the same bits twice, and another seed another model", Sampler, ByUser,
                   Sequential, Shuffled, Uniform) {
  const auto ratings = test::random_ratings<float>(50, 30, 12, 1);
  Options options{.factors = 9, .epochs = 3};
  AsySVD<float, Sampler> a(options), b(options);
  a.fit(ratings);
  b.fit(ratings);
  CHECK(same_bits(a, b));
  b.fit(ratings);  // a second fit starts from scratch
  CHECK(same_bits(a, b));
  options.seed = 43;
  AsySVD<float, Sampler> c(options);
  c.fit(ratings);
  CHECK_FALSE(same_bits(a, c));
}

TEST_CASE_TEMPLATE("an epoch visits every rating once, in an order that depends on the seed alone", Sampler, ByUser,
                   Shuffled) {
  const auto ratings = test::random_ratings<float>(50, 30, 12, 2);
  auto a = visited(ratings, Sampler{}, 1);
  CHECK(a == visited(ratings, Sampler{}, 1));
  CHECK(a != visited(ratings, Sampler{}, 2));
  REQUIRE(static_cast<Size>(a.size()) == ratings.nonzeros());
  std::ranges::sort(a);
  CHECK(a == visited(ratings, Sequential{}, 0));
}

TEST_CASE("uniform draws with replacement, as many as there are ratings, each with the same chance") {
  const auto ratings = test::random_ratings<float>(6, 8, 5, 3);
  std::map<std::pair<Index, Index>, int> seen;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto draws = visited(ratings, Uniform{}, seed);
    REQUIRE(static_cast<Size>(draws.size()) == ratings.nonzeros());
    for (const auto& draw : draws) ++seen[draw];
  }
  CHECK(static_cast<Size>(seen.size()) == ratings.nonzeros());
  for (const auto& [draw, count] : seen) CHECK(count == doctest::Approx(2000).epsilon(0.1));
}

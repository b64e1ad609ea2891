// SPDX-License-Identifier: MIT
// What each sampler visits in an epoch, and in which order.
#include <asysvd/train/sampler.hpp>

#include <doctest/doctest.h>

#include <asysvd/concepts.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

namespace {

using Visits = std::vector<std::pair<Index, Index>>;

const auto ratings = test::random_ratings<float>(30, 20, 12, 1);
const SparseMatrixView<float>& view = ratings;

/// Users, or a user's ratings by their position.
template <class Sampler>
Visits visits(const Sampler& sampler, Random& random, int epochs = 1) {
  Visits all;
  auto epoch = sampler.start(view);
  for (int n = 0; n < epochs; ++n) {
    if constexpr (UserSampler<Sampler>) {
      epoch(random, [&](Index user) { all.emplace_back(user, 0); });
    } else {
      epoch(random, [&](Index user, Index position) { all.emplace_back(user, position); });
    }
  }
  return all;
}

Visits each_once(bool whole_users) {
  Visits all;
  for (Index user = 0; user < view.rows(); ++user) {
    for (Index t = 0; t < (whole_users ? 1 : view.row(user).size()); ++t) all.emplace_back(user, t);
  }
  return all;
}

}  // namespace

TEST_CASE("Sequential visits users as they are stored, and draws nothing") {
  Random random(3);
  const Random before = random;
  CHECK(visits(Sequential{}, random) == each_once(true));
  std::vector<Index> order{0, 1, 2, 3};
  Sequential::arrange(std::span(order), random);
  CHECK(order == std::vector<Index>{0, 1, 2, 3});
  Random after = random, start = before;
  CHECK(after() == start());
}

TEST_CASE_TEMPLATE("each user, or each rating, comes once an epoch, in an order of its own", Sampler, ByUser,
                   Shuffled) {
  Random random(3);
  auto first = visits(Sampler{}, random), second = visits(Sampler{}, random);
  CHECK(first != second);
  CHECK(first != each_once(UserSampler<Sampler>));
  for (auto* one : {&first, &second}) {
    std::ranges::sort(*one);
    CHECK(*one == each_once(UserSampler<Sampler>));
  }
}

TEST_CASE("ByUser arranges the ratings of a user in each order equally often") {
  Random random(4);
  std::vector<int> firsts(5, 0);
  for (int n = 0; n < 20'000; ++n) {
    std::vector<Index> order(5);
    std::iota(order.begin(), order.end(), 0);
    ByUser::arrange(std::span(order), random);
    ++firsts[static_cast<std::size_t>(order.front())];
    std::ranges::sort(order);
    REQUIRE(order == std::vector<Index>{0, 1, 2, 3, 4});
  }
  for (const int count : firsts) CHECK(count == doctest::Approx(4000).epsilon(0.06));
}

TEST_CASE("Uniform draws as many ratings as there are, each as likely as any other") {
  Random random(5);
  constexpr int epochs = 400;
  const auto drawn = visits(Uniform{}, random, epochs);
  CHECK(static_cast<Size>(drawn.size()) == epochs * view.nonzeros());
  std::vector<int> counts(static_cast<std::size_t>(view.nonzeros()), 0);
  for (const auto& [user, position] : drawn) {
    REQUIRE((user >= 0 && user < view.rows() && position >= 0 && position < view.row(user).size()));
    ++counts[static_cast<std::size_t>(view.offset(user) + position)];
  }
  // 400 times each on average, with a standard deviation of 20.
  for (const int count : counts) CHECK((count > 280 && count < 520));
}

TEST_CASE_TEMPLATE("the same state of the generator gives the same epoch", Sampler, ByUser, Shuffled, Uniform) {
  Random one(6), other(6);
  CHECK(visits(Sampler{}, one, 2) == visits(Sampler{}, other, 2));
}

// SPDX-License-Identifier: MIT
#include <asysvd/data/split.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "random_ratings.hpp"

using namespace asysvd;

namespace {

using Triplets = std::vector<std::tuple<Size, Index, float>>;

Triplets triplets_of(const SparseMatrixView<float>& ratings) {
  Triplets all;
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) all.emplace_back(user, row.items[t], row.ratings[t]);
  }
  return all;
}

/// Both parts have the shape of the whole, and together its ratings, each once.
bool parts_of(const Split<float>& split, const SparseMatrixView<float>& whole) {
  auto both = triplets_of(split.train);
  const auto test = triplets_of(split.test);
  both.insert(both.end(), test.begin(), test.end());
  std::ranges::sort(both);
  return split.train.rows() == whole.rows() && split.test.rows() == whole.rows() &&
         split.train.cols() == whole.cols() && split.test.cols() == whole.cols() && both == triplets_of(whole);
}

std::vector<std::int64_t> random_times(const SparseMatrixView<float>& ratings, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::int64_t> times;
  for (Size p = 0; p < ratings.nonzeros(); ++p) times.push_back(static_cast<std::int64_t>(random.below(50u)));
  return times;
}

/// Shapes that a split must survive: many users, one user, one item, a user without ratings at each end.
std::vector<SparseMatrix<float>> shapes(std::uint64_t seed) {
  const std::vector<Rating<float>> one_user{{0, 1, 2}, {0, 3, 5}, {0, 4, 1}};
  const std::vector<Rating<float>> one_item{{1, 0, 2}, {2, 0, 5}, {4, 0, 1}};
  return {SparseMatrix<float>{},
          SparseMatrix<float>::from_triplets(3, 4, std::vector<Rating<float>>{}),
          SparseMatrix<float>::from_triplets(1, 5, one_user),
          SparseMatrix<float>::from_triplets(6, 1, one_item),
          test::random_ratings<float>(30, 20, 9, seed),
          test::random_ratings<float>(3, 200, 150, seed)};
}

/// A split that draws.
struct Drawn {
  const char* name;
  std::function<Split<float>(const SparseMatrixView<float>&, std::uint64_t)> split;
};
const std::vector<Drawn> all_drawn{
    {"holdout", [](const auto& ratings, auto seed) { return holdout(ratings, 0.3, seed); }},
    {"holdout_within_users", [](const auto& ratings, auto seed) { return holdout_within_users(ratings, 0.3, seed); }},
    {"leave_k_out", [](const auto& ratings, auto seed) { return leave_k_out(ratings, 2, seed); }},
    {"holdout_users", [](const auto& ratings, auto seed) { return holdout_users(ratings, 0.3, seed); }},
    {"KFolds", [](const auto& ratings, auto seed) { return KFolds(ratings, 3, seed).fold(1); }},
};

}  // namespace

TEST_CASE("every split parts the ratings, whatever the shape") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (const auto& ratings : shapes(seed)) {
      const auto times = random_times(ratings, seed);
      for (const double fraction : {0.0, 0.2, 0.5, 1.0}) {
        const auto a = holdout(ratings, fraction, seed);
        CHECK(parts_of(a, ratings));
        CHECK(a.test.nonzeros() == std::llround(fraction * static_cast<double>(ratings.nonzeros())));
        CHECK(parts_of(holdout_within_users(ratings, fraction, seed), ratings));
        CHECK(parts_of(holdout_users(ratings, fraction, seed), ratings));
        const auto by_time = holdout_by_time(ratings, times, fraction);
        CHECK(parts_of(by_time, ratings));
        CHECK(by_time.test.nonzeros() == a.test.nonzeros());
      }
      CHECK(parts_of(leave_k_out(ratings, 2, seed), ratings));
      CHECK(parts_of(leave_last_k_out(ratings, times, 2), ratings));
      CHECK(parts_of(KFolds(ratings, 3, seed).fold(2), ratings));
    }
  }
}

TEST_CASE("the same seed draws the same parts, another one others") {
  const auto ratings = test::random_ratings<float>(30, 20, 9, 2);
  for (const Drawn& drawn : all_drawn) {
    CAPTURE(drawn.name);
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      CHECK(triplets_of(drawn.split(ratings, seed).test) == triplets_of(drawn.split(ratings, seed).test));
      CHECK(triplets_of(drawn.split(ratings, seed).test) != triplets_of(drawn.split(ratings, seed + 1).test));
    }
  }
}

TEST_CASE("a borrowed view of narrow offsets and rows in any order is parted as it lies") {
  const std::vector<std::int32_t> offsets{0, 3, 3, 5};
  const std::vector<Index> items{4, 0, 2, 3, 1};
  const std::vector<float> values{1, 2, 3, 4, 5};
  const std::vector<std::int64_t> times{50, 10, 30, 20, 40};
  const SparseMatrixView<float> ratings(5, std::span(offsets), std::span(items), std::span(values));
  const auto by_time = holdout_by_time(ratings, times, 0.4);
  CHECK(triplets_of(by_time.train) == Triplets{{0, 0, 2.0f}, {0, 2, 3.0f}, {2, 3, 4.0f}});
  CHECK(triplets_of(by_time.test) == Triplets{{0, 4, 1.0f}, {2, 1, 5.0f}});
  const auto last = leave_last_k_out(ratings, times, 2);
  CHECK(triplets_of(last.test) == Triplets{{0, 4, 1.0f}, {0, 2, 3.0f}});  // user 2 has no more than two
  for (const Drawn& drawn : all_drawn) {
    CAPTURE(drawn.name);
    const auto parts = drawn.split(ratings, 1);
    CHECK(parts.train.nonzeros() + parts.test.nonzeros() == 5);
  }
}

TEST_CASE("of equal timestamps, those further on are tested on; of two whole numbers as near, the greater counts") {
  const std::vector<Rating<float>> triplets{{0, 0, 1}, {0, 1, 2}, {0, 2, 3}, {1, 0, 4}, {1, 1, 5}};
  const auto ratings = SparseMatrix<float>::from_triplets(2, 3, triplets);
  const std::vector<std::int64_t> times{7, 7, -3, 7, 7};
  CHECK(triplets_of(holdout_by_time(ratings, times, 0.5).test) ==
        Triplets{{0, 1, 2.0f}, {1, 0, 4.0f}, {1, 1, 5.0f}});  // 2.5 of 5 are 3
  CHECK(triplets_of(leave_last_k_out(ratings, times, 1).test) == Triplets{{0, 1, 2.0f}, {1, 1, 5.0f}});
}

TEST_CASE("holdout takes each rating with the same chance") {
  const auto ratings = test::random_ratings<float>(4, 8, 5, 1);
  std::map<std::tuple<Size, Index, float>, int> taken;
  constexpr int times = 20'000;
  for (std::uint64_t seed = 0; seed < times; ++seed) {
    for (const auto& triplet : triplets_of(holdout(ratings, 0.25, seed).test)) ++taken[triplet];
  }
  const auto n = static_cast<double>(ratings.nonzeros());
  REQUIRE(static_cast<Size>(taken.size()) == ratings.nonzeros());
  for (const auto& [triplet, count] : taken) {
    CHECK(count == doctest::Approx(times * std::round(0.25 * n) / n).epsilon(0.06));
  }
}

TEST_CASE("within users, each user gives the share; leaving k out, k of those who have more") {
  const auto ratings = test::random_ratings<float>(30, 20, 9, 3);
  const auto within = holdout_within_users(ratings, 0.3, 1);
  const auto without = leave_k_out(ratings, 3, 1);
  for (Size user = 0; user < 30; ++user) {
    const Size n = ratings.row(user).size();
    CHECK(within.test.row(user).size() == std::llround(0.3 * static_cast<double>(n)));
    CHECK(without.test.row(user).size() == (n > 3 ? 3 : 0));
  }
}

TEST_CASE("by time, nothing that is tested on is older than what is trained on") {
  const auto ratings = test::random_ratings<float>(30, 20, 9, 4);
  const auto times = random_times(ratings, 9);
  std::map<std::pair<Size, Index>, std::int64_t> time_of;
  std::size_t p = 0;
  for (const auto& [user, item, value] : triplets_of(ratings)) time_of[{user, item}] = times[p++];
  const auto split = holdout_by_time(ratings, times, 0.4);
  std::int64_t latest = -1;
  for (const auto& [user, item, value] : triplets_of(split.train)) latest = std::max(latest, time_of[{user, item}]);
  for (const auto& [user, item, value] : triplets_of(split.test)) CHECK(time_of[{user, item}] >= latest);

  const auto last = leave_last_k_out(ratings, times, 1);
  for (const auto& [user, item, value] : triplets_of(last.test)) {
    for (const Index other : last.train.row(user).items) CHECK(time_of[{user, item}] >= time_of[{user, other}]);
  }
}

TEST_CASE("held-out users are tested on whole and trained on not at all") {
  const auto ratings = test::random_ratings<float>(30, 20, 9, 5);
  const auto split = holdout_users(ratings, 0.3, 1);
  for (Size user = 0; user < 30; ++user) {
    CHECK((split.train.row(user).empty() || split.test.row(user).empty()));
  }
}

TEST_CASE("the fraction of held-out users is of all users, with ratings or without") {
  std::vector<Rating<float>> triplets;
  for (Index user = 0; user < 25; ++user) triplets.push_back({user, user % 3, 4});
  const auto full = SparseMatrix<float>::from_triplets(25, 3, triplets);
  const auto half_cold = SparseMatrix<float>::from_triplets(50, 3, triplets);
  Size from_half_cold = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CHECK(holdout_users(full, 0.3, seed).test.nonzeros() == 8);
    from_half_cold += holdout_users(half_cold, 0.3, seed).test.nonzeros();
  }
  CHECK(static_cast<double>(from_half_cold) / 200 == doctest::Approx(7.5).epsilon(0.1));  // 15 of 50, half without
}

TEST_CASE("folds test each rating once and differ in size by one at most") {
  const auto ratings = test::random_ratings<float>(30, 20, 9, 6);
  const KFolds folds(ratings, 4, 1);
  REQUIRE(folds.size() == 4);
  Triplets tested;
  for (int fold = 0; fold < 4; ++fold) {
    const auto split = folds.fold(fold);
    CHECK(parts_of(split, ratings));
    const Size size = split.test.nonzeros();
    CHECK((size == ratings.nonzeros() / 4 || size == ratings.nonzeros() / 4 + 1));
    const auto test = triplets_of(split.test);
    tested.insert(tested.end(), test.begin(), test.end());
  }
  std::ranges::sort(tested);
  CHECK(tested == triplets_of(ratings));
}

TEST_CASE("the training part keeps N(u)") {
  const auto ratings =
      SparseMatrix<float>::from_triplets(2, 3, std::vector<Rating<float>>{{0, 0, 1}, {0, 1, 2}, {1, 1, 3}, {1, 2, 4}});
  const auto wider =
      ratings.with_implicit(SparseMatrix<float>::from_triplets(1, 3, std::vector<Rating<float>>{{0, 1, 1}, {0, 2, 1}}));
  const auto keeps = [&](const Split<float>& split) {
    CHECK(split.test.implicit() == nullptr);
    const auto row = split.train.row(0);
    CHECK(std::ranges::count(row.unrated, 2) == 1);
    // What is held out is not rated, but was turned to.
    const bool rated = std::ranges::count(row.items, 1) == 1;
    CHECK(std::ranges::count(row.unrated, 1) == (rated ? 0 : 1));
    return !rated;
  };
  int held_out = 0;
  const KFolds<float> folds(wider, 2, 1);
  for (const int fold : {0, 1}) held_out += keeps(folds.fold(fold));
  CHECK(held_out == 1);
  CHECK(keeps(holdout<float>(wider, 1, 1)));
  CHECK(leave_k_out<float>(ratings, 1, 1).train.implicit() == nullptr);
  // Users who are held out are served by theirs.
  const auto users = holdout_users<float>(wider, 1, 1);
  CHECK(users.test.row(0).unrated[0] == 2);
  CHECK(holdout_within_users<float>(users.test, 0.5, 1).train.implicit() != nullptr);
}

TEST_CASE("folds go on when the matrix they were made of is gone") {
  const auto folds = [] { return KFolds(test::random_ratings<float>(30, 20, 9, 6), 4, 1); }();
  CHECK(parts_of(folds.fold(0), test::random_ratings<float>(30, 20, 9, 6)));
}

TEST_CASE("splits of nothing are nothing, and misuse is refused") {
  const SparseMatrix<float> none;
  CHECK(holdout(none, 0.5, 1).test.nonzeros() == 0);
  CHECK(holdout_users(none, 0.5, 1).train.rows() == 0);
  CHECK(KFolds(none, 2, 1).fold(1).test.nonzeros() == 0);

  const auto ratings = test::random_ratings<float>(10, 10, 5, 7);
  const std::vector<std::int64_t> times(static_cast<std::size_t>(ratings.nonzeros()));
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-0.1, 1.1, infinity, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS((void)holdout_by_time(ratings, times, bad), std::invalid_argument);
    CHECK_THROWS_AS((void)holdout(ratings, bad, 1), std::invalid_argument);
    CHECK_THROWS_AS((void)holdout_within_users(ratings, bad, 1), std::invalid_argument);
    CHECK_THROWS_AS((void)holdout_users(ratings, bad, 1), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS((void)leave_k_out(ratings, 0, 1), doctest::Contains("k is 0"), std::invalid_argument);
  CHECK_THROWS_AS((void)leave_last_k_out(ratings, times, 0), std::invalid_argument);
  CHECK_THROWS_AS(KFolds(ratings, 1, 1), std::invalid_argument);
  CHECK_THROWS_AS(KFolds(ratings, 65536, 1), std::invalid_argument);
  for (const int folds : {2, 65535}) {
    CHECK(KFolds(ratings, folds, 1).size() == folds);
    CHECK_NOTHROW((void)KFolds(ratings, folds, 1).fold(0));
    CHECK_NOTHROW((void)KFolds(ratings, folds, 1).fold(folds - 1));
  }
  CHECK_NOTHROW((void)leave_k_out(ratings, 1, 1));
  CHECK_NOTHROW((void)leave_last_k_out(ratings, times, 1));
  CHECK_THROWS_AS((void)KFolds(ratings, 3, 1).fold(-1), std::invalid_argument);
  CHECK_THROWS_AS((void)KFolds(ratings, 3, 1).fold(3), std::invalid_argument);
  const std::vector<std::int64_t> few(3);
  CHECK_THROWS_WITH_AS((void)holdout_by_time(ratings, few, 0.5), doctest::Contains("number of timestamps is 3"),
                       std::invalid_argument);
  CHECK_THROWS_AS((void)leave_last_k_out(ratings, few, 1), std::invalid_argument);
}

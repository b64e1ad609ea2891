// SPDX-License-Identifier: MIT
// Threads that learn the same numbers; that members side by side give the same bits is in ensemble.
#include <asysvd/train/detail/chains.hpp>

#include <asysvd/data/join.hpp>
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <set>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"

using namespace asysvd;
using test::same_bits;

namespace {

constexpr auto asynchronous = Threading::asynchronous;

/// Users who take turns at having the even and the odd items, three ratings each.
SparseMatrix<float> two_worlds(Index users) {
  std::vector<Rating<float>> ratings;
  Random random(5);
  for (Index user = 0; user < users; ++user) {
    std::set<Index> items;
    while (items.size() < 3) items.insert(static_cast<Index>(2 * random.below(10) + user % 2));
    for (const Index item : items) ratings.push_back({user, item, static_cast<float>(1 + random.below(5))});
  }
  return SparseMatrix<float>::from_triplets(users, 20, ratings);
}

}  // namespace

TEST_CASE("shares of users have each user once, about as many ratings each, and nobody who is not learned from") {
  const auto ratings = test::random_ratings<float>(200, 60, 40, 1);
  std::vector<bool> learned_from(200, true);
  learned_from[3] = learned_from[77] = false;
  for (const auto& marked : {std::vector<bool>{}, learned_from}) {
    for (const std::size_t count : {std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
      const auto shares = detail::shares_of<float>(ratings, marked, count);
      REQUIRE(shares.size() == count);
      std::vector<int> times(200, 0);
      std::vector<Size> load(count, 0);
      for (std::size_t share = 0; share < count; ++share) {
        for (std::size_t user = 0; user < 200; ++user) {
          if (!shares[share][user]) continue;
          ++times[user];
          load[share] += ratings.row(static_cast<Size>(user)).size();
        }
      }
      for (std::size_t user = 0; user < 200; ++user) CHECK(times[user] == (marked.empty() || marked[user] ? 1 : 0));
      const auto [least, most] = std::ranges::minmax(load);
      CHECK(most - least <= ratings.longest_row());
    }
  }
  const auto whole = detail::shares_of<float>(ratings, learned_from, 1);
  REQUIRE(whole.size() == 1);
  CHECK(whole.front() == learned_from);
}

TEST_CASE_TEMPLATE("one thread is the same in both ways", Sampler, ByUser, Sequential, Shuffled, Uniform) {
  const auto ratings = test::random_ratings<float>(50, 30, 12, 2);
  const Options options{.factors = 9, .epochs = 3, .members = 2};
  AsySVD<float, Sampler> a(options), b(options);
  a.fit(ratings);
  b.fit(ratings, {.threading = asynchronous});
  CHECK(same_bits(a, b));
}

TEST_CASE("threads that never meet learn what one learns, to the bit") {
  const auto ratings = two_worlds(400);
  for (const bool leave_one_out : {true, false}) {
    const Options options{.factors = 12, .epochs = 6, .leave_one_out = leave_one_out, .members = 2};
    AsySVD<float, Sequential> one(options), two(options);
    one.fit(ratings);
    two.fit(ratings, {.threads = 2, .threading = asynchronous});
    CHECK(same_bits(one, two));
  }
}

TEST_CASE("threads that meet learn as well as one, with one member as with several") {
  const auto data = synthetic(movielens_100k());
  const auto [train, test] = holdout<float>(data.ratings, 0.1, 3);
  for (const int members : {1, 3}) {
    const Options options{.factors = 12, .epochs = 10, .members = members};
    AsySVD<float> one(options);
    one.fit(train);
    const double rmse = rating_error(one, train, test).rmse;
    for (const int threads : {2, 5}) {
      AsySVD<float> several(options);
      const auto report = several.fit(train, {.threads = threads, .threading = asynchronous});
      CHECK(std::abs(rating_error(several, train, test).rmse - rmse) < 0.002);
      for (const auto& epoch : report.epochs) CHECK(epoch.samples == train.nonzeros());
    }
  }
}

TEST_CASE_TEMPLATE("single ratings are shared out as well", Sampler, Shuffled, Uniform) {
  const auto ratings = test::random_ratings<float>(60, 40, 20, 3);
  const Options options{.factors = 4, .epochs = 3};
  AsySVD<float, Sampler> model(options);
  const auto report = model.fit(ratings, {.threads = 3, .threading = asynchronous});
  for (const auto& epoch : report.epochs) {
    if constexpr (std::same_as<Sampler, Shuffled>) {
      CHECK(epoch.samples == ratings.nonzeros());
    } else {  // of all that each thread draws, those of its own users
      CHECK(std::abs(static_cast<double>(epoch.samples) / static_cast<double>(ratings.nonzeros()) - 1) < 0.2);
    }
  }
}

TEST_CASE("with several threads on one member, a fit ends as with one") {
  const auto ratings = test::random_ratings<float>(60, 40, 20, 4);
  const auto validation = test::random_ratings<float>(60, 40, 5, 5);
  const SparseMatrixView<float> measured_on = validation;
  const Options options{.factors = 8, .epochs = 12};
  const FitOptions<float> watched{.threads = 3, .threading = asynchronous};

  AsySVD<float> model(options);
  auto report = model.fit(ratings, watched, [](const Progress& progress) { return progress.epoch.epoch < 4; });
  CHECK(report.stop_reason == StopReason::cancelled);
  CHECK(report.epochs.size() == 4);

  auto stopping = watched;
  stopping.validation = &measured_on;
  stopping.patience = 2;
  stopping.minimum_change = 1;
  report = model.fit(ratings, stopping);
  CHECK(report.stop_reason == StopReason::early_stopped);

  stopping.patience = 0;
  stopping.refit = true;
  report = model.fit(ratings, stopping);
  CHECK(report.stop_reason == StopReason::max_epochs);
  CHECK(report.refit.size() == static_cast<std::size_t>(report.best_epoch));
  CHECK(report.refit.back().samples == join(ratings, measured_on).nonzeros());

  AsySVD<float> wild({.factors = 8, .epochs = 12, .learning_rate = 9});
  report = wild.fit(ratings, watched);
  CHECK(report.stop_reason == StopReason::diverged);
  CHECK(wild.parameters().all_finite());
}

TEST_CASE("several threads learn from the users that are named, and there may be more threads than users") {
  const auto ratings = two_worlds(40);
  const std::vector<Index> users{2, 6, 10};  // of even items
  AsySVD<float> model({.factors = 4, .epochs = 2, .averaging = 1});
  model.fit(ratings, {.threads = 1});
  const auto before = model.parameters();
  const auto report = model.resume(ratings, 1, {.users = users, .threads = 100, .threading = asynchronous});
  CHECK(report.epochs.front().samples == 9);
  for (Index item = 0; item < 20; ++item) {
    const bool moved = model.parameters().q.row(item) != before.q.row(item);
    const bool met = std::ranges::any_of(users, [&](Index user) {
      const auto items = ratings.row(user).items;
      return std::ranges::find(items, item) != items.end();
    });
    CHECK(moved == met);
  }
}

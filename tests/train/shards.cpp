// SPDX-License-Identifier: MIT
// Shards of users, each learned on a copy of a member; that members side by side give the same bits is in ensemble.
#include <asysvd/train/detail/chains.hpp>
#include <asysvd/train/detail/merge.hpp>

#include <asysvd/data/join.hpp>
#include <asysvd/data/split.hpp>
#include <asysvd/data/synthetic.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "random_ratings.hpp"
#include "same_bits.hpp"

using namespace asysvd;
using test::same_bits;

namespace {

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

TEST_CASE("shards of users have each user once, about as many ratings each, and nobody who is not learned from") {
  const auto ratings = test::random_ratings<float>(200, 60, 40, 1);
  std::vector<bool> learned_from(200, true);
  learned_from[3] = learned_from[77] = false;
  for (const auto& marked : {std::vector<bool>{}, learned_from}) {
    for (const std::size_t count : {std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
      const auto shards = detail::shards_of<float>(ratings, marked, count);
      REQUIRE(shards.size() == count);
      std::vector<int> times(200, 0);
      std::vector<Size> load(count, 0);
      for (std::size_t shard = 0; shard < count; ++shard) {
        for (std::size_t user = 0; user < 200; ++user) {
          if (!shards[shard][user]) continue;
          ++times[user];
          load[shard] += ratings.row(static_cast<Size>(user)).size();
        }
      }
      for (std::size_t user = 0; user < 200; ++user) CHECK(times[user] == (marked.empty() || marked[user] ? 1 : 0));
      const auto [least, most] = std::ranges::minmax(load);
      CHECK(most - least <= ratings.longest_row());
    }
  }
  const auto whole = detail::shards_of<float>(ratings, learned_from, 1);
  REQUIRE(whole.size() == 1);
  CHECK(whole.front() == learned_from);
}

TEST_CASE("parts of an epoch are about as long, and the last one has all that come") {
  CHECK(detail::Part{0, 4}.end(402) == 100);
  CHECK(detail::Part{1, 4}.end(402) == 200);
  CHECK(detail::Part{2, 4}.end(402) == 300);
  CHECK(detail::Part{3, 4}.end(402) > 402);
}

TEST_CASE("shards meet once where the items that are learned from have many ratings, else as often as it may cost") {
  const std::vector<Size> uneven{1000, 0, 900, 1};
  const double mean = (1000.0 * 1000 + 900 * 900 + 1) / 1901;  // of how many ratings the item of a rating has
  CHECK(detail::most_meetings(uneven, 1.01 * 50 / mean) == 1);
  CHECK(detail::most_meetings(uneven, 0.99 * 50 / mean) == 64);
  CHECK(detail::most_meetings({10, 10}, 0.01) == 10);
  CHECK(detail::most_meetings({3, 0}, 0.01) == 4);
  CHECK(detail::most_meetings({0, 0}, 0.01) == 1);

  const auto ratings = two_worlds(40);  // three ratings each, of even or of odd items
  std::vector<bool> odd(40, false);
  odd[7] = odd[9] = true;
  const auto counts = rating_counts<float>(ratings, odd);
  CHECK(std::accumulate(counts.begin(), counts.end(), Size{0}) == 6);
  for (std::size_t item = 0; item < counts.size(); item += 2) CHECK(counts[item] == 0);
}

TEST_CASE("shards meet most often in the first epochs, and an epoch's legs follow each other") {
  const auto ratings = test::random_ratings<float>(3000, 10, 5, 1);
  const Options options{.factors = 2, .learning_rate = 1e-4, .members = 1};
  constexpr auto feedback = FeedbackParts::of<FullFeedback>();
  auto ensemble = Ensemble<float>::start(ratings, summarize<float>(ratings, options, feedback), options, feedback);
  const std::vector<bool> everybody;
  const auto make_epoch = [](auto&, auto&) { return detail::Epoch<float>(); };
  const FitOptions<float> whole{}, parted{.shards = 2};
  const detail::Chains<float> one(ensemble, ratings, everybody, whole, options, make_epoch);
  const detail::Chains<float> two(ensemble, ratings, everybody, parted, options, make_epoch);
  const std::vector<Size> expected{128, 64, 32, 16, 8, 8, 8};  // each meeting after a part
  for (int epoch = 1; epoch <= 7; ++epoch) {
    CHECK(one.legs(epoch) == 1);
    CHECK(two.legs(epoch) == expected[static_cast<std::size_t>(epoch - 1)]);
  }
  for (const auto* chains : {&one, &two}) {
    for (const int first : {1, 3, 5, 9}) {
      CHECK(chains->legs(first, first - 1) == 0);
      Size leg = 0;
      for (int epoch = first; epoch < first + 8; ++epoch) {
        for (Size of_epoch = 0; of_epoch < chains->legs(epoch); ++of_epoch, ++leg) {
          CHECK(chains->place(first, leg) == std::pair{epoch, of_epoch});
        }
        CHECK(chains->legs(first, epoch) == leg);
      }
    }
  }
}

TEST_CASE("copies become one: changes that have nothing in common add up, the same one counts once") {
  Parameters<double> base;
  for (auto* factors : {&base.q, &base.x}) *factors = FactorMatrix<double>(5, 3);
  base.item_bias.assign(5, 0);
  for (Size i = 0; i < 5; ++i) {
    base.q.row(i) << 1, 2, 3;
    base.x.row(i) << 4, 5, 6;
    base.item_bias[static_cast<std::size_t>(i)] = 7;
  }
  auto a = base, b = base;
  a.q.row(0) += Eigen::Vector3d(0.5, 0, 0);  // nothing in common
  b.q.row(0) += Eigen::Vector3d(0, 0.25, 0);
  b.item_bias[0] += 0.125;
  for (auto* copy : {&a, &b}) copy->x.row(1) += Eigen::Vector3d(1, 2, 3);  // the same
  a.x.row(2) += Eigen::Vector3d(1, 0, 0);                                  // something: d·d = 1, d·e = 2, e·e = 8
  b.x.row(2) += Eigen::Vector3d(2, 2, 0);
  a.q.row(3) += Eigen::Vector3d(1, 0, 0);  // opposite ones, which the biases make part of a row
  a.item_bias[3] += 1;
  b.q.row(3) -= Eigen::Vector3d(1, 0, 0);
  b.item_bias[3] -= 1;
  b.x.row(4) += Eigen::Vector3d(9, 9, 9);  // not merged below
  const auto untouched = b.x.row(4).eval();

  auto expected = base;
  expected.q.row(0) << 1.5, 2.25, 3;
  expected.item_bias[0] = 7.125;
  expected.x.row(1) << 5, 7, 9;
  expected.x.row(2) += (1 - 2 / 2.0) * Eigen::Vector3d(1, 0, 0) + (1 - 2 / 16.0) * Eigen::Vector3d(2, 2, 0);

  detail::merge(base, a, b, 0, 2);
  detail::merge(base, a, b, 2, 4);
  for (const auto* copy : {&a, &base, &b}) {
    CHECK(copy->q.matrix().isApprox(expected.q.matrix(), 1e-15));
    for (std::size_t i = 0; i < 5; ++i) CHECK(copy->item_bias[i] == doctest::Approx(expected.item_bias[i]));
    if (copy != &b) CHECK(copy->x.matrix().isApprox(expected.x.matrix(), 1e-15));
  }
  CHECK(b.x.row(4) == untouched);
}

TEST_CASE("shards whose users have no item in common learn what one shard learns") {
  const auto ratings = two_worlds(400);
  for (const bool leave_one_out : {true, false}) {
    const Options options{.factors = 12, .epochs = 6, .leave_one_out = leave_one_out, .members = 2};
    AsySVD<float, Sequential> one(options), two(options);
    one.fit(ratings);
    two.fit(ratings, {.shards = 2});
    CHECK((one.parameters().q.matrix() - two.parameters().q.matrix()).norm() < 1e-5);
  }
}

TEST_CASE_TEMPLATE("the model does not depend on the number of threads", Sampler, ByUser, Sequential, Shuffled,
                   Uniform) {
  const auto ratings = test::random_ratings<float>(50, 30, 12, 2);
  for (const int members : {1, 3}) {
    const Options options{.factors = 9, .epochs = 3, .members = members};
    AsySVD<float, Sampler> one(options);
    const auto report = one.fit(ratings, {.shards = 2});
    for (const int threads : {2, 4, 7}) {
      AsySVD<float, Sampler> several(options);
      several.fit(ratings, {.threads = threads, .shards = 2});
      CHECK(same_bits(one, several));
    }
    for (const auto& epoch : report.epochs) {
      if constexpr (!std::same_as<Sampler, Uniform>) {
        CHECK(epoch.samples == ratings.nonzeros());
      } else {  // of all that each shard draws, those of its own users
        CHECK(std::abs(static_cast<double>(epoch.samples) / static_cast<double>(ratings.nonzeros()) - 1) < 0.2);
      }
    }
  }
}

TEST_CASE("two shards learn as well as one from the first epochs on, with one member as with several") {
  const auto data = synthetic(movielens_100k());
  const auto [train, test] = holdout<float>(data.ratings, 0.1, 3);
  for (const auto& [members, epochs] : {std::pair{1, 3}, {1, 20}, {3, 20}}) {
    const Options options{.factors = 12, .epochs = epochs, .members = members};
    AsySVD<float> one(options), two(options);
    one.fit(train);
    two.fit(train, {.threads = 2, .shards = 2});
    CHECK(std::abs(rating_error(two, train, test).rmse - rating_error(one, train, test).rmse) < 0.002);
    CHECK_FALSE(same_bits(one, two));
  }
}

TEST_CASE(
    "where items have thousands of ratings, two shards meet once and learn as well as one from the first epochs on") {
  SyntheticOptions few_items{.users = 12'000, .items = 30, .ratings = 150'000, .min_per_user = 5, .max_per_user = 25};
  const auto [train, test] = holdout<float>(synthetic(few_items).ratings, 0.1, 3);
  for (const int epochs : {2, 8}) {
    const Options options{.factors = 8, .epochs = epochs, .members = 1};
    REQUIRE(detail::most_meetings(rating_counts<float>(train), options.learning_rate) == 1);
    AsySVD<float> one(options), two(options), threaded(options);
    one.fit(train);
    two.fit(train, {.shards = 2});
    threaded.fit(train, {.threads = 2, .shards = 2});
    CHECK(std::abs(rating_error(two, train, test).rmse - rating_error(one, train, test).rmse) < 0.002);
    CHECK_FALSE(same_bits(one, two));
    CHECK(same_bits(two, threaded));
  }
}

TEST_CASE("a fit in shards goes on from a state of it, to the same bits") {
  const auto ratings = test::random_ratings<float>(60, 40, 20, 6);
  const Options options{.factors = 8, .epochs = 6, .members = 2};
  std::vector<FitState<float>> states;
  AsySVD<float> whole(options), parted(options);
  FitOptions<float> kept{.threads = 2, .shards = 2};
  kept.checkpoint = [&](const FitState<float>& state) { states.push_back(state); };
  whole.fit(ratings, kept);
  REQUIRE(states.size() == 5);
  parted.fit(ratings, {.threads = 2, .shards = 2, .from = &states[2]});
  CHECK(same_bits(whole, parted));
}

TEST_CASE("a fit in shards ends as any other") {
  const auto ratings = test::random_ratings<float>(60, 40, 20, 4);
  const auto validation = test::random_ratings<float>(60, 40, 5, 5);
  const SparseMatrixView<float> measured_on = validation;
  const Options options{.factors = 8, .epochs = 12};
  const FitOptions<float> watched{.threads = 3, .shards = 2};

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
  AsySVD<float> again({.factors = 8, .epochs = report.best_epoch});
  again.fit(join(ratings, measured_on), {.shards = 2});
  CHECK(again.parameters().epoch == model.parameters().epoch);

  AsySVD<float> wild({.factors = 8, .epochs = 12, .learning_rate = 9});
  report = wild.fit(ratings, watched);
  CHECK(report.stop_reason == StopReason::diverged);
  CHECK(wild.parameters().all_finite());

  for (const int shards : {0, 3}) {
    CHECK_THROWS_WITH_AS(model.fit(ratings, {.shards = shards}),
                         ("asysvd::AsySVD::fit: shards is " + std::to_string(shards) + "; expected 1 or 2").c_str(),
                         std::invalid_argument);
  }
}

TEST_CASE("shards learn from the users that are named, be they fewer than shards and parts") {
  const auto ratings = two_worlds(40);
  AsySVD<float> model({.factors = 4, .epochs = 2, .averaging = 1});
  model.fit(ratings);
  const auto before = model.parameters();
  for (const auto& users : {std::vector<Index>{2, 6, 10}, std::vector<Index>{4}}) {  // of even items
    AsySVD<float> next = model;
    const auto report = next.resume(ratings, 1, {.users = users, .threads = 100, .shards = 2});
    CHECK(report.epochs.front().samples == 3 * static_cast<Size>(users.size()));
    for (Index item = 0; item < 20; ++item) {
      const bool moved = next.parameters().q.row(item) != before.q.row(item);
      const bool met = std::ranges::any_of(users, [&](Index user) {
        const auto items = ratings.row(user).items;
        return std::ranges::find(items, item) != items.end();
      });
      CHECK(moved == met);
    }
  }
}

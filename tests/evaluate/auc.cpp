// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/auc.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/fold_in.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/model.hpp>
#include <limits>
#include <set>
#include <span>
#include <stdexcept>
#include <vector>

#include "evaluate/fixed_lists.hpp"
#include "random_ratings.hpp"

using namespace asysvd;
using test::no_ratings;
using test::rows_of;

static_assert(ScoringRecommender<Popularity<float>> && ScoringRecommender<AsySVD<float>>);
static_assert(!ScoringRecommender<test::FixedLists>);
static_assert(detail::FactorRecommender<AsySVD<float>> && !detail::FactorRecommender<FoldIn<AsySVD<float>>>);
static_assert(detail::BatchScoringRecommender<AsySVD<float>> && detail::BatchScoringRecommender<FoldIn<AsySVD<float>>>);

namespace {

/// The same scores for everybody.
struct FixedScores {
  using Scalar = double;
  std::vector<double> scores;

  [[nodiscard]] Size items() const { return static_cast<Size>(scores.size()); }
  [[nodiscard]] double score(Index, Index item) const { return scores[static_cast<std::size_t>(item)]; }
  [[nodiscard]] std::vector<ScoredItem<double>> recommend(Index, const RecommendOptions&) const { return {}; }
};

/// The model without the means to be asked for more than one score at a time.
template <class Model>
struct AskedOneByOne {
  using Scalar = typename Model::Scalar;
  const Model& model;

  [[nodiscard]] Size items() const { return model.items(); }
  [[nodiscard]] Scalar score(Index user, Index item) const {
    return user < model.users() ? model.score(user, item) : model.score(ProfileView<Scalar>{}, item);
  }
  [[nodiscard]] std::vector<ScoredItem<Scalar>> recommend(Index, const RecommendOptions&) const { return {}; }
};

template <class Scalar, class Sampler, class Feedback>
double score(const AsySVD<Scalar, Sampler, Feedback>& model, Index user, Index item) {
  return user < model.users() ? model.score(user, item) : model.score(ProfileView<Scalar>{}, item);
}
template <class Model>
double score(const FoldIn<Model>& strangers, Index user, Index item) {
  return strangers.score(user, item);
}
template <class Scalar>
double score(const Popularity<Scalar>& popularity, Index user, Index item) {
  return popularity.score(user, item);
}

/// Every pair compared.
template <class R, class Scalar>
AreaUnderCurve slow_auc(const R& recommender, const SparseMatrix<Scalar>& train, const SparseMatrix<Scalar>& test) {
  AreaUnderCurve mean;
  for (Index user = 0; user < test.rows(); ++user) {
    std::set<Index> relevant(test.row(user).items.begin(), test.row(user).items.end());
    std::set<Index> seen;
    if (user < train.rows()) seen.insert(train.row(user).items.begin(), train.row(user).items.end());
    double wins = 0;
    double pairs = 0;
    for (Index i = 0; i < train.cols(); ++i) {
      for (Index j = 0; j < train.cols(); ++j) {
        if (seen.contains(i) || seen.contains(j) || !relevant.contains(i) || relevant.contains(j)) continue;
        const double a = score(recommender, user, i);
        const double b = score(recommender, user, j);
        wins += a > b ? 1 : a == b ? 0.5 : 0;
        ++pairs;
      }
    }
    if (pairs == 0) continue;
    mean.auc += wins / pairs;
    ++mean.users;
  }
  mean.auc /= static_cast<double>(mean.users);
  return mean;
}

}  // namespace

TEST_CASE("AUC is that counted by hand, ties by half") {
  // Relevant: 0.9 and 0.4; others: 0.7, 0.4, 0.1. Item 5 is seen. Wins: 3 of 0.9, 1 and a half of 0.4.
  const FixedScores scores{{0.9, 0.4, 0.7, 0.4, 0.1, 2.0}};
  const auto found = auc(scores, rows_of(6, {{5}}), rows_of(6, {{0, 1}}));
  CHECK(found.users == 1);
  CHECK(found.auc == doctest::Approx(4.5 / 6));
  CHECK(auc(FixedScores{{1, 1, 1}}, no_ratings(1, 3), rows_of(3, {{2}})).auc == 0.5);
  CHECK(auc(FixedScores{{1, 2, 3}}, no_ratings(1, 3), rows_of(3, {{2}})).auc == 1);
  CHECK(auc(FixedScores{{3, 2, 1}}, no_ratings(1, 3), rows_of(3, {{2}})).auc == 0);
}

TEST_CASE("a number's place among others is that of counting, whatever their number, and however roughly it is known") {
  Random random(1);
  detail::Ranks<float> ranks;
  using Limits = std::numeric_limits<float>;
  const std::vector<float> extremes{-Limits::infinity(), -Limits::max(),       -1, -Limits::denorm_min(), 0,
                                    Limits::max(),       Limits::denorm_min(), 7,  Limits::infinity()};
  const auto whole = [&] { return static_cast<float>(random.below(20u)); };
  const auto real = [&] { return static_cast<float>(random.normal()); };
  const auto extreme = [&] {
    return random.below(3u) > 0 ? real() : extremes[random.below(static_cast<std::uint32_t>(extremes.size()))];
  };
  const auto check = [&](std::size_t count, const auto& draw, float offset, float error) {
    std::vector<float> values(count);
    for (float& value : values) value = draw();
    auto asked = extremes;
    asked.insert(asked.end(), values.begin(), values.end());
    for (int n = 0; n < 1100; ++n) asked.push_back(draw());
    std::vector<float> rough;
    for (const float value : asked) {
      rough.push_back(value - offset + error / 2 * static_cast<float>(2 * random.uniform() - 1));
    }
    const detail::RoughNumbers others{[&](std::size_t n) { return rough[n]; }, [&](std::size_t n) { return asked[n]; },
                                      offset, error};
    ranks.assign(values, others);
    std::size_t sum = 0;
    for (std::size_t n = 0; n < asked.size(); ++n) {
      const auto less = std::ranges::count_if(values, [&](float other) { return other < asked[n]; });
      const auto at_most = std::ranges::count_if(values, [&](float other) { return other <= asked[n]; });
      CHECK(ranks.less_than_and_at_most(others, n) == static_cast<std::size_t>(less + at_most));
      sum += static_cast<std::size_t>(less + at_most);
    }
    CHECK(ranks.sum(others, asked.size()) == sum);
    rough[0] = asked[0] = Limits::quiet_NaN();
    CHECK(ranks.less_than_and_at_most(others, 0) == 0);
  };
  for (const std::size_t count : {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 40, 300}) {
    check(count, whole, 0, 0);
    check(count, real, 0, 0);
    check(count, extreme, 0, 0);
    for (const float error : {1e-5f, 0.1f, 10.f, Limits::infinity()}) {
      check(count, whole, 3, error);
      check(count, real, -0.5f, error);
    }
  }
  check(
      5, [] { return 2.5f; }, 0, 0);
}

TEST_CASE("who has nothing to compare is left out") {
  const FixedScores scores{{3, 2, 1}};
  // All relevant; only a seen item; only an unknown item; nothing; and one who counts.
  const auto train = rows_of(3, {{}, {1}, {}, {}, {}});
  const auto test = rows_of(9, {{0, 1, 2}, {1}, {8}, {}, {0, 8}});
  const auto found = auc(scores, train, test);
  CHECK(found.users == 1);
  CHECK(found.auc == 1);
  const auto nobody = auc(scores, train, rows_of(9, {{0, 1, 2}}));
  CHECK(nobody.users == 0);
  CHECK(nobody.auc == 0);
}

TEST_CASE_TEMPLATE("AUC is that of every pair compared, and has the same bits on any number of threads", Scalar, float,
                   double) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    // Of its users, 40 to 47 are not of the training matrix; of its items, 25 to 29 are not. Popularity has many ties.
    const auto train = test::random_ratings<Scalar>(40, 25, 12, seed);
    const auto test = test::random_ratings<Scalar>(48, 30, 9, seed + 100);
    AsySVD<Scalar> model({.factors = 4, .epochs = 5});
    model.fit(train);
    const auto check = [&](const auto& recommender) {
      const auto fast = auc(recommender, train, test);
      const auto slow = slow_auc(recommender, train, test);
      CHECK(fast.users == slow.users);
      CHECK(fast.auc == doctest::Approx(slow.auc).epsilon(1e-12));
      for (const int threads : {2, 3, 64}) CHECK(auc(recommender, train, test, threads).auc == fast.auc);
    };
    check(Popularity<Scalar>(train));
    check(model);
    check(FoldIn(model, train));
  }
}

TEST_CASE_TEMPLATE("AUC from matrix products is that of exact scores, bit for bit, also where scores hardly differ",
                   Scalar, float, double) {
  // Every factor of an item is that of another in another order, and the users' are equal: all p·q are the same but for
  // rounding, which depends on the order of the sum. Biases are few and near each other.
  const Index users = 150, items = 2100;
  const auto train = test::random_ratings<Scalar>(users, items, 40, 1);
  const auto test = test::random_ratings<Scalar>(users + 5, items + 5, 30, 2);
  AsySVD<Scalar> model({.factors = 24, .epochs = 1, .members = 1});
  model.fit(train);
  auto parameters = model.parameters();
  Random random(3);
  std::vector<Scalar> factors(24);
  for (Scalar& factor : factors) factor = static_cast<Scalar>(random.normal());
  for (Index item = 0; item < items; ++item) {
    random.shuffle(std::span(factors));
    std::ranges::copy(factors, parameters.q.data(item));
    for (auto* matrix : {&parameters.x, &parameters.y})
      matrix->row(item).setConstant(static_cast<Scalar>(random.normal()));
    parameters.item_bias[item] = Scalar(random.below(3u)) * std::numeric_limits<Scalar>::epsilon();
  }
  model = AsySVD<Scalar>::restore(model.options(), parameters);
  model.set_ratings(train);
  const auto slow = auc(AskedOneByOne<AsySVD<Scalar>>{model}, train, test);
  for (const int threads : {1, 2, 3}) {
    CHECK(auc(model, train, test, threads).auc == slow.auc);
    CHECK(ranking(model, train, test, {5}, {.threads = threads, .auc = true}).auc.auc == slow.auc);
  }
  CHECK(slow.users > 140);
}

TEST_CASE("what can't be judged is refused") {
  const FixedScores scores{{3, 2, 1}};
  CHECK_THROWS_WITH_AS((void)auc(scores, no_ratings(1, 3), no_ratings(1, 3)),
                       "asysvd::auc: number of test ratings is 0; expected at least 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)auc(scores, no_ratings(1, 3), rows_of(3, {{1}}), 0),
                       "asysvd::auc: threads is 0; expected at least 1", std::invalid_argument);
}

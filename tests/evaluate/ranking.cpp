// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/ranking.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/model.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "evaluate/fixed_lists.hpp"
#include "random_ratings.hpp"

using namespace asysvd;
using Fixed = test::FixedLists;
using test::rows_of;

static_assert(Recommender<Popularity<float>> && !FoldInRecommender<Popularity<float>>);
static_assert(FoldInRecommender<AsySVD<float>> && FoldInRecommender<AsySVD<double, Uniform, RawFeedback, 8>>);
static_assert(!Recommender<GlobalMean<float>>);

namespace {

RankingMetrics one(const std::vector<Index>& list, const std::vector<Index>& relevant, int cutoff) {
  const auto report = ranking(Fixed{10, {list}}, test::no_ratings(1, 10), rows_of(100, {relevant}), {cutoff});
  REQUIRE(report.users == 1);
  REQUIRE(report.at.size() == 1);
  CHECK(report.at[0].cutoff == cutoff);
  return report.at[0];
}

/// The scores of a model or a baseline for anybody, as the protocol wants them.
template <class Scalar, class Sampler, class Feedback>
double score(const AsySVD<Scalar, Sampler, Feedback>& model, Index user, Index item) {
  return user < model.users() ? model.score(user, item) : model.score(ProfileView<Scalar>{}, item);
}
template <class Scalar>
double score(const Popularity<Scalar>& popularity, Index user, Index item) {
  return popularity.score(user, item);
}

/// Everything sorted for everybody, and the definitions written out; each cutoff on its own.
template <class R, class Scalar>
RankingReport slow_ranking(const R& recommender, const SparseMatrix<Scalar>& train, const SparseMatrix<Scalar>& test,
                           const std::vector<int>& cutoffs) {
  RankingReport report;
  for (const int cutoff : cutoffs) {
    RankingMetrics mean;
    mean.cutoff = cutoff;
    std::set<Index> covered;
    double users = 0;
    for (Index user = 0; user < test.rows(); ++user) {
      const auto test_items = test.row(user).items;
      const std::set<Index> relevant(test_items.begin(), test_items.end());
      if (relevant.empty()) continue;
      ++users;
      std::set<Index> seen;
      if (user < train.rows()) seen.insert(train.row(user).items.begin(), train.row(user).items.end());
      std::vector<std::pair<double, Index>> order;
      for (Index item = 0; item < train.cols(); ++item) {
        if (!seen.contains(item)) order.emplace_back(-score(recommender, user, item), item);
      }
      std::ranges::sort(order);
      if (order.size() > static_cast<std::size_t>(cutoff)) order.resize(static_cast<std::size_t>(cutoff));

      std::vector<double> hit;
      for (const auto& [score, item] : order) {
        hit.push_back(relevant.contains(item) ? 1 : 0);
        covered.insert(item);
      }
      const auto hits_up_to = [&](std::size_t rank) {
        return static_cast<double>(std::count(hit.begin(), hit.begin() + static_cast<std::ptrdiff_t>(rank), 1.0));
      };
      const auto m = static_cast<double>(relevant.size());
      mean.precision += hits_up_to(hit.size()) / cutoff;
      mean.recall += hits_up_to(hit.size()) / m;
      mean.hit_rate += hits_up_to(hit.size()) > 0;
      double sum = 0;
      double dcg = 0;
      double idcg = 0;
      double reciprocal = 0;
      for (std::size_t rank = 1; rank <= hit.size(); ++rank) {
        sum += hit[rank - 1] * hits_up_to(rank) / static_cast<double>(rank);
        dcg += hit[rank - 1] / std::log2(static_cast<double>(rank) + 1);
        reciprocal = std::max(reciprocal, hit[rank - 1] / static_cast<double>(rank));
      }
      for (int rank = 1; rank <= cutoff && rank <= m; ++rank) idcg += 1 / std::log2(rank + 1.0);
      mean.map += sum / std::min<double>(cutoff, m);
      mean.mrr += reciprocal;
      mean.ndcg += dcg / idcg;
    }
    for (double* sum : {&mean.precision, &mean.recall, &mean.hit_rate, &mean.map, &mean.mrr, &mean.ndcg}) *sum /= users;
    mean.coverage = static_cast<double>(covered.size()) / static_cast<double>(train.cols());
    report.at.push_back(mean);
    report.users = static_cast<Size>(users);
  }
  return report;
}

void check_equal(const RankingReport& report, const RankingReport& expected) {
  CHECK(report.users == expected.users);
  REQUIRE(report.at.size() == expected.at.size());
  for (std::size_t c = 0; c < report.at.size(); ++c) {
    const auto& is = report.at[c];
    const auto& wanted = expected.at[c];
    const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-12); };
    CHECK(is.cutoff == wanted.cutoff);
    CHECK(is.precision == near(wanted.precision));
    CHECK(is.recall == near(wanted.recall));
    CHECK(is.hit_rate == near(wanted.hit_rate));
    CHECK(is.map == near(wanted.map));
    CHECK(is.mrr == near(wanted.mrr));
    CHECK(is.ndcg == near(wanted.ndcg));
    CHECK(is.coverage == near(wanted.coverage));
  }
}

}  // namespace

TEST_CASE("the metrics of one list are those computed by hand") {
  // Hits at ranks 2, 3 and 5 of 4 relevant items; item 9 is not in the list.
  const std::vector<Index> list{0, 1, 2, 3, 4, 5};
  const std::vector<Index> relevant{1, 2, 4, 9};
  const auto at5 = one(list, relevant, 5);
  CHECK(at5.precision == doctest::Approx(3.0 / 5));
  CHECK(at5.recall == doctest::Approx(3.0 / 4));
  CHECK(at5.hit_rate == 1);
  CHECK(at5.map == doctest::Approx((1.0 / 2 + 2.0 / 3 + 3.0 / 5) / 4));
  CHECK(at5.mrr == 0.5);
  const double ideal4 = 1 + 1 / std::log2(3) + 0.5 + 1 / std::log2(5);
  CHECK(at5.ndcg == doctest::Approx((1 / std::log2(3) + 0.5 + 1 / std::log2(6)) / ideal4));
  CHECK(at5.coverage == doctest::Approx(0.5));

  const auto at2 = one(list, relevant, 2);
  CHECK(at2.precision == 0.5);
  CHECK(at2.recall == 0.25);
  CHECK(at2.map == doctest::Approx(0.5 / 2));  // of at most 2, not of 4
  CHECK(at2.mrr == 0.5);
  CHECK(at2.ndcg == doctest::Approx((1 / std::log2(3)) / (1 + 1 / std::log2(3))));
  CHECK(at2.coverage == doctest::Approx(0.2));

  const auto at1 = one(list, relevant, 1);
  for (const double none : {at1.precision, at1.recall, at1.hit_rate, at1.map, at1.mrr, at1.ndcg}) CHECK(none == 0);
}

TEST_CASE("a perfect list has 1 of everything that it can, whatever the cutoff") {
  for (const int cutoff : {1, 2, 3, 4, 10}) {
    const auto perfect = one({4, 7, 2}, {2, 4, 7}, cutoff);
    CHECK(perfect.precision == doctest::Approx(std::min(cutoff, 3) / static_cast<double>(cutoff)));
    CHECK(perfect.recall == doctest::Approx(std::min(cutoff, 3) / 3.0));
    CHECK(perfect.hit_rate == 1);
    CHECK(perfect.map == doctest::Approx(1));
    CHECK(perfect.mrr == 1);
    CHECK(perfect.ndcg == doctest::Approx(1));
  }
}

TEST_CASE("a list shorter than the cutoff is judged as if the other places were misses") {
  const auto short_list = one({3, 1}, {1}, 8);
  CHECK(short_list.precision == doctest::Approx(1.0 / 8));
  CHECK(short_list.recall == 1);
  CHECK(short_list.map == 0.5);
  CHECK(short_list.ndcg == doctest::Approx(1 / std::log2(3)));
  CHECK(short_list.coverage == doctest::Approx(0.2));
  const auto empty = one({}, {1}, 8);
  for (const double none : {empty.recall, empty.hit_rate, empty.map, empty.mrr, empty.ndcg, empty.coverage}) {
    CHECK(none == 0);
  }
}

TEST_CASE("a cutoff may be as great as an int is") {
  const auto all = one({3, 1}, {1}, std::numeric_limits<int>::max());
  CHECK(all.recall == 1);
  CHECK(all.mrr == 0.5);
  CHECK(all.coverage == doctest::Approx(0.2));  // what was never recommended is not covered
}

TEST_CASE("relevant items that could not be recommended stay in the denominators") {
  // Item 50 is beyond the catalogue; item 5 the user has rated already.
  const auto train = rows_of(10, {{5}});
  const auto report = ranking(Fixed{10, {{1, 2}}}, train, rows_of(100, {{1, 5, 50}}), {2});
  CHECK(report.at[0].recall == doctest::Approx(1.0 / 3));
  CHECK(report.at[0].map == 0.5);
  CHECK(report.at[0].ndcg == doctest::Approx(1 / (1 + 1 / std::log2(3))));
}

TEST_CASE("averages are over the users with test ratings, coverage over all their lists") {
  const Fixed recommender{8, {{0, 1}, {2, 3}, {0, 4}}};
  const auto test = rows_of(8, {{0}, {}, {4, 5}});
  const auto report = ranking(recommender, test::no_ratings(3, 8), test, {2, 1});
  CHECK(report.users == 2);
  REQUIRE(report.at.size() == 2);
  CHECK(report.at[0].cutoff == 2);
  CHECK(report.at[1].cutoff == 1);
  CHECK(report.at[0].precision == doctest::Approx(0.5));
  CHECK(report.at[0].recall == doctest::Approx((1 + 0.5) / 2));
  CHECK(report.at[0].hit_rate == 1);
  CHECK(report.at[0].mrr == doctest::Approx((1 + 0.5) / 2));
  CHECK(report.at[0].coverage == doctest::Approx(3.0 / 8));  // user 1, of items 2 and 3, was not evaluated
  CHECK(report.at[1].hit_rate == doctest::Approx(0.5));
  CHECK(report.at[1].coverage == doctest::Approx(1.0 / 8));
}

TEST_CASE_TEMPLATE("models and popularity are judged as when everything is sorted for everybody", Scalar, float,
                   double) {
  const std::vector<int> cutoffs{10, 1, 3, 25, 100, 3};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    // Of its users, 40 to 47 are not of the training matrix; of its items, 25 to 29 are not. Popularity has many ties.
    const auto train = test::random_ratings<Scalar>(40, 25, 12, seed);
    const auto test = test::random_ratings<Scalar>(48, 30, 9, seed + 100);
    check_equal(ranking(Popularity<Scalar>(train), train, test, cutoffs),
                slow_ranking(Popularity<Scalar>(train), train, test, cutoffs));

    Options options;
    options.factors = 5;
    options.epochs = 10;
    options.learning_rate = 0.02;
    options.initialization = Initialization::normal(0.6);
    AsySVD<Scalar> model(options);
    model.fit(train);
    check_equal(ranking(model, train, test, cutoffs), slow_ranking(model, train, test, cutoffs));
    const auto shorter = test::random_ratings<Scalar>(36, 30, 9, seed + 200);  // the last users are not tested on
    check_equal(ranking(model, train, shorter, cutoffs), slow_ranking(model, train, shorter, cutoffs));
    AsySVD<Scalar, ByUser, RawFeedback> raw(options);  // gives unknown users nothing but ties
    raw.fit(train);
    check_equal(ranking(raw, train, test, cutoffs), slow_ranking(raw, train, test, cutoffs));
  }
}

TEST_CASE("rows may hold their items in any order") {
  const std::vector<Size> offsets{0, 3};
  const std::vector<Index> items{7, 1, 4};
  const std::vector<double> values{1, 1, 1};
  const SparseMatrixView<double> unsorted(10, std::span(offsets), std::span(items), std::span(values));
  const auto report = ranking(Fixed{10, {{1, 4, 7}}}, test::no_ratings(1, 10), unsorted, {3});
  CHECK(report.at[0].recall == 1);
}

TEST_CASE("what can't be judged is refused") {
  const auto train = rows_of(5, {{0}, {1}});
  const auto test = rows_of(5, {{1}, {2}});
  const Popularity<double> popularity(train);
  CHECK_THROWS_WITH_AS((void)ranking(popularity, train, test, {}),
                       "asysvd::ranking: number of cutoffs is 0; expected at least 1", std::invalid_argument);
  for (const int bad : {0, -3}) {
    CHECK_THROWS_WITH_AS((void)ranking(popularity, train, test, {5, bad}), doctest::Contains("a cutoff is"),
                         std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS((void)ranking(popularity, train, test::no_ratings(2, 5), {5}),
                       "asysvd::ranking: number of test ratings is 0; expected at least 1", std::invalid_argument);
  const AsySVD<double> unfitted;
  CHECK_THROWS_WITH_AS((void)ranking(unfitted, train, test, {5}), doctest::Contains("train.rows() is 2"),
                       std::invalid_argument);

  const std::vector<Size> offsets{0, 1};
  const std::vector<Index> items{-1};
  const std::vector<double> values{1};
  const SparseMatrixView<double> broken(3, std::span(offsets), std::span(items), std::span(values));
  CHECK_THROWS_AS((void)ranking(popularity, broken, test, {5}), std::invalid_argument);
  CHECK_THROWS_AS((void)ranking(popularity, train, broken, {5}), std::invalid_argument);
}

TEST_CASE("lists that would flatter their recommender are refused") {
  const auto train = rows_of(5, {{0}});
  const auto test = rows_of(5, {{1}});
  for (const auto& list : std::vector<std::vector<Index>>{{1, 1}, {1, 0}}) {
    CHECK_THROWS_WITH_AS((void)ranking(Fixed{5, {list}}, train, test, {2}), doctest::Contains("each item once"),
                         std::invalid_argument);
  }
  for (const Index outside : {-1, 5}) {
    CHECK_THROWS_WITH_AS((void)ranking(Fixed{5, {{outside}}}, train, test, {2}),
                         doctest::Contains("less than the items() of the recommender"), std::invalid_argument);
  }
  // A model that hides the ratings of another matrix than `train`.
  const auto other = rows_of(5, {{4}});
  AsySVD<double> model({.factors = 2, .epochs = 1});
  model.fit(other);
  CHECK_THROWS_WITH_AS((void)ranking(model, train, test, {5}), doctest::Contains("a recommended item is 0"),
                       std::invalid_argument);
}

// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/evaluation_options.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <asysvd/evaluate/baselines.hpp>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/model.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "evaluate/fixed_lists.hpp"
#include "random_ratings.hpp"

using namespace asysvd;
using test::FixedLists;
using test::no_ratings;
using test::rows_of;

namespace {

/// A model without `recommend_all`.
struct OneByOne {
  using Scalar = float;
  const AsySVD<float>& model;

  [[nodiscard]] Size users() const { return model.users(); }
  [[nodiscard]] Size items() const { return model.items(); }
  template <class Who>
  [[nodiscard]] std::vector<ScoredItem<float>> recommend(Who who, const RecommendOptions& wanted) const {
    return model.recommend(who, wanted);
  }
  template <class Who>
  [[nodiscard]] float score(Who who, Index item) const {
    return model.score(who, item);
  }
};
static_assert(detail::BatchRecommender<AsySVD<float>>);
static_assert(FoldInRecommender<OneByOne> && ScoringRecommender<OneByOne> && !detail::BatchRecommender<OneByOne>);

/// Recommends all candidates and keeps what it was asked for.
struct Asked {
  using Scalar = double;
  Size catalogue;
  mutable std::vector<std::vector<Index>> candidates;  // one for each call

  [[nodiscard]] Size items() const { return catalogue; }
  [[nodiscard]] std::vector<ScoredItem<double>> recommend(Index, const RecommendOptions& wanted) const {
    const auto these = wanted.candidates.value();
    candidates.emplace_back(these.begin(), these.end());
    return {};
  }
};

void check_same(const ListMetrics& a, const ListMetrics& b) {
  for (const auto& metric : ListMetrics::all()) {
    CAPTURE(metric.name);
    CHECK(a.*metric.value == b.*metric.value);
  }
}

void check_same(const RankingReport& a, const RankingReport& b) {
  CHECK(a.users == b.users);
  CHECK(a.auc.auc == b.auc.auc);
  CHECK(a.auc.users == b.auc.users);
  REQUIRE(a.at.size() == b.at.size());
  for (std::size_t c = 0; c < a.at.size(); ++c) {
    check_same(a.at[c], b.at[c]);
    CHECK(a.at[c].inter_list_diversity == b.at[c].inter_list_diversity);
    for (const auto& metric : ItemSpread::all()) CHECK(a.at[c].*metric.value == b.at[c].*metric.value);
  }
  REQUIRE(a.intervals.size() == b.intervals.size());
  for (std::size_t c = 0; c < a.intervals.size(); ++c) {
    check_same(a.intervals[c].lower, b.intervals[c].lower);
    check_same(a.intervals[c].upper, b.intervals[c].upper);
  }
  REQUIRE(a.groups.size() == b.groups.size());
  for (std::size_t group = 0; group < a.groups.size(); ++group) {
    CHECK(a.groups[group].users == b.groups[group].users);
    for (std::size_t c = 0; c < a.at.size(); ++c) check_same(a.groups[group].at[c], b.groups[group].at[c]);
  }
}

AsySVD<float> fitted(const SparseMatrix<float>& train) {
  AsySVD<float> model({.factors = 4, .epochs = 5});
  model.fit(train);
  return model;
}

}  // namespace

TEST_CASE("any number of threads, lists one by one or all at once: the same bits") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    // Of its users, 60 to 67 are not of the training matrix; of its items, 25 to 29 are not.
    const auto train = test::random_ratings<float>(60, 25, 12, seed);
    const auto test = test::random_ratings<float>(68, 30, 9, seed + 100);
    const auto model = fitted(train);
    const std::vector<int> cutoffs{5, 1, 40};
    EvaluationOptions options{.auc = true, .bootstrap_samples = 50, .group_lengths = {1, 6}};
    for (const Size negatives : {0, 7}) {
      options.sampled_negatives = negatives;
      options.threads = 1;
      const auto report = ranking(model, train, test, cutoffs, options);
      const auto popular = ranking(Popularity<float>(train), train, test, cutoffs, options);
      for (const int threads : {1, 2, 5, 100}) {
        options.threads = threads;
        check_same(ranking(model, train, test, cutoffs, options), report);
        check_same(ranking(OneByOne{model}, train, test, cutoffs, options), report);
        check_same(ranking(Popularity<float>(train), train, test, cutoffs, options), popular);
      }
    }
  }
}

TEST_CASE("few users with test ratings are judged as among many") {
  const auto train = test::random_ratings<float>(60, 25, 12, 4);
  const auto model = fitted(train);
  std::vector<Rating<float>> ratings;
  for (const Index user : {3, 17, 59}) ratings.push_back({user, 24, 1.0f});
  const auto test = SparseMatrix<float>::from_triplets(60, 25, ratings);
  check_same(ranking(model, train, test, {5}), ranking(OneByOne{model}, train, test, {5}));
}

TEST_CASE("the AUC of a report is that of auc, and is computed only where asked for") {
  const auto train = test::random_ratings<float>(40, 25, 12, 1);
  const auto test = test::random_ratings<float>(48, 30, 9, 101);
  const Popularity<float> popularity(train);
  const auto alone = auc(popularity, train, test);
  const auto report = ranking(popularity, train, test, {5}, {.auc = true});
  CHECK(report.auc.auc == alone.auc);
  CHECK(report.auc.users == alone.users);
  CHECK(ranking(popularity, train, test, {5}).auc.users == 0);
}

TEST_CASE("sampled negatives are different unseen items, beside the relevant ones") {
  const auto train = rows_of(12, {{0, 1}, {}, {0, 1, 2, 3, 4, 5, 6, 7, 8}});
  const auto test = rows_of(20, {{2, 15, 1}, {5}, {9, 10}});
  const Asked asked{12, {}};
  (void)ranking(asked, train, test, {3}, {.sampled_negatives = 4});
  REQUIRE(asked.candidates.size() == 3);
  const std::vector<std::set<Index>> relevant{{2}, {5}, {9, 10}};
  const std::vector<std::size_t> sizes{1 + 4, 1 + 4, 2 + 1};  // only item 11 is left to the last
  for (std::size_t user = 0; user < 3; ++user) {
    const std::set<Index> different(asked.candidates[user].begin(), asked.candidates[user].end());
    CHECK(different.size() == asked.candidates[user].size());
    CHECK(different.size() == sizes[user]);
    for (const Index item : relevant[user]) CHECK(different.contains(item));
    const auto seen = train.row(static_cast<Index>(user)).items;
    for (const Index item : seen) CHECK_FALSE(different.contains(item));
  }
}

TEST_CASE("each unseen item is drawn equally often") {
  const auto test = rows_of(6, std::vector<std::vector<Index>>(3000, {0}));
  const Asked asked{6, {}};
  (void)ranking(asked, no_ratings(1, 6), test, {3}, {.sampled_negatives = 2});
  std::vector<double> times(6, 0.0);
  for (const auto& candidates : asked.candidates) {
    for (const Index item : candidates) ++times[static_cast<std::size_t>(item)];
  }
  CHECK(times[0] == 3000);
  // 3000 · 2/5, with a deviation of √(3000 · 2/5 · 3/5) = 27.
  for (std::size_t item = 1; item < 6; ++item) CHECK(std::abs(times[item] - 1200) < 5 * 27);
}

TEST_CASE("as many negatives as there are items are no sample, and few flatter") {
  const auto train = test::random_ratings<double>(60, 40, 12, 1);
  const auto test = test::random_ratings<double>(60, 40, 6, 101);
  const Popularity<double> popularity(train);
  const auto all = ranking(popularity, train, test, {5});
  check_same(ranking(popularity, train, test, {5}, {.sampled_negatives = 40}), all);
  const auto few = ranking(popularity, train, test, {5}, {.sampled_negatives = 5});
  CHECK(few.at[0].recall > 1.2 * all.at[0].recall);
  check_same(ranking(popularity, train, test, {5}, {.sampled_negatives = 5}), few);
  CHECK(ranking(popularity, train, test, {5}, {.sampled_negatives = 5, .seed = 2}).at[0].ndcg != few.at[0].ndcg);
}

TEST_CASE("percentiles leave out whole numbers of values at both ends") {
  std::vector<double> values;
  for (int v = 20; v > 0; --v) values.push_back(v);
  const auto of = [&](double confidence) { return detail::percentiles(values, confidence); };
  CHECK(of(0.9) == std::pair{2.0, 19.0});
  CHECK(of(0.91) == std::pair{1.0, 20.0});
  CHECK(of(0.5) == std::pair{6.0, 15.0});
  CHECK(of(1e-9) == std::pair{10.0, 11.0});
  std::vector<double> one{7};
  CHECK(detail::percentiles(one, 0.1) == std::pair{7.0, 7.0});
}

TEST_CASE("intervals are those of the normal approximation where there are many users") {
  // 900 users, a third of whom are hit: the mean deviates by √(p (1 − p) / 900).
  std::vector<std::vector<Index>> lists(900, {0});
  const auto test = [] {
    std::vector<std::vector<Index>> rows;
    for (int user = 0; user < 900; ++user) rows.push_back({user % 3 == 0 ? 0 : 1});
    return rows_of(2, rows);
  }();
  const auto report =
      ranking(FixedLists{2, lists}, no_ratings(1, 2), test, {1, 2}, {.bootstrap_samples = 2000, .confidence = 0.95});
  REQUIRE(report.intervals.size() == 2);
  const double deviation = std::sqrt(1.0 / 3 * 2 / 3 / 900);
  for (const auto& [lower, upper] : report.intervals) {
    CHECK(lower.recall == doctest::Approx(1.0 / 3 - 1.96 * deviation).epsilon(0.01));
    CHECK(upper.recall == doctest::Approx(1.0 / 3 + 1.96 * deviation).epsilon(0.01));
  }
  CHECK(report.intervals[0].lower.user_coverage == doctest::Approx(1));  // of everybody
  CHECK(report.intervals[0].upper.user_coverage == doctest::Approx(1));
  CHECK(report.intervals[1].upper.user_coverage == 0);  // of nobody
  const auto narrower =
      ranking(FixedLists{2, lists}, no_ratings(1, 2), test, {1}, {.bootstrap_samples = 2000, .confidence = 0.5});
  CHECK(narrower.intervals[0].upper.recall == doctest::Approx(1.0 / 3 + 0.674 * deviation).epsilon(0.01));
}

TEST_CASE("groups hold the users of their profile lengths, each once") {
  // Profiles of 0, 2, 3 and 5 items; the last of these users has no test rating.
  const auto train = rows_of(10, {{}, {0, 1}, {0, 1, 2}, {0, 1, 2, 3, 4}, {0, 1, 2, 3, 4, 5}});
  const auto test = rows_of(10, {{9}, {9}, {8}, {9}, {}});
  const auto report =
      ranking(FixedLists{10, {{9}, {8}, {8}, {9}, {9}}}, train, test, {1}, {.group_lengths = {2, 3, 6}});
  REQUIRE(report.groups.size() == 4);
  const std::vector<Size> shortest{0, 2, 3, 6};
  const std::vector<Size> users{1, 1, 2, 0};
  const std::vector<double> recall{1, 0, 1, 0};
  for (std::size_t group = 0; group < 4; ++group) {
    CHECK(report.groups[group].shortest == shortest[group]);
    CHECK(report.groups[group].users == users[group]);
    REQUIRE(report.groups[group].at.size() == 1);
    CHECK(report.groups[group].at[0].recall == recall[group]);
  }
}

TEST_CASE("the metrics of all are the averages of those of the groups") {
  const auto train = test::random_ratings<double>(60, 25, 12, 1);
  const auto test = test::random_ratings<double>(68, 30, 9, 101);
  const auto report = ranking(Popularity<double>(train), train, test, {5}, {.auc = true, .group_lengths = {1, 4, 7}});
  REQUIRE(report.groups.size() == 4);
  for (const auto& metric : ListMetrics::all()) {
    double sum = 0;
    for (const auto& group : report.groups) sum += static_cast<double>(group.users) * group.at[0].*metric.value;
    CHECK(sum / static_cast<double>(report.users) == doctest::Approx(report.at[0].*metric.value));
  }
  double sum = 0;
  for (const auto& group : report.groups) sum += static_cast<double>(group.auc.users) * group.auc.auc;
  CHECK(sum / static_cast<double>(report.auc.users) == doctest::Approx(report.auc.auc));
}

TEST_CASE("the observer is told the share that is done, on the caller's thread, growing to 1") {
  const auto train = test::random_ratings<float>(60, 25, 12, 1);
  const auto test = test::random_ratings<float>(68, 30, 9, 101);
  AsySVD<float> model({.factors = 4, .epochs = 2});
  model.fit(train);
  const auto check = [&](const auto& recommender, EvaluationOptions options) {
    std::vector<double> shares;
    const auto caller = std::this_thread::get_id();
    bool elsewhere = false;
    options.observer = [&](double share) {
      elsewhere = elsewhere || std::this_thread::get_id() != caller;
      shares.push_back(share);
    };
    const auto report = ranking(recommender, train, test, {5}, options);
    CHECK(!elsewhere);
    REQUIRE(!shares.empty());
    CHECK(shares.front() > 0);
    CHECK(std::ranges::is_sorted(shares));
    CHECK(shares.back() == 1);
    if (options.threads == 1) CHECK(static_cast<Size>(shares.size()) == report.users * (options.auc ? 2 : 1) + 1);
  };
  for (const bool auc : {false, true}) {
    for (const int threads : {1, 3}) {
      check(model, {.threads = threads, .auc = auc});
      check(OneByOne{model}, {.threads = threads, .auc = auc});
    }
  }
  CHECK_THROWS_AS((void)ranking(model, train, test, {5}, {.observer = [](double) { throw std::runtime_error("no"); }}),
                  std::runtime_error);
}

TEST_CASE("options out of their range are refused") {
  const auto train = rows_of(5, {{0}});
  const auto test = rows_of(5, {{1}});
  const auto refused = [&](const EvaluationOptions& options, const char* what) {
    CHECK_THROWS_WITH_AS((void)ranking(Popularity<double>(train), train, test, {1}, options), doctest::Contains(what),
                         std::invalid_argument);
  };
  refused({.threads = 0}, "threads is 0");
  refused({.sampled_negatives = -1}, "sampled_negatives is -1");
  refused({.bootstrap_samples = -1}, "bootstrap_samples is -1");
  for (const double confidence : {0.0, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    refused({.confidence = confidence}, "confidence is");
  }
  refused({.group_lengths = {0}}, "a group length is 0");
  refused({.group_lengths = {3, 3}}, "a group length is 3");
  CHECK_THROWS_WITH_AS((void)ranking(FixedLists{5, {{1}}}, train, test, {1}, {.auc = true}),
                       doctest::Contains("recommender without scores"), std::invalid_argument);
}

// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/ranking_metrics.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <asysvd/evaluate/ranking.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "evaluate/fixed_lists.hpp"

using namespace asysvd;
using test::FixedLists;
using test::no_ratings;
using test::random_lists;
using test::rows_of;

namespace {

const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-12); };

SparseMatrix<double> rated(Size users, Size items, const std::vector<Rating<double>>& ratings) {
  return SparseMatrix<double>::from_triplets(users, items, ratings);
}

using Values = std::map<std::string, double>;

/// Random ratings from −2 to 5 of every user but some.
SparseMatrix<double> random_test(Index users, Index items, std::uint64_t seed) {
  Random random(seed);
  std::vector<Rating<double>> ratings;
  for (Index user = 0; user < users; ++user) {
    for (std::uint32_t count = random.below(8u); count > 0; --count) {
      ratings.push_back({user, static_cast<Index>(random.below(static_cast<std::uint32_t>(items))),
                         static_cast<double>(random.below(8u)) - 2});
    }
  }
  return rated(users, items, ratings);
}

/// The definitions written out, by name.
Values slow_metrics(const FixedLists& recommender, const SparseMatrix<double>& train, const SparseMatrix<double>& test,
                    int cutoff) {
  Values sums;
  std::vector<std::set<Index>> lists;
  std::vector<Index> places;
  for (Index user = 0; user < test.rows(); ++user) {
    std::map<Index, double> relevant;
    for (Size t = 0; t < test.row(user).size(); ++t) relevant[test.row(user).items[t]] = test.row(user).ratings[t];
    if (relevant.empty()) continue;
    auto list = recommender.lists[user];
    const bool full = list.size() >= static_cast<std::size_t>(cutoff);
    if (full) list.resize(static_cast<std::size_t>(cutoff));
    places.insert(places.end(), list.begin(), list.end());
    lists.emplace_back(list.begin(), list.end());

    double hits = 0;
    double precisions = 0;
    double dcg = 0;
    double reciprocal = 0;
    for (std::size_t r = 1; r <= list.size(); ++r) {
      if (!relevant.contains(list[r - 1])) continue;
      const auto rank = static_cast<double>(r);
      ++hits;
      precisions += hits / rank;
      reciprocal += 1 / rank;
      dcg += std::max(0.0, relevant[list[r - 1]]) / std::log2(rank + 1);
    }
    std::vector<double> best;
    for (const auto& [item, rating] : relevant) best.push_back(std::max(0.0, rating));
    std::ranges::sort(best, std::greater{});
    double ideal = 0;
    for (std::size_t r = 1; r <= best.size() && r <= static_cast<std::size_t>(cutoff); ++r) {
      ideal += best[r - 1] / std::log2(static_cast<double>(r) + 1);
    }
    const double precision = hits / cutoff;
    const double recall = hits / static_cast<double>(relevant.size());
    sums["f1"] += hits == 0 ? 0 : 2 * precision * recall / (precision + recall);
    sums["map_recall"] += precisions / static_cast<double>(relevant.size());
    sums["arhr"] += reciprocal;
    sums["ndcg_graded"] += ideal == 0 ? 0 : dcg / ideal;
    sums["user_coverage"] += full ? 1 : 0;
  }
  for (auto& [name, sum] : sums) sum /= static_cast<double>(lists.size());

  // Over all places of all lists, one by one, and over all pairs of places and lists.
  const auto how_often = [](Index item, const auto& where) {
    return static_cast<double>(std::count(where.begin(), where.end(), item));
  };
  const auto total = static_cast<double>(places.size());
  const auto items = static_cast<double>(recommender.catalogue);
  std::vector<double> shares;
  for (Index item = 0; item < recommender.catalogue; ++item) shares.push_back(how_often(item, places) / total);
  std::ranges::sort(shares);
  double differences = 0;
  for (const double a : shares) {
    sums["coverage"] += a > 0 ? 1 / items : 0;
    sums["shannon_entropy"] += a > 0 ? a * std::log2(1 / a) : 0;
    for (const double b : shares) differences += std::abs(a - b);
  }
  // The Gini coefficient with the correction n / (n + 1) that makes the diversity 2 / (n + 1) at worst.
  sums["gini_diversity"] = 1 - differences / (2 * items) * items / (items + 1);
  double same = 0;
  for (const Index a : places) {
    same += how_often(a, places);
    sums["novelty"] += std::log2(static_cast<double>(train.nonzeros()) / std::max(1.0, how_often(a, train.items())));
    sums["average_popularity"] += how_often(a, train.items());
  }
  sums["novelty"] /= total;
  sums["average_popularity"] /= total;
  sums["herfindahl_diversity"] = 1 - same / (total * total);
  double missing = 0;
  for (std::size_t a = 0; a < lists.size(); ++a) {
    for (std::size_t b = 0; b < lists.size(); ++b) {
      for (const Index item : lists[a]) missing += a != b && !lists[b].contains(item) ? 1 : 0;
    }
  }
  sums["inter_list_diversity"] = missing / (total * static_cast<double>(lists.size() - 1));
  return sums;
}

Values values_of(const RankingMetrics& metrics) {
  Values values;
  for (const auto& [name, value] : ListMetrics::all()) values[name] = metrics.*value;
  for (const auto& [name, value] : ItemSpread::all()) values[name] = metrics.*value;
  values["inter_list_diversity"] = metrics.inter_list_diversity;
  return values;
}

}  // namespace

TEST_CASE("the metrics of hits and gains are those computed by hand") {
  // Items 4 (rated 5), 1 (2), 7 (−3) and 9 (4); hits at ranks 2, 3 and 4, of gains 2, 5 and 0.
  const auto test = rated(1, 10, {{0, 4, 5}, {0, 1, 2}, {0, 7, -3}, {0, 9, 4}});
  const auto report = ranking(FixedLists{10, {{0, 1, 4, 7}}}, no_ratings(1, 10), test, {5, 3});
  const auto& at5 = report.at[0];
  CHECK(at5.f1 == near(2 * 0.6 * 0.75 / (0.6 + 0.75)));
  CHECK(at5.map == near((1.0 / 2 + 2.0 / 3 + 3.0 / 4) / 4));
  CHECK(at5.map_recall == at5.map);
  CHECK(at5.arhr == near(1.0 / 2 + 1.0 / 3 + 1.0 / 4));
  CHECK(at5.ndcg_graded == near((2 / std::log2(3) + 5 / 2.0) / (5 + 4 / std::log2(3) + 2 / 2.0)));
  CHECK(at5.user_coverage == 0);
  const auto& at3 = report.at[1];
  CHECK(at3.f1 == near(2 * (2.0 / 3) * 0.5 / (2.0 / 3 + 0.5)));
  CHECK(at3.map == near((1.0 / 2 + 2.0 / 3) / 3));
  CHECK(at3.map_recall == near((1.0 / 2 + 2.0 / 3) / 4));
  CHECK(at3.user_coverage == 1);
}

TEST_CASE("graded NDCG knows no scale, equals the binary one where all gains are the same, and is 0 without gains") {
  const FixedLists recommender{5, {{0, 3, 1}}};
  const auto judged = [&](double first, double second) {
    return ranking(recommender, no_ratings(1, 5), rated(1, 5, {{0, 3, first}, {0, 1, second}}), {3}).at[0];
  };
  CHECK(judged(30, 10).ndcg_graded == near(judged(3, 1).ndcg_graded));
  CHECK(judged(1, 3).ndcg_graded < judged(3, 1).ndcg_graded);
  CHECK(judged(4, 4).ndcg_graded == near(judged(4, 4).ndcg));
  CHECK(judged(0, -2).ndcg_graded == 0);
  CHECK(judged(0, -2).ndcg > 0);
}

TEST_CASE("the spread of recommendations over four items is that computed by hand") {
  // Picked 3, 1, 0 and 0 times; rated 4, 2, 2 and 0 times.
  const std::vector<Size> counts{3, 1, 0, 0};
  const std::vector<Size> popularity{4, 2, 2, 0};
  const auto spread = detail::item_spread(counts, popularity);
  CHECK(spread.coverage == 0.5);
  CHECK(spread.gini_diversity == near(2 * (2 * 0.25 + 1 * 0.75) / 5));
  CHECK(spread.shannon_entropy == near(0.75 * std::log2(4.0 / 3) + 0.25 * 2));
  CHECK(spread.herfindahl_diversity == near(1 - 9.0 / 16 - 1.0 / 16));
  CHECK(spread.novelty == near(0.75 * 1 + 0.25 * 2));
  CHECK(spread.average_popularity == near(0.75 * 4 + 0.25 * 2));
  const auto ratio = spread.ratio_to(detail::item_spread(popularity, popularity));
  CHECK(ratio.coverage == near(0.5 / 0.75));
  CHECK(ratio.novelty == near(1.25 / 1.5));
  CHECK(ratio.average_popularity == near(3.5 / 3));
}

TEST_CASE("the spread of equal counts is the greatest, that of one item the least") {
  const std::vector<Size> popularity{1, 1, 1, 1};
  const auto equal = detail::item_spread(std::vector<Size>{7, 7, 7, 7}, popularity);
  CHECK(equal.coverage == 1);
  CHECK(equal.gini_diversity == near(1));
  CHECK(equal.shannon_entropy == near(2));
  CHECK(equal.herfindahl_diversity == near(0.75));
  const auto one = detail::item_spread(std::vector<Size>{0, 7, 0, 0}, popularity);
  CHECK(one.gini_diversity == near(2.0 / 5));
  CHECK(one.shannon_entropy == 0);
  CHECK(one.herfindahl_diversity == 0);
}

TEST_CASE("an item that nobody rated is as surprising as one rated once, and no counts spread nowhere") {
  const auto unrated = detail::item_spread(std::vector<Size>{1, 0}, std::vector<Size>{0, 8});
  CHECK(unrated.novelty == near(3));
  CHECK(unrated.average_popularity == 0);
  for (const auto& nothing : {detail::item_spread(std::vector<Size>{0, 0}, std::vector<Size>{0, 8}),
                              detail::item_spread(std::vector<Size>{}, std::vector<Size>{})}) {
    for (const auto& metric : ItemSpread::all()) CHECK(nothing.*metric.value == 0);
  }
  CHECK(detail::item_spread(std::vector<Size>{1, 0}, std::vector<Size>{0, 0}).novelty == 0);
  CHECK(unrated.ratio_to({}).novelty == 0);
}

TEST_CASE("lists that have nothing in common are wholly different, equal ones not at all, and one alone neither") {
  const auto diversity = [](const std::vector<std::vector<Index>>& lists) {
    const auto test = rows_of(6, std::vector<std::vector<Index>>(lists.size(), {0}));
    return ranking(FixedLists{6, lists}, no_ratings(1, 6), test, {2}).at[0].inter_list_diversity;
  };
  CHECK(diversity({{0, 1}, {2, 3}, {4, 5}}) == 1);
  CHECK(diversity({{0, 1}, {1, 0}, {0, 1}}) == 0);
  CHECK(diversity({{0, 1}, {1, 2}, {3, 4}}) == near(1 - (0.5 + 0 + 0) / 3));
  CHECK(diversity({{0, 1}}) == 0);
  CHECK(diversity({{}, {}}) == 0);
}

TEST_CASE("a recommender that follows the training ratings has their spread") {
  const auto train = rows_of(4, {{0, 1}, {0, 2}, {0, 1}});
  const FixedLists recommender{4, {{0, 1}, {2, 0}, {1, 0}}};
  const auto report = ranking(recommender, no_ratings(1, 4), rows_of(4, {{3}, {3}, {3}}), {2});
  for (const auto& metric : ItemSpread::all()) CHECK(report.at[0].to_training.*metric.value == 0);
  const auto same =
      ranking(FixedLists{4, {{}, {}, {}, {0, 1}, {2, 0}, {1, 0}}}, train, rows_of(4, {{}, {}, {}, {3}, {3}, {3}}), {2});
  for (const auto& metric : ItemSpread::all()) {
    CAPTURE(metric.name);
    CHECK(same.training.*metric.value == near(same.at[0].*metric.value));
    CHECK(same.at[0].to_training.*metric.value == near(1));
  }
}

TEST_CASE("random lists have the metrics of the definitions written out") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto recommender = random_lists(30, 20, 12, seed);
    const auto test = random_test(30, 24, seed + 50);
    // Training ratings of users beyond those tested, so that no list holds what its user rated.
    auto rows = random_lists(50, 18, 9, seed + 90).lists;
    for (std::size_t user = 0; user < 30; ++user) rows[user].clear();
    const auto train = rows_of(20, rows);
    const std::vector<int> cutoffs{1, 3, 12, 40, 3};
    const auto report = ranking(recommender, train, test, cutoffs);
    for (std::size_t c = 0; c < cutoffs.size(); ++c) {
      auto values = values_of(report.at[c]);
      for (const auto& wanted : slow_metrics(recommender, train, test, cutoffs[c])) {
        CAPTURE(wanted.first);
        CHECK(values.at(wanted.first) == doctest::Approx(wanted.second).epsilon(1e-10));
      }
    }
  }
}

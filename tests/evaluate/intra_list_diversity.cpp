// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/intra_list_diversity.hpp>

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <asysvd/evaluate/ranking.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/random.hpp>
#include <cmath>
#include <span>
#include <stdexcept>
#include <vector>

#include "evaluate/fixed_lists.hpp"

using namespace asysvd;

TEST_CASE("intra-list diversity is that computed by hand") {
  Eigen::MatrixXd features(5, 2);
  features << 1, 0,  //
      0, 3,          //
      2, 2,          //
      0, 0,          //
      -5, 0;
  const auto of = [&](const std::vector<Index>& items) { return intra_list_diversity(features, items); };
  CHECK(of({0, 1}) == doctest::Approx(1));
  CHECK(of({0, 2}) == doctest::Approx(1 - std::sqrt(0.5)));
  CHECK(of({0, 1, 2}) == doctest::Approx(1 - (0 + 2 * std::sqrt(0.5)) / 3));
  CHECK(of({0, 4}) == doctest::Approx(2));
  CHECK(of({0, 3}) == doctest::Approx(1));  // nothing is known of item 3
  CHECK(of({3, 3}) == doctest::Approx(1));
  CHECK(of({2, 2, 2}) == doctest::Approx(0));
  CHECK(of({2}) == 0);
  CHECK(of({}) == 0);
  CHECK_THROWS_WITH_AS((void)of({0, 5}), doctest::Contains("an item is 5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((void)of({-1, 1}), doctest::Contains("an item is -1"), std::invalid_argument);
}

TEST_CASE("it is 1 minus the mean cosine over pairs, also of a FactorMatrix") {
  Random random(1);
  FactorMatrix<float> factors(12, 5);
  for (Size item = 1; item < 12; ++item) {  // item 0 keeps none
    for (Size f = 0; f < 5; ++f) factors.row(item)[f] = static_cast<float>(random.normal());
  }
  const std::vector<Index> items{3, 0, 11, 7, 1, 5};
  double cosines = 0;
  for (std::size_t a = 0; a < items.size(); ++a) {
    for (std::size_t b = a + 1; b < items.size(); ++b) {
      const Eigen::VectorXd x = factors.row(items[a]).cast<double>();
      const Eigen::VectorXd y = factors.row(items[b]).cast<double>();
      if (x.norm() > 0 && y.norm() > 0) cosines += x.dot(y) / (x.norm() * y.norm());
    }
  }
  CHECK(intra_list_diversity(factors.matrix(), items) == doctest::Approx(1 - cosines / 15).epsilon(1e-12));
}

TEST_CASE("in a ranking it is the mean over users of what a function of the lists says, at each cutoff") {
  const Eigen::MatrixXd features = Eigen::MatrixXd::Identity(4, 4);
  const test::FixedLists recommender{4, {{0, 1, 2}, {3}, {0, 1}, {2, 1}}};
  const auto test = test::rows_of(4, {{3}, {0}, {2}, {}});
  const auto train = test::no_ratings(4, 4);
  const auto by_features = [&](std::span<const Index> items) { return intra_list_diversity(features, items); };
  for (const int threads : {1, 3}) {
    EvaluationOptions options;
    options.threads = threads;
    options.intra_list_diversity = by_features;
    options.bootstrap_samples = 10;
    const auto found = ranking(recommender, train, test, {1, 3}, options);
    CHECK(found.at[0].intra_list_diversity == 0);                         // a list of one has no pair
    CHECK(found.at[1].intra_list_diversity == doctest::Approx(2.0 / 3));  // one of three has none
    CHECK(found.intervals[1].upper.intra_list_diversity >= 2.0 / 3);
    options.intra_list_diversity = [](std::span<const Index> items) { return static_cast<double>(items.size()); };
    CHECK(ranking(recommender, train, test, {2}, options).at[0].intra_list_diversity == doctest::Approx(5.0 / 3));
  }
  CHECK(ranking(recommender, train, test, {3}).at[0].intra_list_diversity == 0);
}

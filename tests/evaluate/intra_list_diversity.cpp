// SPDX-License-Identifier: MIT
#include <asysvd/evaluate/intra_list_diversity.hpp>

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/random.hpp>
#include <cmath>
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

TEST_CASE("of a recommender it is the mean over users with test ratings and lists with pairs") {
  const Eigen::MatrixXd features = Eigen::MatrixXd::Identity(4, 4);
  const test::FixedLists recommender{4, {{0, 1, 2}, {3, 3}, {0}, {2, 2}}};
  const auto found = intra_list_diversity(recommender, test::rows_of(4, {{3}, {0}, {0}, {}}), features, 2);
  CHECK(found.users == 2);
  CHECK(found.mean == doctest::Approx(0.5));
  const auto none = intra_list_diversity(recommender, test::no_ratings(4, 4), features, 2);
  CHECK(none.users == 0);
  CHECK(none.mean == 0);
  CHECK_THROWS_WITH_AS((void)intra_list_diversity(recommender, test::no_ratings(4, 4), features, 1),
                       doctest::Contains("cutoff is 1"), std::invalid_argument);
}

// SPDX-License-Identifier: MIT
// Ratings that are in an Eigen matrix already, and factors that go back to Eigen. Nothing is copied on the way.
#include <asysvd/model.hpp>

#include <Eigen/SparseCore>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<Eigen::Triplet<double>> triplets{{0, 0, 5.0}, {0, 1, 3.0}, {1, 0, 4.0}, {1, 2, 1.0},
                                                     {2, 1, 2.0}, {2, 2, 5.0}, {3, 0, 5.0}, {3, 2, 2.0}};
  Eigen::SparseMatrix<double, Eigen::RowMajor> ratings(4, 3);  // users × items
  ratings.setFromTriplets(triplets.begin(), triplets.end());

  asysvd::AsySVD<double> model({.factors = 2, .epochs = 100});
  model.fit(ratings);  // borrowed: it must outlive every call that names a user by index

  const auto q = model.parameters().q.matrix();  // Eigen::Map, items × factors
  const auto p = model.user_factors().matrix();  // users × factors
  const Eigen::MatrixXd scores = p * q.transpose();
  std::printf("user 3, item 1: %.3f of the prediction %.3f are factors, the rest is bias\n", scores(3, 1),
              model.score(3, 1));
}

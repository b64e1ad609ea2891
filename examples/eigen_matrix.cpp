// SPDX-License-Identifier: MIT
// Ratings that are in an Eigen matrix already, sparse or dense, and factors that go back to Eigen. A sparse matrix and
// the factors are not copied.
#include <asysvd/model.hpp>

#include <Eigen/SparseCore>
#include <cmath>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<Eigen::Triplet<double>> triplets{{0, 0, 5.0}, {0, 1, 3.0}, {1, 0, 4.0}, {1, 2, 1.0},
                                                     {2, 1, 2.0}, {2, 2, 5.0}, {3, 0, 5.0}, {3, 2, 2.0}};
  Eigen::SparseMatrix<double, Eigen::RowMajor> ratings(4, 3);  // users × items
  ratings.setFromTriplets(triplets.begin(), triplets.end());

  asysvd::AsySVD<double, asysvd::ByUser, asysvd::FullFeedback, 2> model({.epochs = 100});
  model.fit(ratings);  // borrowed: it must outlive every call that names a user by index

  const auto q = model.parameters().q.matrix();  // Eigen::Map, items × factors
  const auto p = model.user_factors().matrix();  // users × factors
  const Eigen::MatrixXd scores = p * q.transpose();
  const double score = model.score(3, 1);
  std::printf("user 3, item 1: %.3f of the prediction %.3f are factors, the rest is bias\n", scores(3, 1), score);

  // Dense, NaN is where nobody rated; 0 is a rating. These rows are people whom the model has not seen.
  const double none = std::nan("");
  Eigen::MatrixXd dense(2, 3);
  dense << 5, none, 1,  //
      none, 1, 5;
  const auto others = asysvd::SparseMatrix<double>::from_dense(dense);
  const double first = model.predict(others.row(0), 1), second = model.predict(others.row(1), 0);
  std::printf("to be expected where nothing is: %.2f and %.2f\n", first, second);

  const auto& learned = model.parameters();
  const double sum = learned.mean + learned.user_bias[3] + learned.item_bias[1] + scores(3, 1);
  return std::abs(sum - score) < 1e-9 && others.nonzeros() == 4 ? 0 : 1;
}

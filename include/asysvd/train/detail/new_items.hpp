// SPDX-License-Identifier: MIT
/// \file
/// Items that came after training: what descent would make of them if everything else stayed as it is.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The same with rows for more items, all of them zeros.
template <std::floating_point Scalar>
[[nodiscard]] Parameters<Scalar> with_room(Parameters<Scalar> parameters, Size items) {
  const auto grow = [&](FactorMatrix<Scalar>& rows) {
    if (rows.rows() == 0) return;
    FactorMatrix<Scalar> more(items, rows.factors());
    for (Size i = 0; i < rows.rows(); ++i) more.row(i) = rows.row(i);
    rows = std::move(more);
  };
  grow(parameters.q);
  grow(parameters.x);
  grow(parameters.y);
  parameters.item_bias.resize(static_cast<std::size_t>(items), 0);
  parameters.item_baseline.resize(static_cast<std::size_t>(items), 0);
  return parameters;
}

/// The columns of `ratings` from `first` on as rows: of each item, its users and their ratings.
template <std::floating_point Scalar>
[[nodiscard]] SparseMatrix<Scalar> raters(const SparseMatrixView<Scalar>& ratings, Size first) {
  std::vector<Rating<Scalar>> triplets;
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) {
      if (row.items[t] < first) continue;
      triplets.push_back({static_cast<Index>(row.items[t] - first), static_cast<Index>(user), row.ratings[t]});
    }
  }
  return SparseMatrix<Scalar>::from_triplets(ratings.cols() - first, ratings.rows(), triplets);
}

/// `parameters` with the items that `ratings` has beyond them. Of the loss that descent lowers, each item has
///
///     Σ_u (r_ui − μ − b_u − b_i − p_u·q_i)² + (n λ_q + Λ_q) ‖q_i‖² + (n λ_b + Λ_b) b_i²
///
/// over its n ratings to itself, a ridge regression on what is known of its users; of an ensemble, one for each member.
/// So this is where descent would end. x_i and y_i are zeros, and b̃_i is what it is of any item.
template <FeedbackPolicy Feedback, std::floating_point Scalar>
[[nodiscard]] Parameters<Scalar> with_new_items(const Parameters<Scalar>& parameters,
                                                const FactorMatrix<Scalar>& user_factors, const Options& options,
                                                const SparseMatrixView<Scalar>& ratings) {
  const Size known = parameters.items();
  auto grown = with_room(parameters, ratings.cols());
  const auto rows = raters(ratings, known);
  const auto& lambda = options.regularization;
  const int members = options.member_count();
  for (Size n = 0; n < rows.rows(); ++n) {
    const auto row = rows.row(n);
    if (row.empty()) continue;
    const Size item = known + n;
    const auto count = static_cast<double>(row.size());
    double above_mean = 0, bias = 0;
    for (const Scalar rating : row.ratings) above_mean += static_cast<double>(rating) - parameters.mean;
    Size first = 0;
    for (int m = 0; m < members; ++m) {
      const Size factors = options.member_factors(m);
      const Size unknowns = factors + (Feedback::has_biases ? 1 : 0);
      Eigen::VectorXd known_of_user = Eigen::VectorXd::Ones(unknowns);  // p_u, and 1 for b_i
      Eigen::VectorXd right = Eigen::VectorXd::Zero(unknowns);
      Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(unknowns, unknowns);
      normal.diagonal().setConstant(count * lambda.q + lambda.whole_q);
      if constexpr (Feedback::has_biases) normal(factors, factors) = count * lambda.bias + lambda.whole_item;
      for (std::size_t t = 0; t < row.items.size(); ++t) {
        const Index user = row.items[t];
        known_of_user.head(factors) = user_factors.row(user).segment(first, factors).template cast<double>();
        normal.template selfadjointView<Eigen::Lower>().rankUpdate(known_of_user);
        right += (static_cast<double>(row.ratings[t]) - parameters.mean - parameters.user_bias[user]) * known_of_user;
      }
      // Without any λ it may be singular: then this is one of the minima.
      const Eigen::VectorXd solution = normal.template selfadjointView<Eigen::Lower>().ldlt().solve(right) / members;
      grown.q.row(item).segment(first, factors) = solution.head(factors).template cast<Scalar>();
      if constexpr (Feedback::has_biases) bias += solution[factors];
      first += factors;
    }
    if constexpr (Feedback::has_biases) {
      grown.item_bias[item] = static_cast<Scalar>(bias);
      grown.item_baseline[item] = static_cast<Scalar>(above_mean / (options.item_shrinkage + count));
    }
  }
  return grown;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// Training in closed form, for ranking: all cells of the matrix count, not only those that were rated.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <concepts>

#include <asysvd/detail/check.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/detail/eigenpairs.hpp>
#include <asysvd/train/detail/gram_solver.hpp>
#include <asysvd/train/detail/interactions.hpp>
#include <asysvd/train/detail/new_items.hpp>
#include <asysvd/train/detail/off_diagonal.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {

/// What training for ranking is told.
struct RankingOptions {
  int factors = 64;      ///< k, 1 to 65536
  double dropout = 0.5;  ///< δ, the share of a profile that is to be guessed from the rest; at least 0, less than 1
  double ridge = 400;    ///< λ, greater than 0, for interactions of weight 1
  /// α: the error in item i weighs n_i^-α, n_i = Σ_u r_ui². More than 0 looks after rare items, less than 0 after
  /// popular ones.
  double popularity_exponent = 0;
  /// β: the errors of user u weigh (n_u / mean n)^-β, n_u being the number of interactions. At 0 the most active users
  /// decide what is learned, at 1 all users count alike, as in metrics that average over them.
  double user_exponent = 0.75;
  /// Leave the diagonal of B out of the loss: an item's own interaction then is not what predicts it. See
  /// `closed_form`.
  bool leave_one_out = true;
  /// Divide the scores of item i by the root of 1 + f_i / λ, f_i being its part of the loss: what is predicted with
  /// less error counts more. Only with `leave_one_out`. Without it, scores are those that the loss is least for.
  bool standardize = true;
  int descents = 30;  ///< iterations of leave-one-out at most, at least 1
  /// Up to so many items, or users if they are fewer, a matrix of that size is factorised: 4 · size² bytes, and far
  /// fewer iterations. Beyond, sparse products only.
  Size dense_size = 16'384;
  double tolerance = 1e-3;  ///< of the closed form's residuals, relative; 0.1 where it only is a start of leave-one-out
  int iterations = 500;     ///< at most; each takes two products of R with a few dozen columns
  int threads = 1;          ///< that share the work, at least 1; they change nothing but the time

  /// Throws `std::invalid_argument` naming the first option that is out of its range.
  void validate() const {
    const auto check = [](bool holds, const char* name, auto value, const char* range) {
      detail::require(holds, "RankingOptions", name, value, range);
    };
    check(factors >= 1 && factors <= 65536, "factors", factors, "1 to 65536");
    check(dropout >= 0 && dropout < 1, "dropout", dropout, "at least 0 and less than 1");
    check(detail::is_finite(ridge) && ridge > 0, "ridge", ridge, "a finite number greater than 0");
    check(detail::is_finite(popularity_exponent), "popularity_exponent", popularity_exponent, "a finite number");
    check(detail::is_finite(user_exponent), "user_exponent", user_exponent, "a finite number");
    check(descents >= 1, "descents", descents, "at least 1");
    check(dense_size >= 0, "dense_size", dense_size, "at least 0");
    check(tolerance > 0 && tolerance < 1, "tolerance", tolerance, "more than 0 and less than 1");
    check(iterations >= 1, "iterations", iterations, "at least 1");
    check(threads >= 1, "threads", threads, "at least 1");
  }
};

namespace detail {

/// x and q as parameters without biases. The number of each column of q that is farthest from 0 is made positive.
template <std::floating_point Scalar>
[[nodiscard]] Parameters<Scalar> unbiased_parameters(const ItemRows& x, const ItemRows& q, Size users, int factors) {
  const auto narrow = [&](const ItemRows& wide) {
    FactorMatrix<Scalar> rows(wide.rows(), factors);
    for (Size i = 0; i < wide.rows(); ++i) rows.row(i).head(wide.cols()) = wide.row(i).template cast<Scalar>();
    return rows;
  };
  Parameters<Scalar> parameters;
  Eigen::VectorXd signs = Eigen::VectorXd::Ones(q.cols());
  for (Size f = 0; f < q.cols(); ++f) signs[f] = q.col(f).maxCoeff() < -q.col(f).minCoeff() ? -1 : 1;
  parameters.x = narrow(x * signs.asDiagonal());
  parameters.q = narrow(q * signs.asDiagonal());
  parameters.item_bias.assign(static_cast<std::size_t>(x.rows()), 0);
  parameters.item_baseline = parameters.item_bias;
  parameters.user_bias.assign(static_cast<std::size_t>(users), 0);
  return parameters;
}

}  // namespace detail

/// Minimises ‖(R − R·B) D‖² + ‖Λ^½ B D‖² over B of rank k, the sum over all cells: R holds the weights that `feedback`
/// gives the ratings, its rows times (n_u / mean n)^(−β/2), Λ = diag(G)·δ/(1−δ) + λI, G = RᵀR and D = diag(n_i^(−α/2)).
///
/// With A = G + Λ and the k greatest solutions of the eigenproblem G D² G u = θ A u, uᵀAu = 1, as the columns of U, the
/// global optimum is B = U (G U)ᵀ: x is U, and q is G·U, so that q_i·q_j is the part of (G D A⁻¹ D G)_ij that k factors
/// hold if D = I. In the terms of the usual derivation: with V the eigenvectors of D G A⁻¹ G D, B = A⁻¹ G D V Vᵀ D⁻¹.
///
/// With `leave_one_out`, the default, the diagonal of B is left out of both norms. Where it counts, it is the greatest
/// of its column and takes up rank, but it only predicts what the user has had already, which is not shown. There is no
/// closed form of that; from the one above as the start, L-BFGS lowers the loss, see detail/off_diagonal.hpp. At full
/// rank the optimum is EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019).
///
/// Those are the best guesses of R. A list is better ordered by how far they are above their errors: with
/// `standardize`, the default, q_i is divided by √(1 + f_i / λ), where f_i = ‖R e_i − R b_i‖² + ‖Λ^½ b_i‖² and b_i is
/// column i of B. At full rank and without dropout, f_i + λ is one over the diagonal of A⁻¹, and the score of item i is
/// that of EASE in units of its standard error.
///
/// Factors beyond the rank of G are zeros. Predictions range from 0 to 1, or to the greatest rating if they are
/// weighted. The same arguments give the same bits, whatever `threads`, which share the products with R and the work on
/// single items, but not the factorisation. Each iteration takes O(ratings · 64 + items · k²); where n = min(users,
/// items) is at most `dense_size`, also n³ / 3 once and n² · 64 an iteration. A descent takes O(ratings · k + items ·
/// k² + k³). Memory beyond the ratings: a copy of them, about 64 · items · k bytes, and 4 · n² bytes where n is at most
/// `dense_size`.
///
/// Throws `std::invalid_argument` if an option or a rating is out of its range, if no interaction is left, or if the
/// ratings come with an N(u).
template <std::floating_point Scalar, FeedbackPolicy Feedback = InteractionFeedback>
requires(!Feedback::has_biases && Feedback::has_explicit && !Feedback::has_implicit)
    [[nodiscard]] Parameters<Scalar> closed_form(const SparseMatrixView<Scalar>& ratings,
                                                 const RankingOptions& options = {}, const Feedback& feedback = {}) {
  options.validate();
  ratings.validate();
  detail::require(ratings.implicit() == nullptr, "closed_form", "entries of ratings.implicit()",
                  ratings.implicit() == nullptr ? 0 : ratings.implicit()->nonzeros(),
                  "none: what counts is the ratings alone");
  const detail::Interactions<Scalar> interactions(ratings, feedback, options.user_exponent, options.threads);
  detail::require(interactions.nonzeros() > 0, "closed_form", "number of interactions", interactions.nonzeros(),
                  "at least 1: ratings that the feedback policy does not weigh 0");
  const Eigen::VectorXd ridge =
      interactions.squares().array() * (options.dropout / (1 - options.dropout)) + options.ridge;
  const Eigen::VectorXd output_weight = interactions.squares().unaryExpr(
      [&](double n) { return n > 0 ? std::pow(n, -options.popularity_exponent / 2) : 0.0; });
  const detail::GramSolver solver(interactions, ridge, options.dense_size);
  detail::EigenpairSearch search(interactions, ridge, output_weight, solver, options.factors);
  const double tolerance = options.leave_one_out ? std::max(options.tolerance, 0.1) : options.tolerance;
  auto pairs = search.run(tolerance, options.iterations);
  auto parameters = [&] {
    if (!options.leave_one_out) {
      return detail::unbiased_parameters<Scalar>(pairs.u, pairs.gram_u, ratings.rows(), options.factors);
    }
    const detail::OffDiagonalDescent descent(interactions, ridge, output_weight, solver);
    auto state = descent.run(std::move(pairs.u), pairs.gram_u, options.descents, 2e-2);
    if (options.standardize) {
      state.q = (1 + state.losses.array() / options.ridge).rsqrt().matrix().asDiagonal() * state.q;
    }
    return detail::unbiased_parameters<Scalar>(state.x, state.q, ratings.rows(), options.factors);
  }();
  parameters.min_rating = interactions.least();
  parameters.max_rating = interactions.greatest();
  return parameters;
}

namespace detail {

/// `parameters` with the items that `ratings` has beyond them. With x fixed, the loss of `closed_form` is one ridge
/// regression for each q_i, (Xᵀ A X) q_i = Xᵀ G e_i, and x_i = 0 leaves the diagonal out of it. `ratings` are those of
/// all items.
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] Parameters<Scalar> with_new_items(const Parameters<Scalar>& parameters,
                                                const SparseMatrixView<Scalar>& ratings, const RankingOptions& options,
                                                const Feedback& feedback) {
  const Size known = parameters.items();
  auto grown = with_room(parameters, ratings.cols());
  const Interactions<Scalar> interactions(ratings, feedback, options.user_exponent, options.threads);
  const Eigen::VectorXd ridge =
      interactions.squares().array() * (options.dropout / (1 - options.dropout)) + options.ridge;
  const ItemRows x = grown.x.matrix().template cast<double>();
  const ItemRows gram_x = interactions.gram_times(x);
  Eigen::MatrixXd normal = transpose_times(x, gram_x + ridge.asDiagonal() * x);
  normal.diagonal().array() += 1e-10 * normal.trace();  // factors beyond the rank are zeros
  const Eigen::LLT<Eigen::MatrixXd> factorised(normal);
  for (Size item = known; item < ratings.cols(); ++item) {
    Eigen::VectorXd q = factorised.solve(gram_x.row(item).transpose());
    if (options.leave_one_out && options.standardize) {
      q /= std::sqrt(1 + (interactions.squares()[item] - gram_x.row(item).dot(q)) / options.ridge);
    }
    grown.q.row(item) = q.template cast<Scalar>();
  }
  return grown;
}

}  // namespace detail

}  // namespace v0_1
}  // namespace asysvd

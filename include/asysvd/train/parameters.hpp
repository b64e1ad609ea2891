// SPDX-License-Identifier: MIT
/// \file
/// What a model has learned, and the constants that it learned around.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/rating_summary.hpp>

namespace asysvd {
inline namespace v0_1 {

namespace detail {

/// The random numbers of a member's epoch; epoch 0 is the start.
[[nodiscard]] constexpr std::uint64_t random_stream(int member, int epoch) noexcept {
  return static_cast<std::uint64_t>(member) << 32 | static_cast<std::uint64_t>(epoch);
}

}  // namespace detail

/// The parameters of r̂_ui = μ + b_u + b_i + p_u·q_i and of p_u. Users have a bias and nothing else.
template <std::floating_point Scalar>
struct Parameters {
  FactorMatrix<Scalar> q;             ///< item factors, items × k
  FactorMatrix<Scalar> x;             ///< factors weighed by ratings, items × k; empty without explicit feedback
  FactorMatrix<Scalar> y;             ///< factors added up over items, items × k; empty without implicit feedback
  std::vector<Scalar> item_bias;      ///< b_i, learned
  std::vector<Scalar> user_bias;      ///< b_u, learned, of the users of the training matrix
  std::vector<Scalar> item_baseline;  ///< b̃_i, constant
  Scalar mean = 0;                    ///< μ; 0 without biases
  Scalar min_rating = 0;              ///< least rating of the training matrix
  Scalar max_rating = 0;              ///< greatest rating of the training matrix
  int epoch = 0;                      ///< how many epochs it has learned for: where a schedule goes on

  [[nodiscard]] Size items() const noexcept { return q.rows(); }                             ///< of the training matrix
  [[nodiscard]] Size users() const noexcept { return static_cast<Size>(user_bias.size()); }  ///< of the training matrix
  [[nodiscard]] int factors() const noexcept { return static_cast<int>(q.factors()); }       ///< k

  /// Whether every learned number is finite. O(items · k + users).
  [[nodiscard]] bool all_finite() const noexcept {
    const auto finite = [](Scalar value) { return detail::is_finite(value); };
    return q.all_finite() && x.all_finite() && y.all_finite() && std::ranges::all_of(item_bias, finite) &&
           std::ranges::all_of(user_bias, finite);
  }

  /// Throws `std::invalid_argument` unless it has the parts of the feedback policy, in shapes that fit each other.
  template <FeedbackPolicy Feedback>
  void validate() const {
    const auto fits = [](const char* name, Size size, Size expected) {
      detail::require(size == expected, "Parameters", name, size, "what the item factors and the feedback demand");
    };
    fits("rows of x", x.rows(), Feedback::has_explicit ? items() : 0);
    fits("rows of y", y.rows(), Feedback::has_implicit ? items() : 0);
    if (Feedback::has_explicit) fits("factors of x", x.factors(), factors());
    if (Feedback::has_implicit) fits("factors of y", y.factors(), factors());
    fits("number of item biases", static_cast<Size>(item_bias.size()), items());
    fits("number of item baselines", static_cast<Size>(item_baseline.size()), items());
  }
};

namespace detail {

template <std::floating_point Scalar>
[[nodiscard]] std::vector<Scalar> divided(std::vector<Scalar> values, Scalar unit) {
  for (Scalar& value : values) value /= unit;
  return values;
}

/// How many users who rated something have each item in N(u). `counts` are those of the ratings.
template <std::floating_point Scalar>
[[nodiscard]] std::vector<Size> implicit_counts(const SparseMatrixView<Scalar>& ratings, std::vector<Size> counts) {
  if (ratings.implicit() == nullptr) return counts;
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto profile = ratings.row(user);
    if (profile.empty()) continue;
    for (const Index item : profile.unrated) ++counts[static_cast<std::size_t>(item)];
  }
  return counts;
}

}  // namespace detail

/// `RatingSummary` as these options and this feedback have it. `ratings` must be valid and not empty. O(ratings).
template <std::floating_point Scalar>
[[nodiscard]] RatingSummary<Scalar> summarize(const SparseMatrixView<Scalar>& ratings, const Options& options,
                                              const FeedbackParts& feedback) {
  return {ratings, feedback.has_biases, {.user = options.user_shrinkage, .item = options.item_shrinkage}};
}

/// The state before the first epoch but for the factors: constants, and b_u and b_i, which start from b̃_u and b̃_i, of
/// ratings divided by `unit`. O(users + items).
template <std::floating_point Scalar>
[[nodiscard]] Parameters<Scalar> initial_biases(const RatingSummary<Scalar>& summary, Scalar unit) {
  Parameters<Scalar> parameters;
  parameters.min_rating = summary.min / unit;
  parameters.max_rating = summary.max / unit;
  parameters.mean = summary.mean / unit;
  parameters.item_baseline = detail::divided(summary.item_offsets, unit);
  parameters.item_bias = parameters.item_baseline;
  parameters.user_bias = detail::divided(summary.user_offsets, unit);
  return parameters;
}

/// The states of all members of an ensemble before the first epoch: factors drawn, the rest alike. `ratings`, which
/// `summary` is of, are divided by `unit`. O(items · k), and with wider implicit feedback O(its entries).
template <std::floating_point Scalar>
[[nodiscard]] std::vector<Parameters<Scalar>> initial_members(const SparseMatrixView<Scalar>& ratings,
                                                              const RatingSummary<Scalar>& summary,
                                                              const Options& options, const FeedbackParts& feedback,
                                                              Scalar unit) {
  const auto count = static_cast<std::size_t>(options.member_count());
  std::vector<Parameters<Scalar>> members(count, initial_biases(summary, unit));
  const auto& counts = summary.item_counts;
  const auto counts_of_y = feedback.has_implicit ? detail::implicit_counts(ratings, counts) : std::vector<Size>{};
  for (int member = 0; member < options.member_count(); ++member) {
    const int factors = options.member_factors(member);
    Random random(options.seed, detail::random_stream(member, 0));
    const auto draw = [&](FactorMatrix<Scalar>& matrix, const std::vector<Size>& met) {
      matrix = FactorMatrix<Scalar>(ratings.cols(), factors);
      for (Size i = 0; i < matrix.rows(); ++i) {
        for (Scalar& value : matrix.row(i)) {
          value = static_cast<Scalar>(options.initialization.draw(random, factors));
        }
        // Nothing would ever move the factors of an item that nobody met: what is known of it is its absence.
        if (met[static_cast<std::size_t>(i)] == 0) matrix.row(i).setZero();
      }
    };
    auto& parameters = members[static_cast<std::size_t>(member)];
    draw(parameters.q, counts);
    if (feedback.has_explicit) draw(parameters.x, counts);
    if (feedback.has_implicit) draw(parameters.y, counts_of_y);
  }
  return members;
}

/// \overload
/// `ratings` must be valid and not empty. O(ratings + items · k).
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] std::vector<Parameters<Scalar>> initial_members(const SparseMatrixView<Scalar>& ratings,
                                                              const Options& options, Scalar unit = 1) {
  constexpr auto feedback = FeedbackParts::of<Feedback>();
  return initial_members(ratings, summarize(ratings, options, feedback), options, feedback, unit);
}

/// The unit that `Options::rating_unit` says, or finds: the spread of what μ, b̃_u and b̃_i leave of the ratings, over
/// 0.92; 1 if they leave nothing, or no more than rounding does. Without biases it is the spread of the ratings around
/// 0. O(1).
template <std::floating_point Scalar>
[[nodiscard]] double unit_of(const RatingSummary<Scalar>& summary, const Options& options,
                             const FeedbackParts& feedback) {
  if (options.rating_unit > 0) return options.rating_unit;
  if (feedback.weighs) return 1;  // what it weighs are the ratings as they are
  const double spread = std::sqrt(summary.squares_left / static_cast<double>(summary.count));
  const auto unit = static_cast<Scalar>(spread / 0.92);  // what is divided by it are scalars
  const double largest =
      std::max(std::abs(static_cast<double>(summary.min)), std::abs(static_cast<double>(summary.max)));
  const bool more_than_rounding = spread > 1e-7 * largest;
  return more_than_rounding && unit > 0 && detail::is_finite(unit) ? static_cast<double>(unit) : 1.0;
}

/// Turns parameters learned from ratings divided by `unit` into those that predict `unit` times as much from ratings
/// `unit` times as large: with q and all biases multiplied and x divided by it, p_u stays and r̂ grows.
template <std::floating_point Scalar>
void scale_ratings(Parameters<Scalar>& parameters, Scalar unit) {
  const auto multiply = [](FactorMatrix<Scalar>& factors, Scalar by) {
    for (Size i = 0; i < factors.rows(); ++i) factors.row(i) *= by;
  };
  multiply(parameters.q, unit);
  multiply(parameters.x, 1 / unit);
  for (auto* values : {&parameters.item_bias, &parameters.user_bias, &parameters.item_baseline}) {
    for (Scalar& value : *values) value *= unit;
  }
  for (auto* value : {&parameters.mean, &parameters.min_rating, &parameters.max_rating}) *value *= unit;
}

}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// How far predicted ratings are from those of a test set: RMSE and MAE.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Predicts the rating of any user for any item, indices from 0. `rating_error` asks for users and items of the test
/// matrix, also such as the training matrix does not have. `GlobalMean` and `BiasOnly` are examples.
template <class P>
concept RatingPredictor = requires(const P& predictor, Index user, Index item) {
  typename P::Scalar;
  { predictor.predict(user, item) } -> std::convertible_to<typename P::Scalar>;
};

/// A predictor that knows the users and items of its training matrix by index and anybody else by profile, as `AsySVD`
/// does: its parameters tell what is left to go by where an item is unknown.
template <class M>
concept FoldInPredictor = RatingPredictor<M> &&
    requires(const M& model, ProfileView<typename M::Scalar> profile, Index user, Index item) {
  { model.users() } -> std::convertible_to<Size>;
  { model.items() } -> std::convertible_to<Size>;
  { model.predict(profile, item) } -> std::convertible_to<typename M::Scalar>;
  { model.parameters().mean } -> std::convertible_to<typename M::Scalar>;
  { model.parameters().user_bias[user] } -> std::convertible_to<typename M::Scalar>;
};

/// What `rating_error` found, over all test ratings, with e = r − r̂.
struct RatingError {
  double rmse = 0;         ///< √(Σ e² / count)
  double mae = 0;          ///< Σ |e| / count
  Size count = 0;          ///< test ratings
  Size unknown_users = 0;  ///< how many of them are of a user without a training rating
  Size unknown_items = 0;  ///< how many of them are of an item without a training rating; some may be both
};

namespace detail {

/// r̂_ui from what is known: all of it; μ + b_i for an unknown user; μ + b_u for an unknown item; or μ.
template <RatingPredictor Predictor>
[[nodiscard]] typename Predictor::Scalar predict_anything(const Predictor& predictor, Index user, Index item) {
  using Scalar = typename Predictor::Scalar;
  if constexpr (FoldInPredictor<Predictor>) {
    const bool known_user = user < predictor.users();
    if (item >= predictor.items()) {
      const auto& parameters = predictor.parameters();
      return parameters.mean + (known_user ? parameters.user_bias[user] : Scalar(0));
    }
    if (!known_user) return predictor.predict(ProfileView<Scalar>{}, item);
  }
  return predictor.predict(user, item);
}

/// Which items have a rating, and which users.
template <std::floating_point Scalar>
class Rated {
 public:
  explicit Rated(const SparseMatrixView<Scalar>& ratings)
      : ratings_(ratings), items_(static_cast<std::size_t>(ratings.cols()), false) {
    for (const Index item : ratings.items()) items_[item] = true;
  }
  [[nodiscard]] bool user(Size user) const noexcept { return user < ratings_.rows() && !ratings_.row(user).empty(); }
  [[nodiscard]] bool item(Index item) const noexcept { return item < ratings_.cols() && items_[item]; }

 private:
  const SparseMatrixView<Scalar>& ratings_;
  std::vector<bool> items_;
};

}  // namespace detail

/// RMSE and MAE of `predictor`, which learned from `train`, over all ratings of `test`.
///
/// Every test rating counts. Predictions are clamped to the range of the training ratings. A user or an item without a
/// training rating is predicted from what is known, and counted in the result; `test` may have more users and items
/// than `train`. Without biases nothing is known of them: r̂ is then 0, clamped.
///
/// O(training ratings + test ratings · cost of a prediction), which is O(k) for an `AsySVD`. Sums in `double`, in the
/// order of the rows. Throws `std::invalid_argument` if either matrix is empty or not valid, or if `train` has users or
/// items that the model was not trained on.
template <RatingPredictor Predictor>
[[nodiscard]] RatingError rating_error(const Predictor& predictor,
                                       const SparseMatrixView<typename Predictor::Scalar>& train,
                                       const SparseMatrixView<typename Predictor::Scalar>& test) {
  detail::require(train.nonzeros() > 0, "rating_error", "number of training ratings", train.nonzeros(), "at least 1");
  detail::require(test.nonzeros() > 0, "rating_error", "number of test ratings", test.nonzeros(), "at least 1");
  if constexpr (FoldInPredictor<Predictor>) {
    detail::require(train.rows() <= predictor.users(), "rating_error", "train.rows()", train.rows(),
                    "at most the number of users that the model was trained on");
    detail::require(train.cols() <= predictor.items(), "rating_error", "train.cols()", train.cols(),
                    "at most the number of items that the model was trained on");
  }
  train.validate();
  test.validate_numbers();

  const auto [least, greatest] = std::ranges::minmax(train.values());
  const detail::Rated known(train);
  RatingError error;
  error.count = test.nonzeros();
  double squares = 0;
  double distances = 0;
  for (Size row = 0; row < test.rows(); ++row) {
    const auto user = static_cast<Index>(row);
    const auto ratings = test.row(row);
    if (!known.user(row)) error.unknown_users += ratings.size();
    for (std::size_t t = 0; t < ratings.items.size(); ++t) {
      const Index item = ratings.items[t];
      if (!known.item(item)) ++error.unknown_items;
      const auto prediction = std::clamp(detail::predict_anything(predictor, user, item), least, greatest);
      const double e = static_cast<double>(ratings.ratings[t]) - prediction;
      squares += e * e;
      distances += std::abs(e);
    }
  }
  error.rmse = std::sqrt(squares / static_cast<double>(error.count));
  error.mae = distances / static_cast<double>(error.count);
  return error;
}

}  // namespace v0_1
}  // namespace asysvd

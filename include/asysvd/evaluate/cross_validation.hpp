// SPDX-License-Identifier: MIT
/// \file
/// Cross-validation: the same fit on several folds, and how much its error differs between them.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <asysvd/data/split.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/evaluate/rating_error.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// A mean, and the standard deviation of what it is the mean of.
struct MeanAndDeviation {
  double mean = 0;       ///< Σ v / n
  double deviation = 0;  ///< √(Σ (v − mean)² / (n − 1)), 0 of a single value

  /// Throws `std::invalid_argument` if there are no values.
  [[nodiscard]] static MeanAndDeviation of(const std::vector<double>& values) {
    detail::require(!values.empty(), "MeanAndDeviation", "number of values", values.size(), "at least 1");
    const auto n = static_cast<double>(values.size());
    MeanAndDeviation result;
    for (const double value : values) result.mean += value / n;
    double squares = 0;
    for (const double value : values) squares += (value - result.mean) * (value - result.mean);
    if (values.size() > 1) result.deviation = std::sqrt(squares / (n - 1));
    return result;
  }
};

/// What `cross_validate` found.
struct CrossValidation {
  std::vector<RatingError> folds;  ///< in the order of `KFolds`

  [[nodiscard]] MeanAndDeviation rmse() const { return over(&RatingError::rmse); }  ///< over the folds
  [[nodiscard]] MeanAndDeviation mae() const { return over(&RatingError::mae); }    ///< over the folds

 private:
  [[nodiscard]] MeanAndDeviation over(double RatingError::*error) const {
    std::vector<double> values;
    for (const auto& fold : folds) values.push_back(fold.*error);
    return MeanAndDeviation::of(values);
  }
};

/// Fits a model on each fold and measures it on what the fold left out. `fit(train, fold)` gets the training part and
/// the number of the fold, from 0, and returns the fitted model, or any other `RatingPredictor`:
///
///     const auto result = cross_validate(KFolds(ratings, 5, seed), [&](const auto& train, int) {
///       AsySVD<float> model(options);
///       model.fit(train);
///       return model;
///     });
///
/// The cost is that of the fits. Deterministic if `fit` is. Throws what `fit` and `rating_error` throw.
template <std::floating_point Scalar, std::invocable<const SparseMatrix<Scalar>&, int> Fit>
[[nodiscard]] CrossValidation cross_validate(const KFolds<Scalar>& folds, Fit fit) {
  CrossValidation result;
  for (int fold = 0; fold < folds.size(); ++fold) {
    const auto split = folds.fold(fold);
    const auto model = std::invoke(fit, split.train, fold);
    result.folds.push_back(rating_error(model, split.train, split.test));
  }
  return result;
}

}  // namespace v0_1
}  // namespace asysvd

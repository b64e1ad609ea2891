// SPDX-License-Identifier: MIT
/// \file
/// The loop over epochs, and what watches over it: divergence, validation, the observer.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>
#include <vector>

#include <asysvd/concepts.hpp>
#include <asysvd/train/detail/epoch.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/report.hpp>

namespace asysvd {

/// How one fit is watched over.
template <std::floating_point Scalar>
struct FitOptions {
  /// Ratings to measure the error on after each epoch, of the same users and items as the training matrix. The model
  /// then keeps the epoch with the smallest error.
  const SparseMatrixView<Scalar>* validation = nullptr;
  /// Stop when the validation error has not fallen for so many epochs; 0: never.
  int patience = 0;
};

namespace detail {

/// RMSE over the ratings of `test` by users of `ratings`, clamped to the training range.
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] double validation_rmse(const Parameters<Scalar>& parameters, const Feedback& feedback,
                                     const SparseMatrixView<Scalar>& ratings, const SparseMatrixView<Scalar>& test,
                                     double user_shrinkage) {
  FactorMatrix<Scalar> p(1, parameters.factors());
  double squared_error = 0;
  for (Size user = 0; user < test.rows(); ++user) {
    const auto wanted = test.row(user);
    if (wanted.empty()) continue;
    user_factors(parameters, feedback, ratings.row(user), user_shrinkage, p.data(0));
    for (std::size_t t = 0; t < wanted.items.size(); ++t) {
      const Index i = wanted.items[t];
      const Scalar score = parameters.mean + parameters.user_bias[user] + parameters.item_bias[i] +
                           dot(p.data(0), parameters.q.data(i), p.stride());
      const double error =
          static_cast<double>(wanted.ratings[t]) - std::clamp(score, parameters.min_rating, parameters.max_rating);
      squared_error += error * error;
    }
  }
  return std::sqrt(squared_error / static_cast<double>(test.nonzeros()));
}

}  // namespace detail

/// Trains `parameters`, which are in their first state, on `ratings`, which are valid, not empty, and divided by
/// `Options::rating_unit`; the report is in the unit of the ratings before. Deterministic: the same arguments give the
/// same bits. Allocates before the first epoch and between epochs, never within one.
template <int Factors, class Step, std::floating_point Scalar, class Sampler, FeedbackPolicy Feedback,
          FitObserver Observer>
FitReport train(Parameters<Scalar>& parameters, const SparseMatrixView<Scalar>& ratings, const Options& options,
                const Sampler& sampler, const Feedback& feedback, const FitOptions<Scalar>& fit_options,
                Observer&& observer) {
  using Clock = std::chrono::steady_clock;
  std::vector<Scalar> user_baseline(static_cast<std::size_t>(ratings.rows()), 0);
  if constexpr (Feedback::has_biases) user_baseline = parameters.user_bias;  // which starts from it
  auto run_epoch = detail::make_epoch<Factors, Step>(
      detail::Training<Scalar, Feedback, Sampler>{parameters, ratings, user_baseline, options, sampler, feedback});
  Random random(options.seed, 1);

  // An error is out of hand when it is far above both the ratings themselves and what was reached before. The first
  // epoch gets more room: a bad start, such as the lecture's, can be far off and still come down.
  double mean_square = 0;
  for (const Scalar rating : ratings.values()) mean_square += static_cast<double>(rating) * rating;
  mean_square = std::max(mean_square / static_cast<double>(ratings.nonzeros()), std::numeric_limits<double>::min());
  double most = 1e4 * mean_square;

  FitReport report;
  Parameters<Scalar> best = parameters;
  double best_error = std::numeric_limits<double>::infinity();
  double least_square = std::numeric_limits<double>::infinity();
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    const double eta = options.learning_rate * options.schedule.factor(epoch - 1, options.epochs);
    detail::Loss loss(most * static_cast<double>(ratings.nonzeros()));
    const auto begin = Clock::now();
    run_epoch(random, detail::Rates<Scalar>(options, eta), loss);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (loss.exploded() || !parameters.all_finite()) {
      report.stop_reason = StopReason::diverged;
      report.divergence = {epoch, eta};
      break;
    }
    least_square = std::min(least_square, loss.rmse() * loss.rmse());
    most = 100 * std::max(mean_square, least_square);

    EpochReport row{epoch, eta, loss.rmse() * options.rating_unit, std::nullopt, seconds, loss.samples()};
    if (fit_options.validation != nullptr) {
      row.validation_rmse =
          options.rating_unit *
          detail::validation_rmse(parameters, feedback, ratings, *fit_options.validation, options.user_shrinkage);
    }
    report.epochs.push_back(row);
    const double error = row.validation_rmse.value_or(row.train_rmse);
    if (error < best_error) {
      best_error = error;
      best = parameters;
      report.best_epoch = epoch;
    }

    const double seconds_left = report.seconds() / epoch * (options.epochs - epoch);
    const Progress progress{row, options.epochs, report.samples_per_second(), seconds_left};
    if constexpr (std::is_void_v<std::invoke_result_t<Observer&, const Progress&>>) {
      observer(progress);
    } else if (!observer(progress)) {
      report.stop_reason = StopReason::cancelled;
      break;
    }
    if (row.validation_rmse && fit_options.patience > 0 && epoch - report.best_epoch >= fit_options.patience) {
      report.stop_reason = StopReason::early_stopped;
      break;
    }
  }

  // Without validation there is nothing to choose by, and the last state is the model; after a divergence the best one.
  if (fit_options.validation != nullptr || report.stop_reason == StopReason::diverged) {
    parameters = std::move(best);
  } else {
    report.best_epoch = static_cast<int>(report.epochs.size());
  }
  return report;
}

}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// A whole fit: what is learned from and what is measured on, where it starts, its epochs, and a second run on
/// everything.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <asysvd/data/join.hpp>
#include <asysvd/data/split.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/detail/epoch.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/fit_state.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/rating_summary.hpp>
#include <asysvd/train/report.hpp>
#include <asysvd/train/trainer.hpp>
#include <asysvd/train/validation.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// What a fit chooses its best epoch by.
template <std::floating_point Scalar>
struct Measurement {
  /// Of a model of its own that holds these parameters and serves by the first ratings, on the second, which may be
  /// empty.
  std::function<double(Parameters<Scalar>, const SparseMatrixView<Scalar>&, const SparseMatrixView<Scalar>&)> measure;
  bool by_metric;  ///< a caller's, rather than the RMSE, which takes ratings to validate on
  bool higher_is_better;
};

/// `metric`, which is borrowed, as a fit asks it: of the model that `serve(parameters, ratings)` makes. The RMSE is that
/// of users who are served by `feedback`, borrowed as well. Throws `std::invalid_argument` if there is nothing to measure
/// on, where that is needed.
template <std::floating_point Scalar, class Measure, FeedbackPolicy Feedback, class Serve>
[[nodiscard]] Measurement<Scalar> measure_by(Metric<Measure>& metric, const Feedback& feedback, double user_shrinkage,
                                             const FitOptions<Scalar>& options, Serve serve) {
  using View = SparseMatrixView<Scalar>;
  const bool set_aside = options.validation != nullptr || options.validation_fraction > 0;
  if constexpr (std::same_as<Measure, ValidationRmse>) {
    require(set_aside || options.patience == 0, "AsySVD::fit", "patience", options.patience,
            "0, where there are no ratings to validate on and no metric");
    return {[&feedback, user_shrinkage, threads = options.threads](const Parameters<Scalar>& state, const View& served,
                                                                   const View& validation) {
              return validation_rmse(state, feedback, served, validation, user_shrinkage, threads);
            },
            false, false};
  } else {
    using Model = std::invoke_result_t<Serve&, Parameters<Scalar>, const View&>;
    constexpr bool wants_ratings = std::invocable<Measure&, const Model&, const View&>;
    require(!wants_ratings || set_aside, "AsySVD::fit", "number of validation ratings", 0,
            "at least 1, for a metric that measures on them");
    return {[&metric, serve](Parameters<Scalar> state, const View& served,
                             [[maybe_unused]] const View& validation) -> double {
              const Model model = serve(std::move(state), served);
              if constexpr (wants_ratings) {
                return metric.measure(model, validation);
              } else {
                return metric.measure(model);
              }
            },
            true, metric.higher_is_better};
  }
}

/// What a fit leaves.
template <std::floating_point Scalar>
struct Fitted {
  Parameters<Scalar> parameters;
  FitState<Scalar> state;  ///< the best there was, from ratings in their unit
};

/// Throws `std::invalid_argument` unless a fit that starts from `start` and runs for `epochs` can go on from `state`.
template <std::floating_point Scalar>
void require_continues(const FitState<Scalar>& state, const Ensemble<Scalar>& start, const Options& options,
                       int epochs) {
  for (const auto* ensemble : {&state.ensemble, &state.best}) ensemble->validate(start.members.front(), options);
  const int behind = state.ensemble.epoch - start.epoch;
  require(behind >= 0 && behind <= epochs, "AsySVD::fit", "epochs behind FitOptions::from", behind,
          "0 to " + to_text(epochs) + ", as many as are to be run");
  require(static_cast<Size>(state.report.epochs.size()) == behind, "AsySVD::fit",
          "epochs in the report of FitOptions::from", state.report.epochs.size(), "as many as are behind it");
}

/// All that `AsySVD::fit` does between checking its arguments and keeping the result, for models of all types: what these
/// decide is in `feedback`, `make_epoch` and `measurement`. `before` is where descent stood, or without members.
template <std::floating_point Scalar>
Fitted<Scalar> fit(const Ensemble<Scalar>& before, const SparseMatrixView<Scalar>& ratings, const Options& options,
                   const FeedbackParts& feedback, const MakeEpoch<Scalar>& make_epoch, int epochs,
                   const FitOptions<Scalar>& fit_options, const Measurement<Scalar>& measurement,
                   const Observe& observe) {
  using Summary = RatingSummary<Scalar>;
  const auto as_served = [&](const Ensemble<Scalar>& ensemble, const Summary& summary) {
    auto parameters = ensemble.joined();
    if (ensemble.unit != 1) scale_ratings(parameters, static_cast<Scalar>(ensemble.unit));
    parameters.min_rating = summary.min;  // as they are, not as rounded on the way
    parameters.max_rating = summary.max;
    return parameters;
  };
  const auto run = [&](const SparseMatrixView<Scalar>& learned_from, const Summary& summary, int run_epochs,
                       const FitOptions<Scalar>& watched, const Watch<Scalar>& watch,
                       const std::optional<FitReport>& first = {}) {
    const auto* const from = watched.from;
    const double unit = from != nullptr          ? from->ensemble.unit
                        : before.members.empty() ? unit_of(summary, options, feedback)
                                                 : before.unit;
    Fitted<Scalar> fitted;
    auto& state = fitted.state;
    state.first = first;
    state.ensemble = Ensemble<Scalar>::start(learned_from, summary, options, feedback, unit);
    if (!before.members.empty()) state.ensemble.go_on_from(before);
    if (from != nullptr) require_continues(*from, state.ensemble, options, run_epochs);
    train(state, learned_from, summary, options, make_epoch, run_epochs, watched, watch, observe);
    state.report.metric_given = measurement.by_metric;
    fitted.parameters = as_served(state.ensemble, summary);
    return fitted;
  };

  FitOptions<Scalar> watched = fit_options;
  Split<Scalar> split;
  SparseMatrixView<Scalar> learned_from = ratings;
  SparseMatrixView<Scalar> measured_on;
  std::vector<Scalar> weights_left;
  if (fit_options.validation != nullptr) measured_on = *fit_options.validation;
  if (fit_options.validation_fraction > 0) {
    split = holdout(ratings, fit_options.validation_fraction, options.seed + 1);
    require(split.train.nonzeros() > 0 && split.test.nonzeros() > 0, "AsySVD::fit", "validation_fraction",
            fit_options.validation_fraction, "a share that leaves ratings both to learn from and to validate on");
    learned_from = split.train;
    measured_on = split.test;
    if (!fit_options.weights.empty()) {
      const auto kept = holdout(ratings.with_values(fit_options.weights), fit_options.validation_fraction,
                                options.seed + 1)
                            .train;  // draws the same ones
      weights_left.assign(kept.values().begin(), kept.values().end());
      watched.weights = weights_left;
    }
  }

  const auto summary = summarize(learned_from, options, feedback);
  Watch<Scalar> watch{nullptr, measurement.higher_is_better};
  if (measurement.by_metric || measured_on.nonzeros() > 0) {
    watch.measure = [&](const Ensemble<Scalar>& ensemble) {
      return measurement.measure(as_served(ensemble, summary), learned_from, measured_on);
    };
  }

  // A state of the second run tells the report of the first, which then need not be run again.
  const bool in_second = fit_options.from != nullptr && fit_options.from->first.has_value();
  require(!in_second || fit_options.refit, "AsySVD::fit", "refit", int{fit_options.refit},
          "true, to go on from a state of learning from everything");
  Fitted<Scalar> fitted;
  if (in_second) {
    const int learned = fit_options.from->first->best_epoch - before.epoch;
    require(learned >= 1 && learned <= epochs, "AsySVD::fit", "epochs that FitOptions::from found best", learned,
            "1 to " + to_text(epochs) + ", as many as were to be run");
    fitted.state.report = *fit_options.from->first;
  } else {
    fitted = run(learned_from, summary, epochs, watched, watch);
  }
  auto& report = fitted.state.report;
  const int learned_epochs = report.best_epoch - before.epoch;
  if (!fit_options.refit || report.stop_reason == StopReason::cancelled || learned_epochs <= 0) return fitted;

  const auto both = fit_options.validation != nullptr ? join(ratings, measured_on) : SparseMatrix<Scalar>{};
  const SparseMatrixView<Scalar>& all = fit_options.validation != nullptr ? both : ratings;
  auto again = run(all, summarize(all, options, feedback), learned_epochs,
                   {.weights = fit_options.weights,
                    .threads = fit_options.threads,
                    .shards = fit_options.shards,
                    .checkpoint = fit_options.checkpoint,
                    .from = in_second ? fit_options.from : nullptr},
                   {}, report);
  auto& second = again.state.report;
  if (second.stop_reason != StopReason::max_epochs) {
    report.stop_reason = second.stop_reason;
    report.divergence = second.divergence;
    if (!in_second) return fitted;  // from fewer ratings, but through all the epochs that it takes
  }
  report.best_epoch = second.best_epoch;
  report.refit = std::move(second.epochs);
  second = std::move(report);
  return again;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

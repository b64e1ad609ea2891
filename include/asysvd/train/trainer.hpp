// SPDX-License-Identifier: MIT
/// \file
/// The loop over epochs, and what watches over it: divergence, validation, the observer.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <asysvd/detail/turns.hpp>
#include <asysvd/train/detail/chains.hpp>
#include <asysvd/train/detail/epoch.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/fit_state.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>
#include <asysvd/train/rating_summary.hpp>
#include <asysvd/train/report.hpp>
#include <asysvd/train/validation.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// How a fit measures the states it passes through. Without a `measure`, the last state is the one that it is after.
template <std::floating_point Scalar>
struct Watch {
  using Measure = std::function<double(const Ensemble<Scalar>&)>;  // called between epochs

  Measure measure;
  bool higher_is_better = false;
};

/// Tells an observer how far a fit has come; false ends it.
using Observe = std::function<bool(const Progress&)>;

/// What `observer`, which is borrowed, is told by.
template <FitObserver Observer>
[[nodiscard]] Observe observe_by(Observer& observer) {
  return [&observer](const Progress& progress) {
    if constexpr (std::is_void_v<std::invoke_result_t<Observer&, const Progress&>>) {
      observer(progress);
      return true;
    } else {
      return static_cast<bool>(observer(progress));
    }
  };
}

/// When an error is out of hand: far above both the ratings themselves and what was
/// reached before. The first epoch gets more room: a bad start, such as the lecture's, can be far off and still come
/// down.
class Bounds {
 public:
  /// \param squares the sum of the squared ratings of `samples` samples.
  Bounds(double squares, Size samples)
      : count_(static_cast<double>(samples)),
        mean_square_(std::max(squares / count_, std::numeric_limits<double>::min())),
        most_(1e4 * mean_square_) {}

  /// Of the sum of the squared errors of an epoch, whatever is reached before it.
  [[nodiscard]] double most_ever() const noexcept { return 100 * 1e4 * mean_square_ * count_; }
  /// Whether an epoch's errors are out of hand, with what was reached before it.
  [[nodiscard]] bool exceeded_by(const Loss& loss) const noexcept {
    return loss.exploded() || loss.sum() > most_ * count_;
  }
  void reached(double mean_square) noexcept {
    least_ = std::min(least_, mean_square);
    most_ = 100 * std::max(mean_square_, least_);
  }

 private:
  double count_;
  double mean_square_;
  double least_ = std::numeric_limits<double>::infinity();
  double most_;
};

/// Trains `state.ensemble` for `epochs` epochs from where it is, on `ratings`, which `summary` is of, divided by the
/// ensemble's unit; the report is in that of the ratings. Of those epochs the ones that lie behind
/// `fit_options.from` are taken from there. Deterministic: the same arguments give the same bits, however many threads
/// there are, and an epoch draws the same random numbers whether the fit began with it or long before. Allocates before
/// the first epoch and between epochs; within one only in shards, the first time, for the order of the users.
template <std::floating_point Scalar>
void train(FitState<Scalar>& state, const SparseMatrixView<Scalar>& ratings, const RatingSummary<Scalar>& summary,
           const Options& options, const MakeEpoch<Scalar>& make_epoch, int epochs,
           const FitOptions<Scalar>& fit_options, const Watch<Scalar>& watch, const Observe& observe) {
  using Clock = std::chrono::steady_clock;
  auto& ensemble = state.ensemble;
  auto& best = state.best;
  auto& report = state.report;
  const auto unit = static_cast<Scalar>(ensemble.unit);
  const auto user_baseline = divided(summary.user_offsets, unit);
  std::vector<bool> learned_from(fit_options.users.empty() ? 0 : user_baseline.size(), false);
  for (const Index user : fit_options.users) learned_from[static_cast<std::size_t>(user)] = true;

  const int first = ensemble.epoch + 1;
  const int last = ensemble.epoch + epochs;
  Bounds bounds(summary.squares / (ensemble.unit * ensemble.unit), summary.count);
  BestEpoch chosen(watch.higher_is_better, fit_options.minimum_change, fit_options.patience, ensemble.epoch);
  // What has been learned before is worth keeping if nothing better comes; what was drawn at random is not.
  if (watch.measure && ensemble.epoch > 0) chosen.offer(ensemble.epoch, watch.measure(ensemble));
  best = ensemble;  // by the measure, or while there is none, by the training error
  double least_train_rmse = std::numeric_limits<double>::infinity();
  report = {};
  report.rating_unit = ensemble.unit;
  if (const auto* const from = fit_options.from) {
    ensemble.restore(from->ensemble);
    best.restore(from->best);
    for (const auto& row : from->report.epochs) {
      report.epochs.push_back(row);
      bounds.reached(std::pow(row.train_rmse / ensemble.unit, 2));
      if (row.validation) chosen.offer(row.epoch, *row.validation);
      least_train_rmse = std::min(least_train_rmse, row.train_rmse);
    }
  }

  Chains<Scalar> chains(
      ensemble, ratings, learned_from, fit_options, options,
      [&](Parameters<Scalar>& parameters, const std::vector<bool>& users) {
        return make_epoch({parameters, ratings, fit_options.weights, users, user_baseline, options, unit});
      });

  struct Turn {
    double eta;
    Rates<Scalar> rates;
    std::vector<Loss> losses;
  };
  const auto turn_of = [&](int epoch) {
    const double eta = options.learning_rate * options.schedule.factor(epoch - 1, options.epochs);
    return Turn{eta, Rates<Scalar>(options, eta, summary.item_counts), chains.losses(bounds.most_ever())};
  };
  const int next = ensemble.epoch + 1;
  std::array<Turn, 2> turns{turn_of(next), turn_of(next + 1)};  // the one that is ending, and the one ahead of it
  auto began = Clock::now();

  const auto run_leg = [&](std::size_t chain, Size leg) {
    const auto [epoch, leg_of_epoch] = chains.place(next, leg);
    auto& [eta, rates, losses] = turns[(epoch - next) % 2];
    chains.run(chain, epoch, leg_of_epoch, rates, losses[chain]);
  };
  const auto publish = [&](std::size_t chain, Size) { chains.publish(chain); };
  const auto end_epoch = [&](int turn) {
    const int epoch = next + turn;
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    const double eta = turns[turn % 2].eta;
    const auto losses = chains.of_members(turns[turn % 2].losses);
    if (std::ranges::any_of(losses, [&](const Loss& loss) { return bounds.exceeded_by(loss); }) ||
        !ensemble.all_finite()) {
      report.stop_reason = StopReason::diverged;
      report.divergence = {epoch, eta};
      return false;
    }
    double mean_square = 0;
    for (const Loss& loss : losses) mean_square += loss.mean_square() / static_cast<double>(losses.size());
    bounds.reached(mean_square);
    ensemble.end_epoch(options.averaging);

    EpochReport row{epoch,        eta,     std::sqrt(mean_square) * ensemble.unit,
                    std::nullopt, seconds, losses.front().samples()};
    const bool measured = watch.measure && ((epoch - first + 1) % fit_options.validate_every == 0 || epoch == last);
    if (measured) row.validation = watch.measure(ensemble);
    report.epochs.push_back(row);
    const bool best_measured = measured && chosen.offer(epoch, *row.validation);
    if (best_measured || (!chosen.epoch() && row.train_rmse < least_train_rmse)) best = ensemble;
    least_train_rmse = std::min(least_train_rmse, row.train_rmse);

    const double seconds_left = report.seconds() / (epoch - first + 1) * (last - epoch);
    if (!observe({row, last, report.samples_per_second(), seconds_left})) {
      report.stop_reason = StopReason::cancelled;
      return false;
    }
    if (measured && chosen.given_up(epoch)) {
      report.stop_reason = StopReason::early_stopped;
      return false;
    }
    if (fit_options.checkpoint && epoch < last) fit_options.checkpoint(state);
    turns[turn % 2] = turn_of(epoch + 2);
    began = Clock::now();
    return true;
  };
  const auto end_leg = [&](Size leg) {
    const auto [epoch, leg_of_epoch] = chains.place(next, leg);
    return leg_of_epoch + 1 < chains.legs(epoch) || end_epoch(epoch - next);
  };
  Turns(static_cast<Size>(chains.size()), chains.legs(next, last), chains.may_run_ahead(), run_leg, publish, end_leg)
      .run(fit_options.threads);

  // Without a measurement there is nothing to choose by, and the last state is the model; after a divergence it is
  // gone.
  if (chosen.epoch() || report.stop_reason == StopReason::diverged) ensemble = std::move(best);
  best = {};  // which only a fit that goes on has a use for
  report.best_epoch = ensemble.epoch;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

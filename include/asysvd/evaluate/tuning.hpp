// SPDX-License-Identifier: MIT
/// \file
/// A search for good options: random draws, of which the better ones are trained longer.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <asysvd/data/split.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/detail/tasks.hpp>
#include <asysvd/evaluate/cross_validation.hpp>
#include <asysvd/random.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/report.hpp>
#include <asysvd/train/validation.hpp>

namespace asysvd {
inline namespace v0_1 {

/// How long and on what to search.
struct TuneOptions {
  double seconds = 50;     ///< no fit is begun after so long, but for the first; more than 0
  int folds = 2;           ///< on how many folds each setting is measured; 1 to `fold_count`
  int fold_count = 10;     ///< each fold holds out one part in so many; 2 to 65535
  int draws = 9;           ///< settings of a round, of which the best third goes on, and of that again; at least 1
  int epochs = 16;         ///< of the first stage of a round; each further stage has as many as all before; 1 to 10000
  int threads = 1;         ///< how many fits run at a time; at least 1
  std::uint64_t seed = 1;  ///< of the folds and the draws

  /// Throws `std::invalid_argument` naming the first option that is out of its range.
  void validate() const {
    const auto check = [](bool holds, const char* name, auto value, const char* range) {
      detail::require(holds, "tune", name, value, range);
    };
    check(detail::is_finite(seconds) && seconds > 0, "seconds", seconds, "a finite number greater than 0");
    check(fold_count >= 2 && fold_count <= 65535, "fold_count", fold_count, "2 to 65535");
    check(folds >= 1 && folds <= fold_count, "folds", folds, "1 to fold_count");
    check(draws >= 1, "draws", draws, "at least 1");
    check(epochs >= 1 && epochs <= 10000, "epochs", epochs, "1 to 10000");
    check(threads >= 1, "threads", threads, "at least 1");
  }
};

/// One setting, measured at one stage of the search.
struct Trial {
  static constexpr int stages = 3;  ///< of a round: the best third of one goes on to the next

  int round = 0;         ///< from 0
  int draw = 0;          ///< within the round, from 0; draw 0 of round 0 is the setting that the search started from
  int stage = 0;         ///< 0 to `stages` - 1: how often it had been good enough to go on
  Options options;       ///< where `epochs` is the best number of epochs, the mean over the folds
  double rmse = 0;       ///< at the best epoch, the mean over the folds
  double deviation = 0;  ///< of that over the folds
  double seconds = 0;    ///< of the fits of this stage
};

namespace detail {

/// `value`, at least 0, to three digits: such a number is short when it is written down, and loses nothing by it.
[[nodiscard]] inline double three_digits(double value) {
  if (value == 0) return 0;
  const double scale = std::pow(10, 2 - std::floor(std::log10(value)));
  return std::round(value * scale) / scale;
}

/// A setting drawn at random around `center`: rates and λ in equal ratios, to three digits. Far from it, or near.
[[nodiscard]] inline Options drawn_options(const Options& center, bool near, Random& random) {
  const auto ratio = [&](double middle, double widest) {
    const double exponent = near ? random.normal() / 4 : 2 * random.uniform() - 1;
    return middle * std::pow(widest, exponent);
  };
  const auto scaled = [&](double& value, double widest) { value = three_digits(ratio(value, widest)); };
  Options options = center;
  // What is 0 stays out of it.
  scaled(options.learning_rate, 2.5);
  scaled(options.regularization.x, 4);
  scaled(options.regularization.y, 4);
  scaled(options.regularization.q, 4);
  scaled(options.regularization.bias, 4);
  scaled(options.regularization.whole_q, 4);
  scaled(options.regularization.whole_user, 4);
  scaled(options.regularization.whole_item, 4);
  if (options.averaging < 1) options.averaging = std::min(three_digits(ratio(options.averaging, 3)), 0.9);
  const int members = center.member_count();
  const double width = ratio(static_cast<double>(center.factors) / members, 2);
  options.members = std::clamp(static_cast<int>(std::lround(ratio(members, 3))), 1, 64);
  options.factors = std::clamp(static_cast<int>(std::lround(options.members * width)), options.members, 1024);
  return options;
}

/// One setting on its way through the stages: a model for each fold, which goes on where the stage before ended.
template <class Model>
struct Candidate {
  struct Fold {
    std::optional<Model> model;
    double rmse = std::numeric_limits<double>::infinity();
    double seconds = 0;
    bool run = false;  ///< in this stage
  };

  Trial trial;
  std::vector<Fold> folds;
  bool known = false;  ///< what this stage finds is known from a search before

  /// Runs the last of `stages`, which are numbers of epochs, on a fold; those before it as well if they ran in a search
  /// before, of which no model is left. Different folds may run at the same time.
  template <class Split, class MakeModel>
  void learn(std::size_t fold, const Split& split, std::span<const int> stages, const MakeModel& make_model) {
    using Scalar = typename Model::Scalar;
    const SparseMatrixView<Scalar> validation = split.test;
    const FitOptions<Scalar> watched{.validation = &validation};
    auto& on = folds[fold];
    for (const int epochs : on.model ? stages.last(1) : stages) {
      FitReport report;
      if (on.model) {
        report = on.model->resume(split.train, epochs, watched);
      } else {
        auto options = trial.options;
        options.epochs = epochs;
        report = on.model.emplace(make_model(options)).fit(split.train, watched);
      }
      for (const auto& epoch : report.epochs) on.rmse = std::min(on.rmse, epoch.validation.value_or(on.rmse));
      on.seconds = report.seconds();
    }
    on.run = true;
  }

  /// Takes over what was found at `stage` by a search before, if it is among `trials`.
  void recall(const std::vector<Trial>& trials, int stage) {
    const auto found = std::ranges::find_if(trials, [&](const Trial& other) {
      return other.round == trial.round && other.draw == trial.draw && other.stage == stage &&
             other.options.learning_rate == trial.options.learning_rate &&
             other.options.factors == trial.options.factors && other.options.members == trial.options.members;
    });
    known = found != trials.end();
    if (known) trial = *found;
  }

  /// Writes down what the folds found, if all have run.
  [[nodiscard]] bool measured() {
    std::vector<double> errors;
    double epochs = 0;
    trial.seconds = 0;
    for (const auto& on : folds) {
      if (!on.run || !is_finite(on.rmse)) return false;
      errors.push_back(on.rmse);
      epochs += on.model->parameters().epoch;
      trial.seconds += on.seconds;
    }
    const auto summary = MeanAndDeviation::of(errors);
    trial.rmse = summary.mean;
    trial.deviation = summary.deviation;
    trial.options.epochs = std::max(1, static_cast<int>(std::lround(epochs / static_cast<double>(folds.size()))));
    return true;
  }
};

}  // namespace detail

/// Searches for options with a small RMSE on ratings that are held out, from `start` on, in rounds of random draws with
/// successive halving (Jamieson and Talwalkar, AISTATS 2016): all draws of a round are trained for some epochs, the
/// best third for as many again, and of that the best third once more. The first draw is `start` itself; from the
/// second round on, every other draw is near the best setting so far. Returns the best trial: options to fit all
/// ratings with.
///
/// `observer(const Trial&)` is shown each trial, in the order of rounds, stages and draws. What was searched before in
/// the same ratings from the same `start`, the trials that an observer was shown then, can be given as `known`, in any
/// order: none of them is run or shown again, and the result is that of a search that had not been interrupted. For the
/// same seed, each round draws the same, whatever the number of threads; how many rounds there are depends on the time.
/// A schedule that looks ahead to the last epoch, such as the cosine, is not repeated as it was measured.
/// `make_model(const Options&)` makes an unfitted `AsySVD`; it and the fits may run on several threads at once.
///
/// Throws `std::invalid_argument` for options out of their range, if there are fewer ratings than `fold_count`, and if
/// `start` diverges at once, or is not finished.
template <std::floating_point Scalar, std::invocable<const Options&> MakeModel, std::invocable<const Trial&> Observer>
[[nodiscard]] Trial tune(const SparseMatrixView<Scalar>& ratings, const Options& start, const TuneOptions& tuning,
                         const MakeModel& make_model, Observer&& observer, const std::vector<Trial>& known = {}) {
  using Clock = std::chrono::steady_clock;
  using Candidate = detail::Candidate<std::invoke_result_t<const MakeModel&, const Options&>>;
  tuning.validate();
  start.validate();
  detail::require(ratings.nonzeros() >= tuning.fold_count, "tune", "number of ratings", ratings.nonzeros(),
                  ("at least " + detail::to_text(tuning.fold_count) + ", one for each fold").c_str());
  const auto begin = Clock::now();
  const auto expired = [&] { return std::chrono::duration<double>(Clock::now() - begin).count() > tuning.seconds; };

  const KFolds<Scalar> all_folds(ratings, tuning.fold_count, tuning.seed);
  std::vector<Split<Scalar>> splits;
  for (int fold = 0; fold < tuning.folds; ++fold) splits.push_back(all_folds.fold(fold));

  std::optional<Trial> best;
  const auto see = [&](const Trial& trial) {
    if (!best || trial.rmse < best->rmse) best = trial;
  };
  const int known_rounds = known.empty() ? 0 : 1 + std::ranges::max(known, {}, &Trial::round).round;
  for (int round = 0; !best || round < known_rounds || !expired(); ++round) {
    Random random(tuning.seed, static_cast<std::uint64_t>(round) + 1);
    std::vector<Candidate> candidates;
    for (int draw = 0; draw < tuning.draws; ++draw) {
      const bool near = best && draw % 2 == 1;
      const auto options =
          round == 0 && draw == 0 ? start : detail::drawn_options(near ? best->options : start, near, random);
      candidates.push_back({{.round = round, .draw = draw, .options = options}, {}});
      candidates.back().folds.resize(splits.size());
    }
    std::vector<int> epochs;
    for (int stage = 0; stage < Trial::stages && !candidates.empty(); ++stage) {
      epochs.push_back(stage < 2 ? tuning.epochs : 2 * epochs.back());
      for (auto& candidate : candidates) candidate.recall(known, stage);
      const auto fits = static_cast<Size>(candidates.size() * splits.size());
      detail::run_tasks(fits, tuning.threads, [&](Size fit) {
        const auto task = static_cast<std::size_t>(fit);
        auto& candidate = candidates[task / splits.size()];
        const bool first = round == 0 && stage == 0 && candidate.trial.draw == 0;
        if (!candidate.known && (first || !expired()))
          candidate.learn(task % splits.size(), splits[task % splits.size()], epochs, make_model);
      });
      std::erase_if(candidates, [](Candidate& candidate) { return !candidate.known && !candidate.measured(); });
      for (auto& candidate : candidates) {
        candidate.trial.stage = stage;
        see(candidate.trial);
        if (!candidate.known) observer(std::as_const(candidate.trial));
        for (auto& fold : candidate.folds) fold.run = false;
      }
      std::ranges::sort(candidates, {}, [](const Candidate& candidate) { return candidate.trial.rmse; });
      candidates.resize((candidates.size() + 2) / 3);
      std::ranges::sort(candidates, {}, [](const Candidate& candidate) { return candidate.trial.draw; });
    }
    if (!best && round > 0) break;
  }
  detail::require(best.has_value(), "tune", "learning_rate", start.learning_rate,
                  "small enough for a fit that does not diverge");
  return *best;
}

}  // namespace v0_1
}  // namespace asysvd

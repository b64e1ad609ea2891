// SPDX-License-Identifier: MIT
/// \file
/// What a fit tells: while it runs, to an observer, and when it is over, in its report.
#pragma once

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Why a fit ended.
enum class StopReason {
  max_epochs,     ///< all epochs were run
  early_stopped,  ///< nothing better was measured for `patience` epochs
  diverged,       ///< the loss exploded or was not finite; the model holds the best finite state before that
  cancelled,      ///< the observer returned false
};

/// `"max_epochs"` and so on.
[[nodiscard]] constexpr std::string_view to_text(StopReason reason) noexcept {
  switch (reason) {
    case StopReason::max_epochs:
      return "max_epochs";
    case StopReason::early_stopped:
      return "early_stopped";
    case StopReason::diverged:
      return "diverged";
    case StopReason::cancelled:
      return "cancelled";
  }
  return "unknown";
}

/// One pass over the ratings.
struct EpochReport {
  int epoch = 0;             ///< from 1; a fit that goes on goes on counting
  double learning_rate = 0;  ///< η in this epoch
  double train_rmse = 0;     ///< of the errors as each sample was met, before the step that it caused
  /// What was measured after the epoch, if anything was: the RMSE over the validation ratings, clamped to the range of
  /// the training ratings, or the metric that was given.
  std::optional<double> validation;
  double seconds = 0;  ///< of the pass alone; on several threads, since all that followed the epoch before was done
  Size samples = 0;    ///< ratings visited
};

/// What an observer is shown after each epoch.
struct Progress {
  EpochReport epoch;              ///< the epoch that has just ended
  int epochs = 0;                 ///< the number of the last epoch, if all are run
  double samples_per_second = 0;  ///< over all epochs so far
  double seconds_left = 0;        ///< at that speed, if all epochs are run
};

/// A function that is shown the progress after each epoch. It may return nothing, or false to end the fit there.
template <class F>
concept FitObserver = std::invocable<F&, const Progress&> &&
    (std::is_void_v<std::invoke_result_t<F&, const Progress&>> ||
     std::convertible_to<std::invoke_result_t<F&, const Progress&>, bool>);

/// The observer that looks away.
struct Unobserved {
  /// Nothing, at no cost.
  constexpr void operator()(const Progress&) const noexcept {}
};

/// What `fit` returns, and `AsySVD::report` keeps.
struct FitReport {
  StopReason stop_reason = StopReason::max_epochs;  ///< why the fit ended
  std::vector<EpochReport> epochs;  ///< those that were run to their end; a pass that diverged is not among them
  double rating_unit = 1;           ///< that the fit ran in, given or found
  int best_epoch = 0;               ///< the epoch whose state the model holds; 0 is the state before the first
  std::vector<EpochReport> refit;   ///< those that were run again, on all ratings, if that was asked for
  bool metric_given = false;        ///< whether `EpochReport::validation` is of a metric, and not an RMSE
  /// Where a fit exploded.
  struct Divergence {
    int epoch;             ///< from 1
    double learning_rate;  ///< η in that epoch: a smaller one, or more regularization, is the cure
  };
  std::optional<Divergence> divergence;  ///< set if and only if the stop reason is `diverged`

  /// Whether no fit has reported anything.
  [[nodiscard]] bool empty() const noexcept { return epochs.empty() && !divergence; }
  /// Over all epochs.
  [[nodiscard]] double seconds() const noexcept { return sum(&EpochReport::seconds); }
  /// Over all epochs; 0 if none was run.
  [[nodiscard]] double samples_per_second() const noexcept {
    return seconds() > 0 ? sum(&EpochReport::samples) / seconds() : 0;
  }

 private:
  template <class Member>
  [[nodiscard]] double sum(Member member) const noexcept {
    double total = 0;
    for (const auto* run : {&epochs, &refit}) {
      for (const auto& epoch : *run) total += static_cast<double>(epoch.*member);
    }
    return total;
  }
};

}  // namespace v0_1
}  // namespace asysvd

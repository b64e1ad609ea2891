// SPDX-License-Identifier: MIT
/// \file
/// How a fit finds its best epoch: on ratings that it does not learn from.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/detail/tasks.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/fit_state.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {

/// How one fit is watched over.
///
/// With ratings to validate on, or a `Metric`, the model is measured after the epochs that `validate_every` names and
/// always after the last one, and in the end holds the state that measured best; of equal ones, the earliest. A
/// measurement that is not a number is never the best; if none is a number, the model holds its last state.
template <std::floating_point Scalar>
struct FitOptions {
  /// Ratings to measure on, of the same users and items as the training matrix.
  const SparseMatrixView<Scalar>* validation = nullptr;
  /// Or the share of the ratings that is drawn at random, by `Options::seed`, and set aside for it: 0 to less than 1.
  double validation_fraction = 0;
  /// Measure after each so many epochs; at least 1.
  int validate_every = 1;
  /// Stop when nothing better was measured for so many epochs; 0: never.
  int patience = 0;
  /// By how much a measurement has to be better, for `patience` to begin again; at least 0.
  double minimum_change = 0;
  /// When the best epoch is known, learn from scratch from all ratings, the validation ratings among them, as many
  /// epochs long. If the observer ends that, or it diverges, the model is the best one from before it; of a fit that went
  /// on `from` a state of this second run, what has been learned so far.
  bool refit = false;
  /// How much each rating counts, beside `values()`, each at least 0: its term of the loss is multiplied by it, and the
  /// penalties are not. So weights below 1 on the whole are a smaller η and larger λ as well. Empty: all the same. μ
  /// and the constants b̃ do not depend on it.
  std::span<const Scalar> weights = {};
  /// The users whose ratings are learned from, each once an epoch at most; everybody else's are passed over. Empty:
  /// all.
  std::span<const Index> users = {};
  /// How many threads learn; at least 1. The model is the same, bit for bit, for any number of them; no more have work
  /// than there are members times `shards`. Where `shards` is 1 and they don't divide the members, those that are free
  /// take some into the next epoch, on a copy of the members.
  int threads = 1;
  /// Into how many shards of users each member's work is parted: 1 or 2. Two pay where items have hundreds of ratings:
  /// they learn side by side, each on a copy of the member, and their copies become one in each epoch: once where items
  /// have so many ratings that rows come to rest within it, elsewhere up to 64 times in the first epoch, half as often
  /// in each that follows, and four times from the fifth on. A sampler of single ratings draws each epoch's before its
  /// copies meet. That gives another model than one shard does, about as good, and takes the memory of two members more
  /// for each. More than two would have to meet far more often: see docs/benchmarks.md.
  int shards = 1;
  /// Called after each epoch that is not the last one, with a state that this fit can go on from; see
  /// `save_checkpoint`. It is lent for the time of the call. Whatever is thrown ends the fit.
  std::function<void(const FitState<Scalar>&)> checkpoint = {};
  /// Where to go on. With the same ratings, options and shards as those of the fit that it is of, the end is the same,
  /// bit for bit, in the report as well, but for the seconds. Null: at the beginning.
  const FitState<Scalar>* from = nullptr;

  /// Throws `std::invalid_argument` naming the first option that is out of its range, or does not fit `ratings`.
  void validate(const SparseMatrixView<Scalar>& ratings) const {
    const auto check = [](bool holds, const char* name, auto value, const char* range) {
      detail::require(holds, "AsySVD::fit", name, value, range);
    };
    if (validation != nullptr) {
      check(validation->nonzeros() > 0, "number of validation ratings", validation->nonzeros(), "at least 1");
      check(validation->rows() <= ratings.rows(), "validation.rows()", validation->rows(),
            "at most as many as the training matrix has");
      check(validation->cols() <= ratings.cols(), "validation.cols()", validation->cols(),
            "at most as many as the training matrix has");
      validation->validate();
    }
    check(detail::is_finite(validation_fraction) && validation_fraction >= 0 && validation_fraction < 1,
          "validation_fraction", validation_fraction, "0 to less than 1");
    check(validation == nullptr || validation_fraction == 0, "validation_fraction", validation_fraction,
          "0 where a validation matrix is given");
    check(validate_every >= 1, "validate_every", validate_every, "at least 1");
    check(patience >= 0, "patience", patience, "at least 0");
    check(detail::is_finite(minimum_change) && minimum_change >= 0, "minimum_change", minimum_change,
          "a finite number of at least 0");
    check(threads >= 1, "threads", threads, "at least 1");
    check(shards == 1 || shards == 2, "shards", shards, "1 or 2");
    check(!refit || validation != nullptr || validation_fraction > 0, "refit", int{refit},
          "false, unless there are ratings to validate on");
    check(weights.empty() || static_cast<Size>(weights.size()) == ratings.nonzeros(), "number of weights",
          weights.size(), "0, or one for each rating");
    check(weights.empty() || !refit || validation == nullptr, "refit", int{refit},
          "false, where a validation matrix is given, whose ratings have no weights");
    for (const Index user : users) {
      check(user >= 0 && user < ratings.rows(), "a user to learn from", user, "a row of the ratings");
    }
    check(users.empty() || validation_fraction == 0, "validation_fraction", validation_fraction,
          "0 where the users to learn from are named");
    check(users.empty() || !refit, "refit", int{refit}, "false where the users to learn from are named");
    for (const Scalar weight : weights) {
      check(detail::is_finite(weight) && weight >= 0, "a weight", weight, "a finite number of at least 0");
    }
  }
};

/// Stands for the RMSE over the validation ratings.
struct ValidationRmse {};

/// What a fit is to choose its best epoch by: `measure(model)`, or `measure(model, validation)` where there are ratings
/// to validate on, is asked how good a model is that serves its users by the training ratings, which are
/// `model.ratings()`. See `minimize` and `maximize`.
template <class Measure = ValidationRmse>
struct Metric {
  Measure measure = {};           ///< what is asked
  bool higher_is_better = false;  ///< whether more is better
};

/// A metric of which less is better, such as an error.
template <class Measure>
[[nodiscard]] Metric<Measure> minimize(Measure measure) {
  return {std::move(measure), false};
}

/// A metric of which more is better, such as NDCG:
/// `maximize([](const auto& model, const auto& valid) { return ranking(model, model.ratings(), valid, {10}).at[0].ndcg;
/// })`.
template <class Measure>
[[nodiscard]] Metric<Measure> maximize(Measure measure) {
  return {std::move(measure), true};
}

namespace detail {

/// RMSE over the ratings of `test` by users of `ratings`, clamped to the training range; the same for any number of
/// threads.
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] double validation_rmse(const Parameters<Scalar>& parameters, const Feedback& feedback,
                                     const SparseMatrixView<Scalar>& ratings, const SparseMatrixView<Scalar>& test,
                                     double user_shrinkage, int threads) {
  constexpr Size users_at_a_time = 1024;
  std::vector<double> squared_errors(static_cast<std::size_t>(test.rows() / users_at_a_time + 1), 0.0);
  run_ranges(test.rows(), users_at_a_time, threads, [&](Size first, Size end) {
    FactorMatrix<Scalar> p(1, parameters.factors());
    double squared_error = 0;
    for (Size user = first; user < end; ++user) {
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
    squared_errors[static_cast<std::size_t>(first / users_at_a_time)] = squared_error;
  });
  const double sum = std::accumulate(squared_errors.begin(), squared_errors.end(), 0.0);
  return std::sqrt(sum / static_cast<double>(test.nonzeros()));
}

/// Compares measurements as they come, and knows when to stop waiting for a better one.
class BestEpoch {
 public:
  /// \param start the epoch before the first one.
  BestEpoch(bool higher_is_better, double minimum_change, int patience, int start)
      : sign_(higher_is_better ? -1 : 1), minimum_change_(minimum_change), patience_(patience), waiting_since_(start) {}

  /// Whether this one is the best so far.
  bool offer(int epoch, double value) {
    const double cost = sign_ * value;  // no comparison holds for a value that is not a number
    if (cost < awaited_ - minimum_change_) {
      awaited_ = cost;
      waiting_since_ = epoch;
    }
    if (!(cost < best_)) return false;
    best_ = cost;
    epoch_ = epoch;
    return true;
  }

  /// Its epoch, if anything that was offered was a number.
  [[nodiscard]] const std::optional<int>& epoch() const noexcept { return epoch_; }
  [[nodiscard]] bool given_up(int epoch) const noexcept { return patience_ > 0 && epoch - waiting_since_ >= patience_; }

 private:
  double sign_;
  double minimum_change_;
  int patience_;
  double best_ = std::numeric_limits<double>::infinity();
  double awaited_ = std::numeric_limits<double>::infinity();  // what has to be undercut
  int waiting_since_;
  std::optional<int> epoch_;
};

}  // namespace detail

}  // namespace v0_1
}  // namespace asysvd

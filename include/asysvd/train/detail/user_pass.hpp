// SPDX-License-Identifier: MIT
/// \file
/// The exact user pass: stochastic gradient descent over all the ratings of one user, O(k) a rating.
///
/// One sample (u, i) moves q_i by η(e·p − λ_q q_i), and every row of the profile: x_j by η(e·c_j q_i − λ_x x_j) and y_j
/// by η(e·d q_i − λ_y y_j). Done literally that is O(n·k). But every row receives the same vector, η·e·q_i, times a
/// weight of its own. So while the samples of one user follow each other, the pass keeps aside what the rows have
/// still to receive,
///
///     g ← a·g + η·e·q_i,   a = 1 − ηλ, or 1 if the rows shrink once a visit,
///
/// and the row x_j is at any moment decay·x_j + c_j·g, decay = aᵗ after t samples. The factors of the user, being a sum
/// over those rows, follow with S = Σ_j c_j² + d²:
///
///     p ← a·p + S·η·e·q_i.
///
/// Each row is read once when the visit begins and written once when it ends. Where all rows receive all steps, p is
/// decay·p⁰ + S·g, p⁰ being p as the visit began: so p alone is kept, as in plain matrix factorisation, and g is found
/// from it in the end. Leaving the target out takes g and two more things: its own term c_i·x_i + d·y_i, current, is
/// subtracted from p before the prediction, and it does not receive its own step, which is kept until the end for that.
/// This is sequential SGD exactly; only rounding differs.
///
/// A sample waits for the factors that the one before it has moved, and the dot product takes long to come. Where rows
/// are short, two samples are therefore learned from together: the second meets p plus a multiple of the first one's
/// e·q, so both dot products are begun at once, and q·q tells what the first changes about the second (`learn_block`).
///
/// x and y share one g, one p and one set of profile terms ("track") as long as they decay alike; if they decay at
/// different rates, each has its own.
///
/// This holds what is the same for rows of every width; the loops themselves are `UserLoops`.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include <asysvd/feedback.hpp>
#include <asysvd/random.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/detail/rows_in_unit.hpp>
#include <asysvd/train/detail/training.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/detail/visit.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

template <std::floating_point Scalar, FeedbackPolicy Feedback, class Sampler>
class UserPass {
 public:
  /// The pass that the loops `learn` are part of. Borrows sampler and policy; allocates all that the visits need.
  UserPass(const Training<Scalar>& training, const Sampler& sampler, const Feedback& feedback, const PassKind& kind,
           LearnVisit<Scalar> learn)
      : training_(training),
        sampler_(sampler),
        feedback_(feedback),
        learn_(learn),
        rows_(training.ratings, training.unit),
        order_(static_cast<std::size_t>(training.ratings.longest_row())),
        memory_(kind, training.ratings.longest_row(), training.parameters.q.stride()) {}

  /// Learns from every rating of `user`, in the order that the sampler gives them. Returns the sum of the squared errors
  /// that were met.
  double visit(Index user, Random& random, const Rates<Scalar>& rates) {
    auto& parameters = training_.parameters;
    const auto profile = rows_.row(user);
    if (profile.empty()) return 0;
    const auto rated = profile.items.size();
    const std::span order(order_.data(), rated);
    std::iota(order.begin(), order.end(), 0);
    sampler_.arrange(order, random);

    const ProfileWeights<Scalar, Feedback> weights(feedback_, profile, parameters.mean + training_.user_baseline[user]);
    if constexpr (Feedback::has_explicit) {
      for (std::size_t t = 0; t < rated; ++t) {
        memory_.weights[t] = weights.explicit_weight(profile.ratings[t], parameters.item_baseline[profile.items[t]]);
      }
    }
    if (training_.options.leave_one_out && rates.decaying()) count_decays(order, rates);
    const auto& of_samples = training_.weights;
    return learn_({parameters, memory_, rates, profile, order,
                   of_samples.empty() ? nullptr : of_samples.data() + training_.ratings.offset(user),
                   weights.implicit_weight, user});
  }

 private:
  /// For each rating, the decay of the samples after it: its own step, as part of g, was subject to that.
  void count_decays(std::span<const Index> order, const Rates<Scalar>& rates) {
    std::array<Scalar, 2> left{1, 1};
    for (auto sample = order.rbegin(); sample != order.rend(); ++sample) {
      memory_.left[static_cast<std::size_t>(*sample)] = left;
      left[0] *= rates.decay_x;
      left[1] *= rates.decay_y;
    }
  }

  Training<Scalar> training_;
  const Sampler& sampler_;
  const Feedback& feedback_;
  LearnVisit<Scalar> learn_;
  RowsInUnit<Scalar> rows_;
  std::vector<Index> order_;  // of the samples of a visit, by position
  VisitMemory<Scalar> memory_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// Steps: how one rating, met without knowing which comes next, moves the parameters. O(n·k) each.
#pragma once

#include <concepts>
#include <cstddef>

#include <asysvd/feedback.hpp>
#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {

/// One rating, and what is known of its user.
template <std::floating_point Scalar>
struct StepInput {
  ProfileView<Scalar> profile;  ///< of the user, as stored
  Index user;                   ///< from 0
  std::size_t position;         ///< of the rating in the profile
  Scalar user_baseline;         ///< b̃_u
  Scalar weight;                ///< by which its term of the loss is multiplied
};

/// The gradient of the loss at one rating, e = r − r̂, all right-hand sides old values:
///
///     q_i += η(e p − λ_q q_i)          b_u += η(e − λ_b b_u)       b_i += η(e − λ_b b_i)
///     x_j += η(e c_j q_i − λ_x x_j)    y_j += η(e d q_i − λ_y y_j)      for all j in the profile
///
/// and where ratings have weights, e times the weight takes the place of e. Under leave-one-out, j = i is neither in p
/// nor does it receive e·c_i q_i and e·d q_i. With `Shrink::per_visit` a row's λ is shared out over the n ratings of
/// the user, so that a visit's worth of steps shrinks it once.
struct GradientStep {
  /// The step over the ratings of one fit: parameters of `Scalar`, rows of `Width` numbers, or of as many as they have
  /// where it is `Dynamic`. Not for concurrent use.
  template <std::floating_point Scalar, FeedbackPolicy Feedback, int Width>
  class Pass {
   public:
    /// Borrows parameters and policy.
    Pass(Parameters<Scalar>& parameters, const Feedback& feedback, const Options& options)
        : parameters_(parameters),
          feedback_(feedback),
          leave_one_out_(options.leave_one_out),
          shared_out_(options.shrink == Shrink::per_visit) {
      p_.setZero(parameters.q.stride());
      gradient_.setZero(parameters.q.stride());
    }

    /// Moves the parameters; returns the squared error that was met.
    double apply(const StepInput<Scalar>& input, const detail::Rates<Scalar>& rates) {
      const auto& profile = input.profile;
      const auto n = profile.items.size();
      const detail::ProfileWeights<Scalar, Feedback> weights(feedback_, profile,
                                                             parameters_.mean + input.user_baseline);
      const auto left_out = [&](std::size_t t) { return leave_one_out_ && t == input.position; };
      const auto explicit_weight = [&](std::size_t t) {
        return weights.explicit_weight(profile.ratings[t], parameters_.item_baseline[profile.items[t]]);
      };

      p_.setZero();
      for (std::size_t t = 0; t < n; ++t) {
        if (left_out(t)) continue;
        const Index j = profile.items[t];
        if constexpr (Feedback::has_explicit) p_ += explicit_weight(t) * row(parameters_.x.data(j));
        if constexpr (Feedback::has_implicit) p_ += weights.implicit_weight * row(parameters_.y.data(j));
      }
      if constexpr (Feedback::has_implicit) {
        for (const Index j : profile.unrated) p_ += weights.implicit_weight * row(parameters_.y.data(j));
      }

      const Index item = profile.items[input.position];
      auto q = row(parameters_.q.data(item));
      Scalar& user_bias = parameters_.user_bias[input.user];
      Scalar& item_bias = parameters_.item_bias[item];
      const Scalar error =
          profile.ratings[input.position] - (parameters_.mean + user_bias + item_bias + (p_ * q).sum());
      const Scalar weighted = input.weight * error;
      if constexpr (Feedback::has_biases) {
        user_bias = rates.decay_user(profile.size()) * user_bias + rates.eta * weighted;
        item_bias = rates.items[item].decay_bias * item_bias + rates.eta * weighted;
      }
      const Scalar scaled = rates.eta * weighted;
      gradient_ = scaled * q;
      q = rates.items[item].decay_q * q + scaled * p_;

      const Scalar decay_x = decay(rates.decay_x, rates.visit_x, n);
      const Scalar decay_y = decay(rates.decay_y, rates.visit_y, n);
      for (std::size_t t = 0; t < n; ++t) {
        const Index j = profile.items[t];
        const Scalar receives = left_out(t) ? 0 : 1;
        if constexpr (Feedback::has_explicit) {
          auto x = row(parameters_.x.data(j));
          x = decay_x * x + receives * explicit_weight(t) * gradient_;
        }
        if constexpr (Feedback::has_implicit) {
          auto y = row(parameters_.y.data(j));
          y = decay_y * y + receives * weights.implicit_weight * gradient_;
        }
      }
      if constexpr (Feedback::has_implicit) {
        for (const Index j : profile.unrated) {
          auto y = row(parameters_.y.data(j));
          y = decay_y * y + weights.implicit_weight * gradient_;
        }
      }
      return static_cast<double>(error) * error;
    }

   private:
    [[nodiscard]] detail::Row<Scalar, Width> row(Scalar* data) const { return {data, parameters_.q.stride()}; }

    [[nodiscard]] Scalar decay(Scalar per_sample, Scalar per_visit, std::size_t n) const noexcept {
      return shared_out_ ? 1 - (1 - per_visit) / static_cast<Scalar>(n) : per_sample;
    }

    Parameters<Scalar>& parameters_;
    const Feedback& feedback_;
    bool leave_one_out_;
    bool shared_out_;
    detail::Vector<Scalar, Width> p_, gradient_;
  };
};

/// The step of the lecture's notebook, kept to reproduce its figures: with W = x, H = q and e = r − r̂,
///
///     w_j += η(e Σ_l r_ul h_l − λ w_j)     h_j += η(e w_j − λ h_j)     for all j in the profile, W and H old
///
/// These are not the gradient, which would be e r_uj n^-½ h_i for w_j, and e p for h_i alone: the cosines to it,
/// measured on real ratings, are about 0.13 and 0.04. The first update grows with the sum of all ratings of the
/// user instead of shrinking with n^-½, which is why nothing but η = 1e-9 keeps it from exploding, and at that rate
/// nearly all that is learned is the scale of the ratings. Do not use it for anything else than comparison.
///
/// For `RawFeedback` and samplers of single ratings. λ_x is that of W, λ_q that of H. Nothing is left out.
struct NotebookStep {
  /// As `GradientStep::Pass`.
  template <std::floating_point Scalar, FeedbackPolicy Feedback, int Width>
  class Pass {
   public:
    static_assert(Feedback::has_explicit && !Feedback::has_implicit && !Feedback::has_biases &&
                      !WeighingFeedback<Feedback>,
                  "NotebookStep is the lecture's update: use it with RawFeedback");

    /// Borrows parameters and policy. Throws `std::invalid_argument` unless the options are the lecture's: no
    /// leave-one-out, rows shrunk at each sample.
    Pass(Parameters<Scalar>& parameters, const Feedback& feedback, const Options& options)
        : parameters_(parameters), feedback_(feedback) {
      detail::require(!options.leave_one_out, "NotebookStep", "leave_one_out", 1,
                      "false: the lecture leaves nothing out");
      detail::require(options.shrink == Shrink::per_sample, "NotebookStep", "shrink", 0,
                      "Shrink::per_sample, as in the lecture");
      for (auto* vector : {&p_, &sum_, &old_}) vector->setZero(parameters.q.stride());
    }

    /// Moves the parameters; returns the squared error that was met.
    double apply(const StepInput<Scalar>& input, const detail::Rates<Scalar>& rates) {
      const auto& profile = input.profile;
      const auto scale = static_cast<Scalar>(feedback_.explicit_scale(static_cast<double>(profile.size())));
      p_.setZero();
      sum_.setZero();
      for (std::size_t t = 0; t < profile.items.size(); ++t) {
        const Index j = profile.items[t];
        p_ += profile.ratings[t] * row(parameters_.x.data(j));
        sum_ += profile.ratings[t] * row(parameters_.q.data(j));
      }
      const auto h = row(parameters_.q.data(profile.items[input.position]));
      const Scalar error = profile.ratings[input.position] - scale * (p_ * h).sum();
      const Scalar scaled = rates.eta * input.weight * error;
      for (const Index j : profile.items) {
        auto w = row(parameters_.x.data(j));
        auto target = row(parameters_.q.data(j));
        old_ = w;
        w = rates.decay_x * w + scaled * sum_;
        target = rates.items[j].decay_q * target + scaled * old_;
      }
      return static_cast<double>(error) * error;
    }

   private:
    [[nodiscard]] detail::Row<Scalar, Width> row(Scalar* data) const { return {data, parameters_.q.stride()}; }

    Parameters<Scalar>& parameters_;
    const Feedback& feedback_;
    detail::Vector<Scalar, Width> p_, sum_, old_;
  };
};

}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// What a profile adds up to, so that one rating more or less need not fold it in again.
#pragma once

#include <concepts>

#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/train/detail/user_factors.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// The sums that p_u and b_u follow from. With c_j = s w(r_uj − μ − b̃_j − b̃_u), w being linear wherever b̃_u is not
/// 0,
///
///     p_u = s (Σ_j w(r_uj − μ − b̃_j) x_j − b̃_u Σ_j x_j) + d Σ_j y_j,
///
/// and each of the sums changes by one term when one rating does, while s, d, b̃_u and b_u are found anew from the
/// numbers of items. `Values` are arrays, or a number if each x_j and y_j is met as its product with one q: p_u·q then
/// takes the place of p_u. Everything is in `double`. An edit is O(1) for the biases and O(k) for arrays.
template <class Values, FeedbackPolicy Feedback>
struct ProfileSums {
  Values weighed_x;                 // Σ w(r − μ − b̃_j) x_j
  Values x;                         // Σ x_j over the rated items
  Values y;                         // Σ y_j over N(u)
  double above_item_baselines = 0;  // Σ (r − μ − b̃_j)
  double above_item_biases = 0;     // Σ (r − μ − b_j)

  explicit ProfileSums(const Values& zero) : weighed_x(zero), x(zero), y(zero) {}

  /// Adds `times` what a rating brings; `x_of(item)` is x_j.
  template <std::floating_point Scalar, class XOf>
  void add_rating(const Parameters<Scalar>& parameters, const Feedback& feedback, Index item, Scalar rating, XOf&& x_of,
                  double times) {
    const double above_mean = static_cast<double>(rating) - parameters.mean;
    const double above_baseline = above_mean - parameters.item_baseline[item];
    above_item_baselines += times * above_baseline;
    above_item_biases += times * (above_mean - parameters.item_bias[item]);
    if constexpr (Feedback::has_explicit) {
      const auto row = x_of(item);
      weighed_x += times * weighed(feedback, above_baseline) * row;
      if constexpr (Feedback::has_biases) x += times * row;
    }
  }
  /// Adds `times` what an item of N(u) brings; `y_of(item)` is y_j.
  template <class YOf>
  void add_implicit(Index item, YOf&& y_of, double times) {
    if constexpr (Feedback::has_implicit) y += times * y_of(item);
  }

  /// b_u of somebody who was not trained on and has rated `rated` items.
  [[nodiscard]] double user_bias(Size rated, double user_shrinkage) const noexcept {
    return Feedback::has_biases && rated > 0 ? above_item_biases / (user_shrinkage + static_cast<double>(rated)) : 0;
  }
  /// p_u, of a profile of `rated` and `met` items; an expression where `Values` are arrays.
  [[nodiscard]] auto user_factors(const Feedback& feedback, Size rated, Size met, double user_shrinkage) const {
    const auto n = static_cast<double>(rated);
    const double user_baseline = Feedback::has_biases && rated > 0 ? above_item_baselines / (user_shrinkage + n) : 0;
    const double s = rated > 0 ? static_cast<double>(feedback.explicit_scale(n)) : 0;
    const double d = met > 0 ? static_cast<double>(feedback.implicit_scale(static_cast<double>(met))) : 0;
    return s * (weighed_x - user_baseline * x) + d * y;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// Feedback policies: how a profile becomes the factors of its user.
#pragma once

#include <cmath>
#include <concepts>

namespace asysvd {

/// What a feedback policy is: three constants that say which parts the model has, and two scales.
///
/// A profile R(u) of n items, R(u) = {(j, r_uj)}, becomes the user factors
///
///     p_u = Σ_j c_j x_j + Σ_j d y_j,   c_j = explicit_scale(n) · (r_uj − μ − b̃_u − b̃_j),   d = implicit_scale(n)
///
/// - `has_biases`: the model learns b_u and b_i and adds them and μ to its predictions. Without biases, μ, b̃_u and b̃_j
///   are 0 as well, and c_j weighs the bare rating.
/// - `has_explicit`: the sum over x is there; `has_implicit`: the sum over y is.
///
/// The scales are asked for once a profile, so that a user's own policy costs nothing in the hot loop.
template <class Policy>
concept FeedbackPolicy = std::copyable<Policy> && requires(const Policy& policy, double count) {
  { Policy::has_biases } -> std::convertible_to<bool>;
  { Policy::has_explicit } -> std::convertible_to<bool>;
  { Policy::has_implicit } -> std::convertible_to<bool>;
  requires bool(Policy::has_explicit) || bool(Policy::has_implicit);
  { policy.explicit_scale(count) } -> std::convertible_to<double>;
  { policy.implicit_scale(count) } -> std::convertible_to<double>;
};

/// Both scales are n^-½, as in all published models of this family: the variance of p_u then does not grow with the
/// length of the profile.
struct InverseSquareRoot {
  [[nodiscard]] static double explicit_scale(double count) noexcept { return 1 / std::sqrt(count); }
  [[nodiscard]] static double implicit_scale(double count) noexcept { return 1 / std::sqrt(count); }
};

/// Asymmetric-SVD: Koren, "Factorization meets the neighborhood", KDD 2008, equation 13, with N(u) = R(u).
struct FullFeedback : InverseSquareRoot {
  static constexpr bool has_biases = true;
  static constexpr bool has_explicit = true;
  static constexpr bool has_implicit = true;
};

/// Its explicit half: the ratings alone, and not that they were given.
struct ExplicitFeedback : InverseSquareRoot {
  static constexpr bool has_biases = true;
  static constexpr bool has_explicit = true;
  static constexpr bool has_implicit = false;
};

/// NSVD1 (Paterek, "Improving regularized singular value decomposition", KDD Cup 2007), the form that FISM shares:
/// which items were rated, and not how.
struct ImplicitFeedback : InverseSquareRoot {
  static constexpr bool has_biases = true;
  static constexpr bool has_explicit = false;
  static constexpr bool has_implicit = true;
};

/// The lecture's model: p_u = n^-½ Σ_j r_uj w_j and no biases. Its W is x here, its H is q.
struct RawFeedback : InverseSquareRoot {
  static constexpr bool has_biases = false;
  static constexpr bool has_explicit = true;
  static constexpr bool has_implicit = false;
};

}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// Feedback policies: how a profile becomes the factors of its user.
#pragma once

#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

#include <asysvd/detail/arguments.hpp>
#include <asysvd/detail/check.hpp>

namespace asysvd {
inline namespace v0_1 {

/// What a feedback policy is: three constants that say which parts the model has, and two scales.
///
/// A profile R(u) of n items, R(u) = {(j, r_uj)}, becomes the user factors
///
///     p_u = Σ_{j∈R(u)} c_j x_j + Σ_{j∈N(u)} d y_j,   c_j = explicit_scale(n) · (r_uj − μ − b̃_u − b̃_j),
///     d = implicit_scale(|N(u)|)
///
/// - `has_biases`: the model learns b_u and b_i and adds them and μ to its predictions. Without biases, μ, b̃_u and b̃_j
///   are 0 as well, and c_j weighs the bare rating.
/// - `has_explicit`: the sum over x is there; `has_implicit`: the sum over y is.
///
/// N(u) is R(u), unless more is known. The scales are asked for once a profile, so that a user's own policy costs
/// nothing in the hot loop; also for 0, where there is nothing to scale. A policy may also weigh each rating on its
/// own, see `WeighingFeedback`.
template <class Policy>
concept FeedbackPolicy = std::copyable<Policy> && requires(const Policy& policy, double count) {
  { Policy::has_biases } -> std::convertible_to<bool>;
  { Policy::has_explicit } -> std::convertible_to<bool>;
  { Policy::has_implicit } -> std::convertible_to<bool>;
  requires bool(Policy::has_explicit) || bool(Policy::has_implicit);
  { policy.explicit_scale(count) } -> std::convertible_to<double>;
  { policy.implicit_scale(count) } -> std::convertible_to<double>;
};

/// A feedback policy with a member `weight`: c_j = explicit_scale(n) · weight(r_uj − μ − b̃_u − b̃_j), where a policy
/// without one has the bare difference. It need not be linear, so a fit by it takes no `Options::rating_unit` but 1.
template <class Policy>
concept WeighingFeedback = FeedbackPolicy<Policy> && requires(const Policy& policy, double rating) {
  { policy.weight(rating) } -> std::convertible_to<double>;
};

/// What of a policy is known when a program is compiled, as a value: what functions take that are the same for all
/// policies.
struct FeedbackParts {
  bool has_biases;    ///< whether scores have μ, b_u and b_i
  bool has_explicit;  ///< whether p_u has Σ c_j x_j
  bool has_implicit;  ///< whether p_u has Σ d y_j
  bool weighs;        ///< whether it is a `WeighingFeedback`

  /// Those of `Feedback`.
  template <FeedbackPolicy Feedback>
  [[nodiscard]] static constexpr FeedbackParts of() noexcept {
    return {Feedback::has_biases, Feedback::has_explicit, Feedback::has_implicit, WeighingFeedback<Feedback>};
  }
};

/// Both scales are n^-½, as in all published models of this family: the variance of p_u then does not grow with the
/// length of the profile.
struct InverseSquareRoot {
  [[nodiscard]] static double explicit_scale(double count) noexcept { return 1 / std::sqrt(count); }  ///< n^-½
  [[nodiscard]] static double implicit_scale(double count) noexcept { return 1 / std::sqrt(count); }  ///< |N(u)|^-½
};

/// Asymmetric-SVD: Koren, "Factorization meets the neighborhood", KDD 2008, equation 13.
struct FullFeedback : InverseSquareRoot {
  static constexpr bool has_biases = true;    ///< with μ, b_u and b_i
  static constexpr bool has_explicit = true;  ///< with Σ c_j x_j
  static constexpr bool has_implicit = true;  ///< with Σ d y_j
};

/// Its explicit half: the ratings alone, and not that they were given.
struct ExplicitFeedback : InverseSquareRoot {
  static constexpr bool has_biases = true;     ///< with μ, b_u and b_i
  static constexpr bool has_explicit = true;   ///< with Σ c_j x_j
  static constexpr bool has_implicit = false;  ///< without Σ d y_j
};

/// NSVD1 (Paterek, "Improving regularized singular value decomposition", KDD Cup 2007), the form that FISM shares:
/// which items were rated, and not how.
struct ImplicitFeedback : InverseSquareRoot {
  static constexpr bool has_biases = true;     ///< with μ, b_u and b_i
  static constexpr bool has_explicit = false;  ///< without Σ c_j x_j
  static constexpr bool has_implicit = true;   ///< with Σ d y_j
};

/// The lecture's model: p_u = n^-½ Σ_j r_uj w_j and no biases. Its W is x here, its H is q.
struct RawFeedback : InverseSquareRoot {
  static constexpr bool has_biases = false;    ///< without μ, b_u and b_i
  static constexpr bool has_explicit = true;   ///< with Σ c_j x_j
  static constexpr bool has_implicit = false;  ///< without Σ d y_j
};

/// Interactions, for ranking: p_u = Σ_j w(r_uj) x_j and no biases, w being one of three. It is what `fit_ranking`
/// learns.
class InteractionFeedback {
 public:
  static constexpr bool has_biases = false;    ///< without μ, b_u and b_i
  static constexpr bool has_explicit = true;   ///< with Σ c_j x_j
  static constexpr bool has_implicit = false;  ///< without Σ d y_j

  /// `binary()`
  constexpr InteractionFeedback() noexcept = default;
  /// w = 1: that there is a rating counts, and not which one.
  [[nodiscard]] static constexpr InteractionFeedback binary() noexcept { return {}; }
  /// w = 1 for r ≥ `threshold`, otherwise 0. Throws `std::invalid_argument` if `threshold` is not finite.
  [[nodiscard]] static InteractionFeedback at_least(double threshold) {
    detail::require(detail::is_finite(threshold), "InteractionFeedback", "threshold", threshold, "a finite number");
    return {Kind::at_least, threshold};
  }
  /// w = r
  [[nodiscard]] static constexpr InteractionFeedback weighted() noexcept { return {Kind::weighted, 0}; }

  [[nodiscard]] static double explicit_scale(double) noexcept { return 1; }  ///< Σ as it is
  [[nodiscard]] static double implicit_scale(double) noexcept { return 0; }  ///< not asked for
  /// w(r)
  [[nodiscard]] constexpr double weight(double rating) const noexcept {
    if (kind_ == Kind::weighted) return rating;
    return kind_ == Kind::binary || rating >= threshold_ ? 1 : 0;
  }

  /// As it is written in code: `at_least(4)`.
  [[nodiscard]] std::string to_text() const {
    if (kind_ == Kind::at_least) return "at_least(" + detail::to_text(threshold_) + ')';
    return kind_ == Kind::binary ? "binary()" : "weighted()";
  }
  /// The policy that `to_text` writes so. Throws `std::invalid_argument` if there is none.
  [[nodiscard]] static InteractionFeedback from_text(std::string_view text) {
    if (text == "binary()") return binary();
    if (text == "weighted()") return weighted();
    if (const auto p = detail::arguments(text, "at_least"); p.size() == 1) return at_least(p[0]);
    detail::throw_invalid("InteractionFeedback::from_text", "text", '"' + std::string(text) + '"',
                          "binary(), at_least(threshold) or weighted()");
  }

  /// Whether both weigh alike.
  friend bool operator==(const InteractionFeedback&, const InteractionFeedback&) = default;

 private:
  enum class Kind { binary, at_least, weighted };
  constexpr InteractionFeedback(Kind kind, double threshold) noexcept : kind_(kind), threshold_(threshold) {}

  Kind kind_ = Kind::binary;
  double threshold_ = 0;
};

}  // namespace v0_1
}  // namespace asysvd

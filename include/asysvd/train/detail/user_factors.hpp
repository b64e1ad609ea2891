// SPDX-License-Identifier: MIT
/// \file
/// The one formula: what a profile weighs its rows with, the factors it adds up to, and the score of an item.
/// Training, prediction, recommendation and explanation all come here.
#pragma once

#include <concepts>
#include <vector>

#include <asysvd/detail/tasks.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/sparse_matrix_view.hpp>
#include <asysvd/train/detail/kernel.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// What a policy takes for the difference r_uj − μ − b̃_u − b̃_j.
template <std::floating_point Number, FeedbackPolicy Feedback>
[[nodiscard]] Number weighed(const Feedback& policy, Number difference) {
  if constexpr (WeighingFeedback<Feedback>) {
    return static_cast<Number>(policy.weight(difference));
  } else {
    return difference;
  }
}

/// The weights c_j and d of one profile: p_u = Σ_j c_j x_j + d y_j.
template <std::floating_point Scalar, FeedbackPolicy Feedback>
struct ProfileWeights {
  const Feedback& policy;
  Scalar offset;  ///< μ + b̃_u
  Scalar explicit_scale;
  Scalar implicit_weight;  ///< d

  ProfileWeights(const Feedback& feedback, ProfileView<Scalar> profile, Scalar offset_)
      : policy(feedback),
        offset(offset_),
        explicit_scale(static_cast<Scalar>(feedback.explicit_scale(static_cast<double>(profile.size())))),
        implicit_weight(static_cast<Scalar>(feedback.implicit_scale(static_cast<double>(profile.implicit_size())))) {}

  /// c_j = scale · w(r_uj − μ − b̃_u − b̃_j), w being the policy's weight if it has one
  [[nodiscard]] Scalar explicit_weight(Scalar rating, Scalar item_baseline) const {
    return weighed<Scalar>(policy, rating - offset - item_baseline) * explicit_scale;
  }
};

/// The weights of a profile by itself.
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] ProfileWeights<Scalar, Feedback> profile_weights(const Parameters<Scalar>& parameters,
                                                               const Feedback& feedback, ProfileView<Scalar> profile,
                                                               double user_shrinkage) {
  Scalar offset = parameters.mean;
  if constexpr (Feedback::has_biases) {
    offset += user_offset(profile, parameters.mean, parameters.item_baseline, user_shrinkage);
  }
  return {feedback, profile, offset};
}

/// p_u, written over `stride` numbers at `factors`. O(n·k).
template <std::floating_point Scalar, FeedbackPolicy Feedback>
void user_factors(const Parameters<Scalar>& parameters, const Feedback& feedback, ProfileView<Scalar> profile,
                  double user_shrinkage, Scalar* factors) {
  const Size stride = parameters.q.stride();
  const auto row = [stride](const FactorMatrix<Scalar>& matrix, Index j) {
    return ConstRow<Scalar, Eigen::Dynamic>(matrix.data(j), stride);
  };
  Row<Scalar, Eigen::Dynamic> p(factors, stride);
  p.setZero();
  if (profile.implicit_size() == 0) return;
  const auto weights = profile_weights(parameters, feedback, profile, user_shrinkage);
  const Scalar d = weights.implicit_weight;
  for (std::size_t t = 0; t < profile.items.size(); ++t) {
    const Index j = profile.items[t];
    if constexpr (Feedback::has_explicit) {
      const Scalar c = weights.explicit_weight(profile.ratings[t], parameters.item_baseline[j]);
      if constexpr (Feedback::has_implicit) {
        p += c * row(parameters.x, j) + d * row(parameters.y, j);  // at once: p goes through memory each time
      } else {
        p += c * row(parameters.x, j);
      }
    } else {
      p += d * row(parameters.y, j);
    }
  }
  if constexpr (Feedback::has_implicit) {
    for (const Index j : profile.unrated) p += d * row(parameters.y, j);
  }
}

/// p_u of every user, users × k. O(ratings · k); the same for any number of threads.
template <std::floating_point Scalar, FeedbackPolicy Feedback>
[[nodiscard]] FactorMatrix<Scalar> factors_of_users(const Parameters<Scalar>& parameters, const Feedback& feedback,
                                                    const SparseMatrixView<Scalar>& ratings, double user_shrinkage,
                                                    int threads) {
  FactorMatrix<Scalar> factors(ratings.rows(), parameters.factors());
  run_ranges(ratings.rows(), 1024, threads, [&](Size first, Size end) {
    for (Size user = first; user < end; ++user) {
      user_factors(parameters, feedback, ratings.row(user), user_shrinkage, factors.data(user));
    }
  });
  return factors;
}

/// a·b over padded rows, the same bits wherever it is inlined: added up in one order, and multiplied and added as Eigen
/// does it, in one rounding where the processor can. Of `sum += a * b` a compiler decides that anew in each place.
template <std::floating_point Scalar>
[[nodiscard]] Scalar dot(const Scalar* a, const Scalar* b, Size stride) noexcept {
  using Pack = typename Eigen::internal::packet_traits<Scalar>::type;
  constexpr int size = Eigen::internal::packet_traits<Scalar>::size;
  auto sum = Eigen::internal::pset1<Pack>(Scalar(0));
  for (Size i = 0; i < stride; i += size) {
    sum = Eigen::internal::pmadd(Eigen::internal::pload<Pack>(a + i), Eigen::internal::pload<Pack>(b + i), sum);
  }
  return Eigen::internal::predux(sum);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// A visit to one user: what the loops of the user pass are given, and the function that they are called by.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

#include <asysvd/factor_matrix.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/train/detail/rates.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// What loops are made for: all that they know of policies, sampler and options.
struct PassKind {
  bool x = true;              ///< p_u has terms c_j x_j
  bool y = true;              ///< p_u has terms d y_j
  bool biases = true;         ///< scores have b_u and b_i
  bool leave_one_out = true;  ///< the target's own term is not in p_u
  int tracks = 1;             ///< 2 if x and y decay at different rates
};

/// What visits write to.
template <std::floating_point Scalar>
struct VisitMemory {
  /// For profiles of up to `longest` ratings and rows of `factors` numbers.
  VisitMemory(const PassKind& kind, Size longest, Size factors)
      : weights(static_cast<std::size_t>(longest)),
        left(weights.size()),
        terms(kind.leave_one_out ? longest * kind.tracks : 0, factors),
        places(2 * kind.tracks + 1, factors) {}

  std::vector<Scalar> weights;              ///< c_j, by position
  std::vector<std::array<Scalar, 2>> left;  ///< the decay of x and y after a sample, by its position
  FactorMatrix<Scalar> terms;               ///< before a sample its own terms, one per track; after it its own step
  FactorMatrix<Scalar> places;              ///< of rows at hand that are too wide for registers
};

/// A visit to one user, whose ratings are not none.
template <std::floating_point Scalar>
struct Visit {
  Parameters<Scalar>& parameters;
  VisitMemory<Scalar>& memory;  ///< its weights, and if rows decay its `left`, are those of the profile
  const Rates<Scalar>& rates;
  ProfileView<Scalar> profile;
  std::span<const Index> samples;  ///< positions in the profile
  const Scalar* sample_weights;    ///< by position; null if all count the same
  Scalar implicit_weight;          ///< d
  Index user;
};

/// Learns from the samples of a visit. Returns the sum of the squared errors that were met.
template <std::floating_point Scalar>
using LearnVisit = double (*)(const Visit<Scalar>&);

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// What is learned from, by which options, and what learns.
#pragma once

#include <concepts>
#include <span>
#include <vector>

#include <asysvd/sparse_matrix_view.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// What every way of running an epoch needs besides policies; all of it is borrowed.
template <std::floating_point Scalar>
struct Training {
  Parameters<Scalar>& parameters;
  const SparseMatrixView<Scalar>& ratings;
  std::span<const Scalar> weights;           ///< of the ratings; empty if they all count the same
  const std::vector<bool>& learned_from;     ///< by user; empty if all are
  const std::vector<Scalar>& user_baseline;  ///< b̃_u
  const Options& options;
  Scalar unit = 1;  ///< that the ratings are divided by
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

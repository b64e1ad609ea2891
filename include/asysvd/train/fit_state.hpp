// SPDX-License-Identifier: MIT
/// \file
/// A fit between two epochs.
#pragma once

#include <concepts>
#include <optional>

#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/report.hpp>

namespace asysvd {
inline namespace v0_1 {

/// All that a fit has come to: what it takes to go on as if it had never been interrupted. See
/// `FitOptions::checkpoint`.
template <std::floating_point Scalar>
struct FitState {
  Ensemble<Scalar> ensemble;       ///< where descent stands
  Ensemble<Scalar> best;           ///< where it stood when it was best
  FitReport report;                ///< of the epochs so far
  std::optional<FitReport> first;  ///< of the run that found the number of epochs, in a run on everything after it
};

}  // namespace v0_1
}  // namespace asysvd

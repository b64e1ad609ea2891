// SPDX-License-Identifier: MIT
/// \file
/// How a fit went, epoch by epoch, as it is drawn.
#pragma once

#include <asysvd/train/report.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace cli {

using Pairs = std::vector<std::array<double, 2>>;

struct LearningCurves {
  Pairs training;               ///< epoch and RMSE
  Pairs refit;                  ///< the same of a second run on everything, if there was one
  Pairs validation;             ///< epoch and what was measured, if anything was
  std::string metric = "rmse";  ///< that validation was by
  std::optional<double> best_epoch;
};

/// Out of what `train --json` wrote. Throws `std::runtime_error` if the file holds no history.
[[nodiscard]] LearningCurves curves_of_result(const std::string& path);
/// Of a report, which does not know the name of a metric. Numbers that are not finite are left out.
[[nodiscard]] LearningCurves curves_of(const asysvd::FitReport& report);

}  // namespace cli

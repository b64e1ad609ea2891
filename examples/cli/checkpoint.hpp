// SPDX-License-Identifier: MIT
/// \file
/// `--checkpoint FILE`: a fit that goes on where it was interrupted.
#pragma once

#include <asysvd/train/fit_state.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>

#include "any_model.hpp"

namespace cli {

class CheckpointOption {
 public:
  void add_to(CLI::App& command);

  /// Lets a fit with these options keep its state in the file, and go on from what is there. It is known again by
  /// `about`. Throws `asysvd::FileError` if the file holds something else.
  void apply_to(asysvd::FitOptions<Scalar>& options, const nlohmann::ordered_json& about);
  [[nodiscard]] bool exists() const;
  /// The fit has come to its end: there is nothing to go on from any more.
  void remove() const;

 private:
  std::string path_;
  std::optional<asysvd::FitState<Scalar>> from_;
};

}  // namespace cli

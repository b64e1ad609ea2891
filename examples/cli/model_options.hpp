// SPDX-License-Identifier: MIT
/// \file
/// What a model is made of, as options of the commands that fit one.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>

#include "any_model.hpp"

namespace cli {

class ModelOptions {
 public:
  void add_to(CLI::App& command);

  /// Throws `std::invalid_argument` for the first option that is out of its range.
  void check();
  /// An unfitted model for these ratings, whose range gives the unit unless that was told.
  [[nodiscard]] std::unique_ptr<AnyModel> make(const Matrix& ratings);
  [[nodiscard]] std::uint64_t seed() const noexcept { return options_.seed; }
  [[nodiscard]] nlohmann::ordered_json json(const asysvd::Options& in_force) const;

 private:
  asysvd::Options options_;
  double decay_ = 0.97;
  std::optional<double> rating_unit_;
  FeedbackKind feedback_ = FeedbackKind::full;
  SamplerKind sampler_ = SamplerKind::by_user;
};

}  // namespace cli

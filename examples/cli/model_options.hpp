// SPDX-License-Identifier: MIT
/// \file
/// What a model is made of, as options of the commands that fit one.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "any_model.hpp"

namespace cli {

class ModelOptions {
 public:
  void add_to(CLI::App& command);

  /// An unfitted model. Throws `std::invalid_argument` for the first option that is out of its range.
  [[nodiscard]] std::unique_ptr<AnyModel> make();
  /// The same with other options.
  [[nodiscard]] std::unique_ptr<AnyModel> make(const asysvd::Options& options) const;
  /// The model in a file and its ids, to go on with for `epochs()` more. From then on its options are those in force.
  /// Throws `std::invalid_argument` if one was given that the model has settled, or --epochs was not.
  [[nodiscard]] LoadedModel load(const std::string& path);
  [[nodiscard]] int epochs() const noexcept { return options_.epochs; }
  /// The number of factors, if it was given.
  [[nodiscard]] std::optional<int> factors() const {
    return factors_->count() > 0 ? std::optional(options_.factors) : std::nullopt;
  }
  [[nodiscard]] std::uint64_t seed() const noexcept { return options_.seed; }
  /// As they would be given on the command line, to the last digit.
  [[nodiscard]] std::string flags(const asysvd::Options& in_force) const;
  [[nodiscard]] nlohmann::ordered_json json(const asysvd::Options& in_force) const;

 private:
  asysvd::Options options_;
  std::vector<CLI::Option*> flags_;
  CLI::Option* factors_ = nullptr;
  double decay_ = 1;
  FeedbackKind feedback_ = FeedbackKind::full;
  SamplerKind sampler_ = SamplerKind::by_user;
};

}  // namespace cli

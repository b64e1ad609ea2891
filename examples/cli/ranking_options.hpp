// SPDX-License-Identifier: MIT
/// \file
/// What a training for ranking is told, as options of the command line.
#pragma once

#include <asysvd/evaluate/ranking_choice.hpp>
#include <asysvd/feedback.hpp>
#include <asysvd/train/closed_form.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "any_model.hpp"

namespace cli {

class RankingFlags {
 public:
  void add_to(CLI::App& command);

  /// The first of these flags that was given, or nothing.
  [[nodiscard]] std::string given() const;
  /// Whether the ridge and the popularity exponent are left to be chosen.
  [[nodiscard]] bool to_be_chosen() const { return ridge_->count() == 0 && popularity_exponent_->count() == 0; }
  [[nodiscard]] const asysvd::RankingOptions& options() const { return options_; }
  [[nodiscard]] asysvd::InteractionFeedback feedback() const;

 private:
  asysvd::RankingOptions options_;
  std::optional<double> threshold_;
  bool weighted_ = false;
  std::vector<CLI::Option*> flags_;
  CLI::Option* ridge_ = nullptr;
  CLI::Option* popularity_exponent_ = nullptr;
};

/// A model trained for ranking.
[[nodiscard]] std::unique_ptr<AnyModel> make_ranking_model(const Matrix& ratings, const asysvd::RankingOptions& options,
                                                           const asysvd::InteractionFeedback& feedback);
[[nodiscard]] LoadedModel load_ranking_model(const std::filesystem::path& path);
[[nodiscard]] asysvd::RankingChoice choose_options(const Matrix& ratings, const asysvd::RankingOptions& start,
                                                   const asysvd::InteractionFeedback& feedback, std::uint64_t seed,
                                                   const std::function<void(const asysvd::RankingChoice&)>& observer);

[[nodiscard]] nlohmann::ordered_json to_json(const asysvd::RankingOptions& options,
                                             const asysvd::InteractionFeedback& feedback);

}  // namespace cli

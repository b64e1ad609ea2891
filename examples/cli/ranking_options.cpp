// SPDX-License-Identifier: MIT
#include "ranking_options.hpp"

#include "choice.hpp"

namespace cli {

void RankingFlags::add_to(CLI::App& command) {
  // A heading of the help, and no option group: to CLI11 one is a command without a name, which an empty word calls.
  const auto keep = [&](CLI::Option* option) {
    flags_.push_back(option->group("For --objective ranking"));
    return option;
  };
  const auto add = [&](const char* flag, auto& value, const char* what) {
    return keep(command.add_option(flag, value, what)->capture_default_str());
  };
  add("--dropout", options_.dropout, "Share of a profile to be guessed from the rest");
  ridge_ = add("--ridge", options_.ridge,
               "Ridge of each item; without it and --popularity-exponent, both are chosen on held-out ratings");
  add("--user-exponent", options_.user_exponent, "More than 0 lets active users count less");
  popularity_exponent_ =
      add("--popularity-exponent", options_.popularity_exponent, "More than 0 looks after rare items");
  auto* const threshold =
      keep(command.add_option("--threshold", threshold_, "Let ratings count from here on, and others not"));
  keep(command.add_flag("--weighted", weighted_, "Let ratings count by what they are, and not the same"))
      ->excludes(threshold);
}

std::string RankingFlags::given() const {
  for (const auto* flag : flags_) {
    if (flag->count() > 0) return flag->get_name();
  }
  return "";
}

asysvd::InteractionFeedback RankingFlags::feedback() const {
  if (weighted_) return asysvd::InteractionFeedback::weighted();
  return threshold_ ? asysvd::InteractionFeedback::at_least(*threshold_) : asysvd::InteractionFeedback::binary();
}

nlohmann::ordered_json to_json(const asysvd::RankingOptions& options, const asysvd::InteractionFeedback& feedback) {
  return {{"factors", options.factors},
          {"dropout", options.dropout},
          {"ridge", options.ridge},
          {"user_exponent", options.user_exponent},
          {"popularity_exponent", options.popularity_exponent},
          {"leave_one_out", options.leave_one_out},
          {"standardize", options.standardize},
          {"feedback", feedback.to_text()}};
}

}  // namespace cli

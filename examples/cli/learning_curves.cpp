// SPDX-License-Identifier: MIT
#include "learning_curves.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace cli {

namespace {

using nlohmann::ordered_json;

/// A member that is a finite number.
std::optional<double> number(const ordered_json& object, const std::string& key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || !found->is_number() || !std::isfinite(found->get<double>())) return {};
  return found->get<double>();
}

Pairs points(const ordered_json& result, const std::string& history, const std::string& key) {
  Pairs all;
  if (!result.is_object() || !result.contains(history)) return all;
  for (const auto& row : result[history]) {
    const auto epoch = number(row, "epoch"), value = number(row, key);
    if (epoch && value) all.push_back({*epoch, *value});
  }
  return all;
}

/// The name of the metric that epochs were chosen by; none if they were not.
std::string validated_by(const ordered_json& result) {
  constexpr std::string_view prefix = "validation_";
  for (const auto& row : result["history"]) {
    if (!row.is_object()) continue;
    for (const auto& [key, value] : row.items()) {
      if (key.starts_with(prefix)) return key.substr(prefix.size());
    }
  }
  return "";
}

}  // namespace

LearningCurves curves_of_result(const std::string& path) {
  std::ifstream file(path);
  const auto result = ordered_json::parse(file, nullptr, false);
  LearningCurves curves;
  curves.training = points(result, "history", "train_rmse");
  if (curves.training.empty()) throw std::runtime_error(path + ": it holds no history, as train --json writes one");
  curves.refit = points(result, "refit_history", "train_rmse");
  curves.metric = validated_by(result);
  curves.validation = points(result, "history", "validation_" + curves.metric);
  curves.best_epoch = number(result, "best_epoch");
  return curves;
}

LearningCurves curves_of(const asysvd::FitReport& report) {
  LearningCurves curves;
  const auto add = [](Pairs& curve, int epoch, double value) {
    if (std::isfinite(value)) curve.push_back({static_cast<double>(epoch), value});
  };
  for (const auto& row : report.epochs) {
    add(curves.training, row.epoch, row.train_rmse);
    if (row.validation) add(curves.validation, row.epoch, *row.validation);
  }
  for (const auto& row : report.refit) add(curves.refit, row.epoch, row.train_rmse);
  if (report.metric_given) curves.metric = "metric";
  curves.best_epoch = report.best_epoch;
  return curves;
}

}  // namespace cli

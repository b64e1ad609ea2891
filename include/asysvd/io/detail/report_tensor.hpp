// SPDX-License-Identifier: MIT
/// \file
/// The report of a fit in safetensors files: a matrix (F64) that has for each epoch a row of its number, η, training
/// RMSE, whether it was validated (0 or 1) and how well, seconds and samples; behind `.refit` another one of the epochs
/// that were run again, if there are any; and the rest of it as JSON in the metadata, by the name of the matrix. Needs
/// nlohmann/json.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <asysvd/data/file_error.hpp>
#include <asysvd/detail/check.hpp>
#include <asysvd/io/detail/options_json.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>
#include <asysvd/train/report.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// A report as matrices, which must stay until they are written, and as text.
class ReportTensor {
 public:
  static constexpr Size columns = 7;

  explicit ReportTensor(const FitReport& report) : epochs_(rows_of(report.epochs)), refit_(rows_of(report.refit)) {
    nlohmann::ordered_json rest{{"stop_reason", to_text(report.stop_reason)},
                                {"rating_unit", report.rating_unit},
                                {"best_epoch", report.best_epoch},
                                {"metric_given", report.metric_given}};
    if (report.divergence) {
      rest["diverged_epoch"] = report.divergence->epoch;
      rest["diverged_learning_rate"] = report.divergence->learning_rate;
    }
    rest_ = rest.dump();
  }

  void add_to(SafetensorsWriter& file, const std::string& name) const {
    const auto add = [&](const std::string& matrix, const Rows& rows) {
      file.add(matrix, rows.empty() ? nullptr : rows.front().data(), static_cast<Size>(rows.size()), columns, columns);
    };
    add(name, epochs_);
    if (!refit_.empty()) add(name + ".refit", refit_);
    file.note(name, rest_);
  }

  /// Throws `FileError` for numbers that no fit reports.
  [[nodiscard]] static FitReport read(const SafetensorsReader& file, const std::string& name) {
    FitReport report;
    report.epochs = read_epochs(file, name);
    if (file.has(name + ".refit")) report.refit = read_epochs(file, name + ".refit");
    try {
      const auto json = nlohmann::json::parse(file.note(name), nullptr, false);
      const auto check = [](bool holds, const char* what, auto value, const char* expected) {
        require(holds, "load", what, value, expected);
      };
      const auto reason = member<std::string>(json, "stop_reason");
      constexpr std::array reasons{StopReason::max_epochs, StopReason::early_stopped, StopReason::diverged,
                                   StopReason::cancelled};
      const auto found = std::ranges::find(reasons, reason, [](StopReason r) { return std::string(to_text(r)); });
      if (found == reasons.end()) file.fail("a stop reason", visible(reason));
      report.stop_reason = *found;
      report.rating_unit = member<double>(json, "rating_unit");
      check(is_finite(report.rating_unit) && report.rating_unit > 0, "rating_unit", report.rating_unit,
            "a finite number greater than 0");
      report.best_epoch = member<int>(json, "best_epoch");
      if (json.contains("metric_given")) report.metric_given = member<bool>(json, "metric_given");
      if (report.stop_reason == StopReason::diverged) {
        report.divergence = {member<int>(json, "diverged_epoch"), member<double>(json, "diverged_learning_rate")};
      }
    } catch (const std::invalid_argument& error) {
      file.fail("the report of a fit in \"" + name + '"', error.what());
    }
    return report;
  }

 private:
  using Rows = std::vector<std::array<double, columns>>;

  [[nodiscard]] static Rows rows_of(const std::vector<EpochReport>& epochs) {
    Rows rows;
    for (const EpochReport& row : epochs) {
      rows.push_back({static_cast<double>(row.epoch), row.learning_rate, row.train_rmse, row.validation ? 1.0 : 0.0,
                      row.validation.value_or(0), row.seconds, static_cast<double>(row.samples)});
    }
    return rows;
  }

  [[nodiscard]] static std::vector<EpochReport> read_epochs(const SafetensorsReader& file, const std::string& name) {
    const auto& shape = file.shape(name, 2);
    if (shape[1] != columns) file.fail(to_text(columns) + " columns in \"" + name + '"', to_text(shape[1]));
    Rows rows(static_cast<std::size_t>(shape[0]));
    file.read(name, rows.empty() ? nullptr : rows.front().data(), shape[0], columns, columns);
    std::vector<EpochReport> epochs;
    for (const auto& row : rows) {
      const auto check = [&](bool holds, const char* expected, double found) {
        if (!holds) file.fail(expected + (" in \"" + name + '"'), to_text(found));
      };
      const auto whole = [&](double number, double least, double most) {
        check(number >= least && number <= most && number == std::floor(number), "whole numbers in their range",
              number);
        return number;
      };
      const auto epoch = static_cast<int>(whole(row[0], 1, std::numeric_limits<int>::max()));
      check(epochs.empty() || epoch - 1 == epochs.back().epoch, "epochs that follow each other", row[0]);
      for (const double number : {row[1], row[2], row[5]}) {
        check(number >= 0, "rates, errors and seconds of at least 0", number);
      }
      epochs.push_back({epoch, row[1], row[2], whole(row[3], 0, 1) == 1 ? std::optional(row[4]) : std::nullopt, row[5],
                        static_cast<Size>(whole(row[6], 0, 1e15))});
    }
    return epochs;
  }

  Rows epochs_;
  Rows refit_;
  std::string rest_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

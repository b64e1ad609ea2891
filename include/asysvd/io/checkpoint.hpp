// SPDX-License-Identifier: MIT
/// \file
/// Fits that can be interrupted: their states in files, in the safetensors format. Needs nlohmann/json.
///
///     fit_options.checkpoint = [](const auto& state) { save_checkpoint(state, "fit.checkpoint"); };
///
/// and, after an interruption, the same fit once more with
///
///     const auto state = load_checkpoint<float>("fit.checkpoint");
///     fit_options.from = &state;
///
/// The tensors are those of detail/factor_tensors.hpp, and once more behind `best.` unless the best state is the
/// current one; `report`, for each epoch a row of its number, η, training RMSE, whether it was validated (0 or 1) and
/// how well, seconds and samples; and `first.report`, where there was a run before.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <asysvd/data/file_error.hpp>
#include <asysvd/io/detail/factor_tensors.hpp>
#include <asysvd/io/detail/options_json.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>
#include <asysvd/train/fit_state.hpp>

namespace asysvd {

namespace detail {

inline constexpr const char* checkpoint_format = "asysvd checkpoint";
inline constexpr const char* checkpoint_format_version = "1";

/// A report as a matrix, which must stay until it is written, and as text.
class ReportTensor {
 public:
  static constexpr Size columns = 7;

  explicit ReportTensor(const FitReport& report) {
    for (const EpochReport& row : report.epochs) {
      rows_.push_back({static_cast<double>(row.epoch), row.learning_rate, row.train_rmse, row.validation ? 1.0 : 0.0,
                       row.validation.value_or(0), row.seconds, static_cast<double>(row.samples)});
    }
    nlohmann::ordered_json rest{{"stop_reason", to_text(report.stop_reason)},
                                {"rating_unit", report.rating_unit},
                                {"best_epoch", report.best_epoch}};
    if (report.divergence) {
      rest["diverged_epoch"] = report.divergence->epoch;
      rest["diverged_learning_rate"] = report.divergence->learning_rate;
    }
    rest_ = rest.dump();
  }

  void add_to(SafetensorsWriter& file, const std::string& name) const {
    file.add(name, rows_.empty() ? nullptr : rows_.front().data(), static_cast<Size>(rows_.size()), columns, columns);
    file.note(name, rest_);
  }

  [[nodiscard]] static FitReport read(const SafetensorsReader& file, const std::string& name) {
    FitReport report;
    const auto& shape = file.shape(name, 2);
    if (shape[1] != columns) file.fail(to_text(columns) + " columns in \"" + name + '"', to_text(shape[1]));
    std::vector<std::array<double, columns>> rows(static_cast<std::size_t>(shape[0]));
    file.read(name, rows.empty() ? nullptr : rows.front().data(), shape[0], columns, columns);
    for (const auto& row : rows) {
      const auto whole = [&](double number, double most) {
        if (!(number >= 0 && number <= most && number == std::floor(number))) {
          file.fail("whole numbers in \"" + name + '"', to_text(number));
        }
        return number;
      };
      report.epochs.push_back({static_cast<int>(whole(row[0], std::numeric_limits<int>::max())), row[1], row[2],
                               whole(row[3], 1) == 1 ? std::optional(row[4]) : std::nullopt, row[5],
                               static_cast<Size>(whole(row[6], 1e15))});
    }
    const auto json = nlohmann::json::parse(file.note(name), nullptr, false);
    const auto reason = member<std::string>(json, "stop_reason");
    constexpr std::array reasons{StopReason::max_epochs, StopReason::early_stopped, StopReason::diverged,
                                 StopReason::cancelled};
    const auto found = std::ranges::find(reasons, reason, [](StopReason r) { return std::string(to_text(r)); });
    if (found == reasons.end()) file.fail("a stop reason", visible(reason));
    report.stop_reason = *found;
    report.rating_unit = member<double>(json, "rating_unit");
    report.best_epoch = member<int>(json, "best_epoch");
    if (json.contains("diverged_epoch")) {
      report.divergence = {member<int>(json, "diverged_epoch"), member<double>(json, "diverged_learning_rate")};
    }
    return report;
  }

 private:
  std::vector<std::array<double, columns>> rows_;
  std::string rest_;
};

}  // namespace detail

/// Writes the state of a fit, so that the file is the old one or the new one, never part of one. Copies nothing of the
/// state. `about` is any text by which the fit is to be known again. Throws `FileError` if it can't be written.
template <std::floating_point Scalar>
void save_checkpoint(const FitState<Scalar>& state, const std::filesystem::path& path, const std::string& about = "") {
  detail::SafetensorsWriter file(detail::checkpoint_format, detail::checkpoint_format_version);
  file.note("about", about);
  detail::add_ensemble(file, "", state.ensemble);
  if (state.best.epoch != state.ensemble.epoch) detail::add_ensemble(file, "best.", state.best);
  const detail::ReportTensor report(state.report);
  report.add_to(file, "report");
  std::optional<detail::ReportTensor> first;
  if (state.first) first.emplace(*state.first).add_to(file, "first.report");
  file.write(path);
}

/// Reads the state of a fit. Throws `FileError` if the file is not one whole and unaltered, or is about something else;
/// nothing that it claims is believed before it was checked, but whether it fits a fit is for that to find out.
template <std::floating_point Scalar>
[[nodiscard]] FitState<Scalar> load_checkpoint(const std::filesystem::path& path, const std::string& about = "") {
  const detail::SafetensorsReader file(path, detail::checkpoint_format, detail::checkpoint_format_version);
  if (file.note("about") != about) file.fail("the state of this fit", "that of another one");
  try {
    FitState<Scalar> state;
    state.ensemble = detail::read_ensemble<Scalar>(file, "");
    state.best = file.has("best.unit") ? detail::read_ensemble<Scalar>(file, "best.") : state.ensemble;
    state.report = detail::ReportTensor::read(file, "report");
    if (file.has("first.report")) state.first = detail::ReportTensor::read(file, "first.report");
    return state;
  } catch (const std::invalid_argument& error) {
    file.fail("the report of a fit", error.what());
  }
}

}  // namespace asysvd

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
/// current one; `report`, as detail/report_tensor.hpp lays it out; and `first.report`, where there was a run before.
#pragma once

#include <concepts>
#include <filesystem>
#include <optional>
#include <string>

#include <asysvd/data/file_error.hpp>
#include <asysvd/io/detail/factor_tensors.hpp>
#include <asysvd/io/detail/report_tensor.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>
#include <asysvd/train/fit_state.hpp>

namespace asysvd {
inline namespace v0_1 {

namespace detail {

inline constexpr const char* checkpoint_format = "asysvd checkpoint";
inline constexpr const char* checkpoint_format_version = "1";

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
  FitState<Scalar> state;
  state.ensemble = detail::read_ensemble<Scalar>(file, "");
  state.best = file.has("best.unit") ? detail::read_ensemble<Scalar>(file, "best.") : state.ensemble;
  state.report = detail::ReportTensor::read(file, "report");
  if (file.has("first.report")) state.first = detail::ReportTensor::read(file, "first.report");
  return state;
}

}  // namespace v0_1
}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// Models in files, in the safetensors format, which other languages read with libraries of their own. Needs
/// nlohmann/json.
///
/// The tensors are `q`, `x` and `y` (items × k, without padding), `item_bias`, `user_bias` and `item_baseline`, in the
/// scalar type of the model; `constants` (μ, least and greatest rating); and the ids, if they were given, as
/// detail/id_tensors.hpp lays them out; `report`, of the last fit, see detail/report_tensor.hpp, in which all seconds are
/// 0, so that the same fit gives the same file; and on request where descent stands, see detail/factor_tensors.hpp. The
/// metadata holds the versions of the format and the library, the parts of the feedback policy, a `NamedFeedback` as
/// text, the options as JSON, the epochs that were learned, and a checksum of all of it, which
/// detail/safetensors_file.hpp defines. Not in the file are the sampler and what a feedback policy of your own
/// computes: these belong to the type.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <asysvd/data/id_map.hpp>
#include <asysvd/io/detail/factor_tensors.hpp>
#include <asysvd/io/detail/id_tensors.hpp>
#include <asysvd/io/detail/options_json.hpp>
#include <asysvd/io/detail/report_tensor.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>
#include <asysvd/model.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Which parts the model in a file has, and so which feedback policy it can be loaded with.
struct ModelParts {
  bool has_biases = false;    ///< μ, b_u and b_i
  bool has_explicit = false;  ///< x
  bool has_implicit = false;  ///< y
  bool has_weight = false;    ///< as a `WeighingFeedback` has

  /// Whether all parts are the same.
  friend bool operator==(const ModelParts&, const ModelParts&) = default;
};

/// A model and the ids of its users and items; both maps are empty if it was saved without.
template <class Model>
struct ModelWithIds {
  Model model;  ///< without the ratings of its users
  IdMap users;  ///< of the training matrix
  IdMap items;  ///< of the training matrix
};

/// What goes into a file beside the model.
struct SaveOptions {
  /// Also where descent stands, so that `AsySVD::resume` goes on from the file to the same bits as from the model. Up
  /// to three times the bytes. Whoever serves has no use for it.
  bool resumable = false;
};

/// A feedback policy that has a form as text, which goes into the file of its model.
template <class Policy>
concept NamedFeedback = FeedbackPolicy<Policy> && requires(const Policy& policy, std::string_view text) {
  { policy.to_text() } -> std::convertible_to<std::string>;
  { Policy::from_text(text) } -> std::same_as<Policy>;
};

namespace detail {

inline constexpr const char* model_format = "asysvd model";
inline constexpr const char* model_format_version = "1";

template <class Model>
struct PartsOf;
template <class Scalar, class Sampler, class Feedback, int Factors, class Step>
struct PartsOf<AsySVD<Scalar, Sampler, Feedback, Factors, Step>> {
  static constexpr ModelParts value{Feedback::has_biases, Feedback::has_explicit, Feedback::has_implicit,
                                    WeighingFeedback<Feedback>};
  using FeedbackType = Feedback;
};

[[nodiscard]] inline std::string to_text(const ModelParts& parts) {
  std::string text;
  const auto add = [&](bool has, const char* name) {
    if (has) text.append(text.empty() ? "" : " ").append(name);
  };
  add(parts.has_biases, "biases");
  add(parts.has_explicit, "explicit");
  add(parts.has_implicit, "implicit");
  add(parts.has_weight, "weight");
  return text;
}

/// What keeps numbers from being a model: null if nothing does.
template <class Scalar>
[[nodiscard]] const char* defect(const Parameters<Scalar>& p) noexcept {
  const auto finite = [](Scalar value) { return is_finite(value); };
  if (!p.all_finite() || !std::ranges::all_of(p.item_baseline, finite) || !finite(p.mean) || !finite(p.min_rating) ||
      !finite(p.max_rating)) {
    return "a number that is not finite";
  }
  return p.min_rating <= p.max_rating ? nullptr : "a least rating above the greatest";
}

[[nodiscard]] inline SafetensorsReader open_model(const std::filesystem::path& path) {
  return SafetensorsReader(path, model_format, model_format_version);
}

[[nodiscard]] inline ModelParts read_parts(const SafetensorsReader& file) {
  const auto& text = file.note("parts");
  for (int bits = 1; bits < 16; ++bits) {
    const ModelParts parts{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    if (to_text(parts) == text) return parts;
  }
  file.fail("the parts of a feedback policy", visible(text));
}

template <class Scalar>
[[nodiscard]] Parameters<Scalar> read_parameters(const SafetensorsReader& file, const ModelParts& parts) {
  auto p = read_learned<Scalar>(file, "", parts.has_explicit, parts.has_implicit);
  p.item_baseline = file.values<Scalar>("item_baseline");
  const auto constants = file.values<Scalar>("constants");
  if (constants.size() != 3) file.fail("three constants", to_text(constants.size()));
  p.mean = constants[0];
  p.min_rating = constants[1];
  p.max_rating = constants[2];
  p.epoch = read_epoch(file, "epoch");
  constexpr auto most = std::numeric_limits<Index>::max();
  if (p.users() > most) file.fail("at most " + to_text(most) + " users", to_text(p.users()));
  if (const auto* const found = defect(p)) file.fail("the numbers of a model", found);
  return p;
}

[[nodiscard]] inline ReportTensor without_seconds(FitReport report) {
  for (auto* const run : {&report.epochs, &report.refit}) {
    for (EpochReport& epoch : *run) epoch.seconds = 0;
  }
  return ReportTensor(report);
}

template <class Model>
void save(const Model& model, const std::filesystem::path& path, const IdTensors* users, const IdTensors* items,
          const SaveOptions& wanted) {
  using Scalar = typename Model::Scalar;
  const auto& p = model.parameters();
  require(model.items() > 0, "save", "number of items", model.items(), "at least 1: fit the model first");
  const auto* const found = defect(p);  // which load would refuse, when what the file held before is gone
  require(found == nullptr, "save", "among the parameters", found == nullptr ? "" : found,
          "finite numbers, the least rating at most the greatest");
  require(!wanted.resumable || !model.ensemble().members.empty(), "save", "resumable", "true",
          "false, for a model that does not know where its descent stands: it was not fitted by descent, or loaded "
          "without");

  SafetensorsWriter file(model_format, model_format_version);
  file.note("parts", to_text(PartsOf<Model>::value));
  file.note("options", options_to_json(model.options()));
  file.note("epoch", detail::to_text(p.epoch));
  if constexpr (NamedFeedback<typename PartsOf<Model>::FeedbackType>) file.note("feedback", model.feedback().to_text());
  add_learned(file, "", p);
  file.add("item_baseline", p.item_baseline);
  const std::vector<Scalar> constants{p.mean, p.min_rating, p.max_rating};
  file.add("constants", constants);
  const auto report = without_seconds(model.report());
  if (!model.report().empty()) report.add_to(file, "report");
  if (wanted.resumable) add_ensemble(file, "", model.ensemble());
  if (users != nullptr) users->add_to(file, "users");
  if (items != nullptr) items->add_to(file, "items");
  file.write(path);
}

}  // namespace detail

/// Writes a fitted model. The file is written beside its place and renamed, so that it is the old one or the new one,
/// never part of one. Copies nothing of the model. Throws `FileError` if it can't be written, `std::invalid_argument`
/// if the model is not fitted, holds a number that is not finite, or does not know what `wanted` asks for.
template <class Model>
void save(const Model& model, const std::filesystem::path& path, const SaveOptions& wanted = {}) {
  detail::save(model, path, nullptr, nullptr, wanted);
}

/// The same with the ids of the users and the items of the training matrix.
template <class Model>
void save(const Model& model, const std::filesystem::path& path, const IdMap& users, const IdMap& items,
          const SaveOptions& wanted = {}) {
  detail::require(users.size() == model.users(), "save", "number of user ids", users.size(), "one for each user");
  detail::require(items.size() == model.items(), "save", "number of item ids", items.size(), "one for each item");
  const detail::IdTensors user_ids(users), item_ids(items);
  detail::save(model, path, &user_ids, &item_ids, wanted);
}

/// Which parts the model in a file has. Throws `FileError` if it holds none.
[[nodiscard]] inline ModelParts model_parts(const std::filesystem::path& path) {
  return detail::read_parts(detail::open_model(path));
}

/// Reads a model with its ids. Its scalar may be another one than that which was saved; its feedback policy must have
/// the same parts. `policies` are the sampler and the feedback policy, as `AsySVD::restore` takes them. Where they are
/// left off, the feedback policy is that of the file if it is a `NamedFeedback`, and otherwise they are the defaults of
/// their types.
/// The model serves profiles at once, and users by index after `set_ratings`.
///
/// Throws `FileError` if the file is not a model whole and unaltered, or one of another kind; nothing that it claims is
/// believed before it was checked.
template <class Model, class... Policies>
[[nodiscard]] ModelWithIds<Model> load_with_ids(const std::filesystem::path& path, Policies... policies) {
  constexpr auto wanted = detail::PartsOf<Model>::value;
  const auto file = detail::open_model(path);
  const auto parts = detail::read_parts(file);
  if (parts != wanted) file.fail("a model with " + detail::to_text(wanted), detail::to_text(parts));
  auto parameters = detail::read_parameters<typename Model::Scalar>(file, parts);
  auto users = detail::read_ids(file, "users", parameters.users());
  auto items = detail::read_ids(file, "items", parameters.items());
  const auto restored = [&](const Options& options) {
    using Feedback = typename detail::PartsOf<Model>::FeedbackType;
    if constexpr (NamedFeedback<Feedback> && sizeof...(Policies) == 0) {
      return Model::restore(options, std::move(parameters), {}, Feedback::from_text(file.note("feedback")));
    } else if constexpr (NamedFeedback<Feedback> && sizeof...(Policies) == 1) {
      return Model::restore(options, std::move(parameters), std::move(policies)...,
                            Feedback::from_text(file.note("feedback")));
    } else {
      return Model::restore(options, std::move(parameters), std::move(policies)...);
    }
  };
  try {
    auto model = restored(detail::options_from_json(file.note("options")));
    if (file.has("report")) model.set_report(detail::ReportTensor::read(file, "report"));
    if (file.has("unit")) model.set_ensemble(detail::read_ensemble<typename Model::Scalar>(file, ""));
    return {std::move(model), std::move(users), std::move(items)};
  } catch (const std::invalid_argument& error) {
    file.fail("options and tensors that fit each other", error.what());
  }
}

/// The same without the ids.
template <class Model, class... Policies>
[[nodiscard]] Model load(const std::filesystem::path& path, Policies... policies) {
  return load_with_ids<Model>(path, std::move(policies)...).model;
}

}  // namespace v0_1
}  // namespace asysvd

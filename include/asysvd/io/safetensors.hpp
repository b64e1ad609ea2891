// SPDX-License-Identifier: MIT
/// \file
/// Models in files, in the safetensors format, which other languages read with libraries of their own. Needs
/// nlohmann/json.
///
/// The tensors are `q`, `x` and `y` (items × k, without padding), `item_bias`, `user_bias` and `item_baseline`, in the
/// scalar type of the model; `constants` (μ, least and greatest rating); and the ids, if they were given: the names one
/// behind the other in `users.names` and `items.names` (U8), and where each begins in `users.offsets` and
/// `items.offsets` (I64, one more than ids). The metadata holds the versions of the format and the library, the parts
/// of the feedback policy, the options as JSON, and a checksum of the tensors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <asysvd/data/id_map.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>
#include <asysvd/model.hpp>

namespace asysvd {

/// Which parts the model in a file has, and so which feedback policy it can be loaded with.
struct ModelParts {
  bool has_biases = false;
  bool has_explicit = false;
  bool has_implicit = false;

  friend bool operator==(const ModelParts&, const ModelParts&) = default;
};

/// A model and the ids of its users and items; both maps are empty if it was saved without.
template <class Model>
struct ModelWithIds {
  Model model;
  IdMap users;
  IdMap items;
};

namespace detail {

inline constexpr const char* model_format = "asysvd model";
inline constexpr const char* model_format_version = "1";

template <class Model>
struct PartsOf;
template <class Scalar, class Sampler, class Feedback, int Factors, class Step>
struct PartsOf<AsySVD<Scalar, Sampler, Feedback, Factors, Step>> {
  static constexpr ModelParts value{Feedback::has_biases, Feedback::has_explicit, Feedback::has_implicit};
};

[[nodiscard]] inline std::string to_text(const ModelParts& parts) {
  std::string text;
  const auto add = [&](bool has, const char* name) {
    if (has) text.append(text.empty() ? "" : " ").append(name);
  };
  add(parts.has_biases, "biases");
  add(parts.has_explicit, "explicit");
  add(parts.has_implicit, "implicit");
  return text;
}

[[nodiscard]] inline std::string options_to_json(const Options& o) {
  return nlohmann::ordered_json{{"epochs", o.epochs},
                                {"learning_rate", o.learning_rate},
                                {"schedule", o.schedule.to_text()},
                                {"lambda_x", o.regularization.x},
                                {"lambda_y", o.regularization.y},
                                {"lambda_q", o.regularization.q},
                                {"lambda_bias", o.regularization.bias},
                                {"shrink_per_sample", o.shrink == Shrink::per_sample},
                                {"leave_one_out", o.leave_one_out},
                                {"initialization", o.initialization.to_text()},
                                {"rating_unit", o.rating_unit},
                                {"user_shrinkage", o.user_shrinkage},
                                {"item_shrinkage", o.item_shrinkage},
                                {"seed", o.seed}}
      .dump();
}

[[nodiscard]] inline Options options_from_json(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  Options o;
  o.epochs = json.at("epochs");
  o.learning_rate = json.at("learning_rate");
  o.schedule = Schedule::from_text(json.at("schedule").get<std::string>());
  o.regularization = {json.at("lambda_x"), json.at("lambda_y"), json.at("lambda_q"), json.at("lambda_bias")};
  o.shrink = json.at("shrink_per_sample").get<bool>() ? Shrink::per_sample : Shrink::per_visit;
  o.leave_one_out = json.at("leave_one_out");
  o.initialization = Initialization::from_text(json.at("initialization").get<std::string>());
  o.rating_unit = json.at("rating_unit");
  o.user_shrinkage = json.at("user_shrinkage");
  o.item_shrinkage = json.at("item_shrinkage");
  o.seed = json.at("seed");
  o.validate();
  return o;
}

template <class Scalar>
void add_factors(SafetensorsWriter& file, const std::string& name, const FactorMatrix<Scalar>& factors) {
  std::vector<Scalar> values;
  for (Size i = 0; i < factors.rows(); ++i) values.insert(values.end(), factors.row(i).begin(), factors.row(i).end());
  file.add(name, {factors.rows(), factors.factors()}, values);
}

template <class Scalar>
[[nodiscard]] FactorMatrix<Scalar> read_factors(const SafetensorsReader& file, const std::string& name) {
  const auto& shape = file.shape(name, 2);
  constexpr auto most = std::numeric_limits<Index>::max();
  if (shape[0] > most || shape[1] < 1 || shape[1] > 65536) file.fail("items × factors in \"" + name + "\"", "more");
  const auto values = file.values<Scalar>(name);
  FactorMatrix<Scalar> factors(shape[0], shape[1]);
  auto value = values.begin();
  for (Size i = 0; i < factors.rows(); ++i) {
    for (Scalar& factor : factors.row(i)) factor = *value++;
  }
  return factors;
}

inline void add_ids(SafetensorsWriter& file, const std::string& name, const IdMap& ids) {
  std::vector<char> names;
  std::vector<std::int64_t> offsets{0};
  for (const auto& id : ids.names()) {
    names.insert(names.end(), id.begin(), id.end());
    offsets.push_back(static_cast<std::int64_t>(names.size()));
  }
  file.add(name + ".names", {static_cast<Size>(names.size())}, names);
  file.add(name + ".offsets", {static_cast<Size>(offsets.size())}, offsets);
}

/// The ids, which are none or `count` different ones.
[[nodiscard]] inline IdMap read_ids(const SafetensorsReader& file, const std::string& name, Size count) {
  IdMap ids;
  if (!file.has(name + ".names")) return ids;
  const auto names = file.values<char>(name + ".names");
  const auto offsets = file.values<std::int64_t>(name + ".offsets");
  const auto bad = [&] { file.fail(to_text(count) + " different ids of " + name, "others"); };
  if (static_cast<Size>(offsets.size()) != count + 1 || offsets.front() != 0) bad();
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    if (offsets[i] > offsets[i + 1] || offsets[i + 1] > static_cast<std::int64_t>(names.size())) bad();
    const std::string_view id(names.data() + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
    if (ids.insert(id) != static_cast<Index>(i)) bad();
  }
  return ids;
}

[[nodiscard]] inline ModelParts read_parts(const SafetensorsReader& file) {
  if (file.note("format") != model_format) file.fail("a model of this library", file.note("format"));
  if (file.note("format_version") != model_format_version) {
    file.fail(std::string("version ") + model_format_version + " of the format", file.note("format_version"));
  }
  const auto& text = file.note("parts");
  for (int bits = 0; bits < 8; ++bits) {
    const ModelParts parts{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    if (to_text(parts) == text) return parts;
  }
  file.fail("the parts of a feedback policy", visible(text));
}

template <class Model>
void save(const Model& model, const std::filesystem::path& path, const IdMap* users, const IdMap* items) {
  using Scalar = typename Model::Scalar;
  const auto& p = model.parameters();
  SafetensorsWriter file;
  file.note("format", model_format);
  file.note("format_version", model_format_version);
  file.note("library_version", std::to_string(ASYSVD_VERSION_MAJOR) + '.' + std::to_string(ASYSVD_VERSION_MINOR) + '.' +
                                   std::to_string(ASYSVD_VERSION_PATCH));
  file.note("parts", to_text(PartsOf<Model>::value));
  file.note("options", options_to_json(model.options()));
  add_factors(file, "q", p.q);
  if (PartsOf<Model>::value.has_explicit) add_factors(file, "x", p.x);
  if (PartsOf<Model>::value.has_implicit) add_factors(file, "y", p.y);
  file.add("item_bias", {p.items()}, p.item_bias);
  file.add("user_bias", {p.users()}, p.user_bias);
  file.add("item_baseline", {p.items()}, p.item_baseline);
  file.add("constants", {3}, std::vector<Scalar>{p.mean, p.min_rating, p.max_rating});
  if (users != nullptr) {
    add_ids(file, "users", *users);
    add_ids(file, "items", *items);
  }
  file.write(path);
}

}  // namespace detail

/// Writes a fitted model. The file is written beside its place and renamed, so that it is the old one or the new one,
/// never part of one. Throws `FileError` if it can't be written, `std::invalid_argument` if the model is not fitted.
template <class Model>
void save(const Model& model, const std::filesystem::path& path) {
  detail::require(model.items() > 0, "save", "number of items", model.items(), "at least 1: fit the model first");
  detail::save(model, path, nullptr, nullptr);
}

/// The same with the ids of the users and the items of the training matrix.
template <class Model>
void save(const Model& model, const std::filesystem::path& path, const IdMap& users, const IdMap& items) {
  detail::require(model.items() > 0, "save", "number of items", model.items(), "at least 1: fit the model first");
  detail::require(users.size() == model.users(), "save", "number of user ids", users.size(), "one for each user");
  detail::require(items.size() == model.items(), "save", "number of item ids", items.size(), "one for each item");
  detail::save(model, path, &users, &items);
}

/// Which parts the model in a file has. Throws `FileError` if it holds none.
[[nodiscard]] inline ModelParts model_parts(const std::filesystem::path& path) {
  return detail::read_parts(detail::SafetensorsReader(path));
}

/// Reads a model with its ids. Its scalar may be another one than that which was saved; its feedback policy must have
/// the same parts. The model serves profiles at once, and users by index after `set_ratings`.
///
/// Throws `FileError` if the file is not a model whole and unaltered, or one of another kind; nothing that it claims is
/// believed before it was checked.
template <class Model>
[[nodiscard]] ModelWithIds<Model> load_with_ids(const std::filesystem::path& path) {
  using Scalar = typename Model::Scalar;
  const detail::SafetensorsReader file(path);
  if (const auto parts = detail::read_parts(file); parts != detail::PartsOf<Model>::value) {
    file.fail("a model with " + detail::to_text(detail::PartsOf<Model>::value), detail::to_text(parts));
  }
  Parameters<Scalar> p;
  p.q = detail::read_factors<Scalar>(file, "q");
  if (detail::PartsOf<Model>::value.has_explicit) p.x = detail::read_factors<Scalar>(file, "x");
  if (detail::PartsOf<Model>::value.has_implicit) p.y = detail::read_factors<Scalar>(file, "y");
  p.item_bias = file.values<Scalar>("item_bias");
  p.user_bias = file.values<Scalar>("user_bias");
  p.item_baseline = file.values<Scalar>("item_baseline");
  const auto constants = file.values<Scalar>("constants");
  const auto finite = [](Scalar value) { return detail::is_finite(value); };
  if (constants.size() != 3 || !std::ranges::all_of(constants, finite) || constants[1] > constants[2]) {
    file.fail("three finite constants: the mean, the least and the greatest rating", "others");
  }
  p.mean = constants[0];
  p.min_rating = constants[1];
  p.max_rating = constants[2];
  if (!p.all_finite() || !std::ranges::all_of(p.item_baseline, finite)) file.fail("finite numbers", "others");

  try {
    const Size users = p.users();
    const Size items = p.items();
    return {Model::restore(detail::options_from_json(file.note("options")), std::move(p)),
            detail::read_ids(file, "users", users), detail::read_ids(file, "items", items)};
  } catch (const std::invalid_argument& error) {
    file.fail("options and tensors that fit each other", error.what());
  } catch (const nlohmann::json::exception& error) {
    file.fail("options in JSON", error.what());
  }
}

/// The same without the ids.
template <class Model>
[[nodiscard]] Model load(const std::filesystem::path& path) {
  return load_with_ids<Model>(path).model;
}

}  // namespace asysvd

// SPDX-License-Identifier: MIT
/// \file
/// Factors in safetensors files, rows without padding; and where descent stands, as the members and the averages of an
/// ensemble: `member0.q`, `average0.q` and so on, with `x`, `y`, `item_bias` and `user_bias` likewise, as they learn from
/// ratings divided by the only number of `unit` (F64).
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <asysvd/factor_matrix.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/options.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd::detail {

template <class Scalar>
void add_factors(SafetensorsWriter& file, const std::string& name, const FactorMatrix<Scalar>& factors) {
  file.add(name, factors.data(0), factors.rows(), factors.factors(), factors.stride());
}

template <class Scalar>
[[nodiscard]] FactorMatrix<Scalar> read_factors(const SafetensorsReader& file, const std::string& name) {
  const auto& shape = file.shape(name, 2);
  constexpr auto most = std::numeric_limits<Index>::max();
  if (shape[0] < 1 || shape[0] > most || shape[1] < 1 || shape[1] > 65536) {
    file.fail("1 to 2147483647 items × 1 to 65536 factors in \"" + name + '"',
              to_text(shape[0]) + " × " + to_text(shape[1]));
  }
  FactorMatrix<Scalar> factors(shape[0], shape[1]);
  for (Size i = 0; i < factors.rows(); ++i) {
    file.read(name, i * shape[1], std::span(factors.data(i), static_cast<std::size_t>(shape[1])));
  }
  return factors;
}

/// What is learned, of a model or of a part of one; `prefix` comes before the names.
template <class Scalar>
void add_learned(SafetensorsWriter& file, const std::string& prefix, const Parameters<Scalar>& p) {
  add_factors(file, prefix + "q", p.q);
  if (p.x.rows() > 0) add_factors(file, prefix + "x", p.x);
  if (p.y.rows() > 0) add_factors(file, prefix + "y", p.y);
  file.add(prefix + "item_bias", p.item_bias);
  file.add(prefix + "user_bias", p.user_bias);
}

template <class Scalar>
[[nodiscard]] Parameters<Scalar> read_learned(const SafetensorsReader& file, const std::string& prefix,
                                              bool has_explicit, bool has_implicit) {
  Parameters<Scalar> p;
  p.q = read_factors<Scalar>(file, prefix + "q");
  if (has_explicit) p.x = read_factors<Scalar>(file, prefix + "x");
  if (has_implicit) p.y = read_factors<Scalar>(file, prefix + "y");
  p.item_bias = file.values<Scalar>(prefix + "item_bias");
  p.user_bias = file.values<Scalar>(prefix + "user_bias");
  return p;
}

/// Everything of an ensemble but its epoch, which is the model's.
template <class Scalar>
void add_ensemble(SafetensorsWriter& file, const Ensemble<Scalar>& ensemble) {
  for (std::size_t m = 0; m < ensemble.members.size(); ++m) {
    add_learned(file, "member" + to_text(m) + '.', ensemble.members[m]);
  }
  for (std::size_t m = 0; m < ensemble.averages.size(); ++m) {
    add_learned(file, "average" + to_text(m) + '.', ensemble.averages[m]);
  }
  file.add("unit", std::span(&ensemble.unit, 1));
}

/// The ensemble that `model`, with `options`, was made of; one without members if the file does not tell.
template <class Scalar>
[[nodiscard]] Ensemble<Scalar> read_ensemble(const SafetensorsReader& file, const Parameters<Scalar>& model,
                                             const Options& options) {
  Ensemble<Scalar> ensemble;
  if (!file.has("unit")) return ensemble;
  const auto part = [&](const char* name, int m) {
    return read_learned<Scalar>(file, name + to_text(m) + '.', model.x.rows() > 0, model.y.rows() > 0);
  };
  for (int m = 0; m < options.member_count(); ++m) {
    ensemble.members.push_back(part("member", m));
    if (options.averaging < 1) ensemble.averages.push_back(part("average", m));
  }
  const auto unit = file.values<double>("unit");
  if (unit.size() != 1) file.fail("one number in \"unit\"", to_text(unit.size()));
  ensemble.unit = unit.front();
  ensemble.epoch = model.epoch;
  return ensemble;
}

}  // namespace asysvd::detail

// SPDX-License-Identifier: MIT
/// \file
/// Factors in safetensors files, rows without padding; and where descent stands, as the members and the averages of an
/// ensemble: `member0.q`, `average0.q` and so on, with `x`, `y`, `item_bias` and `user_bias` likewise, as they learn
/// from ratings divided by the only number of `unit` (F64).
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <asysvd/data/detail/numbers.hpp>
#include <asysvd/data/file_error.hpp>
#include <asysvd/factor_matrix.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>
#include <asysvd/profile.hpp>
#include <asysvd/train/ensemble.hpp>
#include <asysvd/train/parameters.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

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
  file.read(name, factors.data(0), factors.rows(), factors.factors(), factors.stride());
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
[[nodiscard]] Parameters<Scalar> read_learned(const SafetensorsReader& file, const std::string& prefix, bool has_x,
                                              bool has_y) {
  Parameters<Scalar> p;
  p.q = read_factors<Scalar>(file, prefix + "q");
  if (has_x) p.x = read_factors<Scalar>(file, prefix + "x");
  if (has_y) p.y = read_factors<Scalar>(file, prefix + "y");
  p.item_bias = file.values<Scalar>(prefix + "item_bias");
  p.user_bias = file.values<Scalar>(prefix + "user_bias");
  return p;
}

/// How many epochs lie behind something.
[[nodiscard]] inline int read_epoch(const SafetensorsReader& file, const std::string& name) {
  const auto epoch = parse_canonical(file.note(name));
  if (!epoch || !std::in_range<int>(*epoch) || *epoch < 0) {
    file.fail("a number of epochs", visible(file.note(name)));
  }
  return static_cast<int>(*epoch);
}

template <class Scalar>
void add_ensemble(SafetensorsWriter& file, const std::string& prefix, const Ensemble<Scalar>& ensemble) {
  const auto add_parts = [&](const std::string& name, const std::vector<Parameters<Scalar>>& parts) {
    for (std::size_t m = 0; m < parts.size(); ++m) add_learned(file, prefix + name + to_text(m) + '.', parts[m]);
  };
  add_parts("member", ensemble.members);
  add_parts("average", ensemble.averages);
  file.add(prefix + "unit", std::span(&ensemble.unit, 1));
  file.note(prefix + "epoch", to_text(ensemble.epoch));
}

/// The ensemble of `add_ensemble`, which may be of any shape: see `Ensemble::validate`.
template <class Scalar>
[[nodiscard]] Ensemble<Scalar> read_ensemble(const SafetensorsReader& file, const std::string& prefix) {
  Ensemble<Scalar> ensemble;
  const auto unit = file.values<double>(prefix + "unit");
  if (unit.size() != 1) file.fail("one number in \"" + prefix + "unit\"", to_text(unit.size()));
  ensemble.unit = unit.front();
  ensemble.epoch = read_epoch(file, prefix + "epoch");
  const auto read_parts = [&](const std::string& name, std::vector<Parameters<Scalar>>& parts) {
    const auto part = [&] { return prefix + name + to_text(parts.size()) + '.'; };
    while (file.has(part() + 'q')) {
      parts.push_back(read_learned<Scalar>(file, part(), file.has(part() + 'x'), file.has(part() + 'y')));
      parts.back().epoch = ensemble.epoch;
    }
  };
  read_parts("member", ensemble.members);
  read_parts("average", ensemble.averages);
  return ensemble;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

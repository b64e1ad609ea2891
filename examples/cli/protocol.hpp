// SPDX-License-Identifier: MIT
/// \file
/// Which ratings are tested on, of those that are read.
#pragma once

#include <asysvd/data/dataset.hpp>
#include <asysvd/data/split.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <vector>

#include "any_model.hpp"
#include "choice.hpp"

namespace cli {

/// `--holdout SHARE` and `--protocol NAME`.
class ProtocolOptions {
 public:
  struct Parts {
    asysvd::SparseMatrix<Scalar> train;
    std::vector<Scalar> weights;         ///< beside the values of `train`, or none
    asysvd::SparseMatrix<Scalar> known;  ///< by which users are served when they are tested on
    asysvd::SparseMatrix<Scalar> test;
  };

  /// `test` is the option of a file to test on, which these exclude.
  void add_to(CLI::App& command, CLI::Option* test);
  /// Throws if the options do not go together.
  void check() const;
  /// The ratings and, if there are any, the weights beside them in parts. Throws if timestamps are needed and missing.
  [[nodiscard]] Parts part(const asysvd::Dataset<Scalar>& data, const std::vector<Scalar>& weights,
                           std::uint64_t seed) const;
  /// Whether the users that are tested on are not trained on.
  [[nodiscard]] bool strangers() const noexcept { return kind_ == Kind::new_users; }
  [[nodiscard]] nlohmann::ordered_json json() const;

 private:
  enum class Kind { random, leave_one_out, by_time, new_users };
  static inline const Names<Kind> names{{"random", Kind::random},
                                        {"leave-one-out", Kind::leave_one_out},
                                        {"by-time", Kind::by_time},
                                        {"new-users", Kind::new_users}};

  [[nodiscard]] asysvd::Split<Scalar> split(const Matrix& ratings, const asysvd::Dataset<Scalar>& data,
                                            std::uint64_t seed) const;

  Kind kind_ = Kind::random;
  double share_ = 0;
};

}  // namespace cli

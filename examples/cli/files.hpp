// SPDX-License-Identifier: MIT
/// \file
/// The files that a command reads, as options.
#pragma once

#include <asysvd/data/reader.hpp>
#include <asysvd/data/titles.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <span>
#include <string>

#include "any_model.hpp"

namespace cli {

/// `--ratings FILE`, `--format NAME` and `--duplicates`; and `--implicit FILE` for the commands that have a use for it.
class RatingsOption {
 public:
  /// Returns the option of the file, which is required.
  CLI::Option* add_to(CLI::App& command);
  void add_implicit_to(CLI::App& command);
  /// `--threads N`, for the commands that have no other use for it.
  void add_threads_to(CLI::App& command);
  /// How many threads read.
  void read_by(int threads) noexcept { options_.threads = threads; }
  /// Reads the ratings, with the implicit feedback that was given, ids numbered after known ones.
  [[nodiscard]] asysvd::Dataset<Scalar> read(const asysvd::IdMap& users = {}, const asysvd::IdMap& items = {}) const;
  /// Reads another file of the same form, ratings alone.
  [[nodiscard]] asysvd::Dataset<Scalar> read(const std::string& path, const asysvd::IdMap& users = {},
                                             const asysvd::IdMap& items = {}) const;
  /// As they are to be typed to read the same ratings again.
  [[nodiscard]] std::string flags() const;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& implicit_path() const noexcept { return implicit_path_; }

 private:
  std::string path_;
  std::string implicit_path_;
  asysvd::ReadOptions options_;
};

/// `--titles FILE`.
class TitlesOption {
 public:
  void add_to(CLI::App& command);
  void read();
  /// The title of an item, or nothing.
  [[nodiscard]] std::string operator()(const std::string& id) const;
  /// The title, or "item ID".
  [[nodiscard]] std::string name(const std::string& id) const;

 private:
  std::string path_;
  asysvd::Titles titles_;
};

/// By which numbers, or the ratings and the places of a matrix, are known again.
[[nodiscard]] std::uint64_t hash(std::span<const Scalar> values);
[[nodiscard]] std::uint64_t hash(const Matrix& matrix);

/// The most memory that the program has held, in MiB.
[[nodiscard]] double peak_rss_mib();

}  // namespace cli

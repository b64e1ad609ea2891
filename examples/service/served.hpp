// SPDX-License-Identifier: MIT
/// \file
/// What the service answers from: a model, the ids and the titles of its items.
#pragma once

#include <asysvd/io/safetensors.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace service {

using Model = asysvd::AsySVD<float>;  // what `asysvd train --save` writes by default

/// Where that comes from.
struct Files {
  std::filesystem::path model;
  std::filesystem::path titles;  ///< may be empty: then items are called by their ids
};

/// Not changed after it was made: const functions of a model, and of this, may be called from many threads at once.
class Served {
 public:
  /// Reads both files. Throws `asysvd::FileError`, also for a model that was saved without the ids of its items.
  explicit Served(const Files& files);

  [[nodiscard]] const Model& model() const noexcept { return loaded_.model; }
  [[nodiscard]] const asysvd::IdMap& ids() const noexcept { return loaded_.items; }
  /// The title, or "item ID".
  [[nodiscard]] const std::string& title(asysvd::Index item) const { return titles_[static_cast<std::size_t>(item)]; }
  [[nodiscard]] float min_rating() const noexcept { return model().parameters().min_rating; }
  [[nodiscard]] float max_rating() const noexcept { return model().parameters().max_rating; }

  /// At most `count` items whose titles hold every word of the query, A to Z being the same as a to z: first those that
  /// begin with it, then by title. O(items).
  [[nodiscard]] std::vector<asysvd::Index> search(std::string_view query, std::size_t count) const;

 private:
  asysvd::ModelWithIds<Model> loaded_;
  std::vector<std::string> titles_;      // by item
  std::vector<std::string> lowered_;     // the same in small letters
  std::vector<asysvd::Index> by_title_;  // items in the order of `lowered_`
};

}  // namespace service

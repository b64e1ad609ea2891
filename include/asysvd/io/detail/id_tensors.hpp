// SPDX-License-Identifier: MIT
/// \file
/// Ids in safetensors files: the names one behind the other in `users.names` and `items.names` (U8), and where each
/// begins in `users.offsets` and `items.offsets` (I64, one more than ids).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <asysvd/data/id_map.hpp>
#include <asysvd/io/detail/safetensors_file.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Ids as tensors.
struct IdTensors {
  explicit IdTensors(const IdMap& ids) {
    offsets.reserve(static_cast<std::size_t>(ids.size()) + 1);
    for (Index i = 0; i < static_cast<Index>(ids.size()); ++i) {
      const auto id = ids.name(i);
      names.insert(names.end(), id.begin(), id.end());
      offsets.push_back(static_cast<std::int64_t>(names.size()));
    }
  }
  void add_to(SafetensorsWriter& file, const std::string& name) const {
    file.add(name + ".names", names);
    file.add(name + ".offsets", offsets);
  }

  std::vector<char> names;
  std::vector<std::int64_t> offsets{0};
};

/// The ids, which are none or `count` different ones.
[[nodiscard]] inline IdMap read_ids(const SafetensorsReader& file, const std::string& name, Size count) {
  IdMap ids;
  if (!file.has(name + ".names")) return ids;
  std::vector<char> copied_names;
  std::vector<std::int64_t> copied_offsets;
  const auto names = file.view(name + ".names", copied_names);
  const auto offsets = file.view(name + ".offsets", copied_offsets);
  const auto check = [&](bool holds) {
    if (!holds) file.fail(to_text(count) + " different ids of " + name, "others");
  };
  check(static_cast<Size>(offsets.size()) == count + 1 && offsets.front() == 0 &&
        offsets.back() == static_cast<std::int64_t>(names.size()) && std::ranges::is_sorted(offsets));
  ids.reserve(count);
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    const std::string_view id(names.data() + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
    check(ids.insert(id) == static_cast<Index>(i));
  }
  return ids;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

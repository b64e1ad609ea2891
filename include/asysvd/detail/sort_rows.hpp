// SPDX-License-Identifier: MIT
/// \file
/// Brings each of the compressed rows into ascending order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <ranges>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Sorts each row by item; of equal items the last one stays. Row u is at `offsets[u]` to `offsets[u + 1]` of `items` and
/// `values`. O(n) for rows that ascend, O(n log(longest row)) otherwise.
template <class Scalar>
void sort_rows(std::vector<Size>& offsets, std::vector<Index>& items, std::vector<Scalar>& values) {
  std::vector<std::uint64_t> keys;  // the item, then the place in the row
  std::vector<Scalar> before;
  std::size_t kept = 0;
  std::size_t begin = 0;
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    const auto end = static_cast<std::size_t>(offsets[row + 1]);
    const auto first = items.begin() + static_cast<Size>(begin), last = items.begin() + static_cast<Size>(end);
    const auto first_value = values.begin() + static_cast<Size>(begin);
    if (std::adjacent_find(first, last, std::greater_equal<>()) == last) {
      if (kept != begin) {
        std::copy(first, last, items.begin() + static_cast<Size>(kept));
        std::copy(first_value, values.begin() + static_cast<Size>(end), values.begin() + static_cast<Size>(kept));
      }
      kept += end - begin;
    } else {
      require(end - begin <= std::numeric_limits<std::uint32_t>::max(), "SparseMatrix", "number of ratings of a user",
              end - begin, "at most 4294967295");
      keys.clear();
      for (std::size_t p = begin; p < end; ++p)
        keys.push_back(static_cast<std::uint64_t>(items[p]) << 32 | (p - begin));
      std::ranges::sort(keys);
      before.assign(first_value, values.begin() + static_cast<Size>(end));
      for (std::size_t t = 0; t < keys.size(); ++t) {
        if (t + 1 < keys.size() && keys[t] >> 32 == keys[t + 1] >> 32) continue;
        items[kept] = static_cast<Index>(keys[t] >> 32);
        values[kept++] = before[static_cast<std::uint32_t>(keys[t])];
      }
    }
    begin = end;
    offsets[row + 1] = static_cast<Size>(kept);
  }
  items.resize(kept);
  values.resize(kept);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

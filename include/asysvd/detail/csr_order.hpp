// SPDX-License-Identifier: MIT
/// \file
/// Brings (user, item) pairs, in whatever order they come, into that of compressed rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <asysvd/detail/check.hpp>
#include <asysvd/profile.hpp>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Where each entry of the compressed rows comes from. Of several pairs that are the same, the last one stays.
struct CsrOrder {
  std::vector<Size> offsets;          ///< rows + 1 of them
  std::vector<std::uint32_t> source;  ///< position in the input, by position in the compressed rows
  Size duplicates = 0;                ///< pairs that were dropped for a later one
  bool in_place = false;              ///< the input is in that order already
};

/// Finds the order of `count` pairs `(user(s), item(s))`, s from 0. Each user must lie in [0, rows).
/// O(count) for input that is in order already, O(count · log(longest row)) otherwise.
template <class User, class Item>
[[nodiscard]] CsrOrder csr_order(Size rows, Size count, User user, Item item) {
  require(count <= std::numeric_limits<std::uint32_t>::max(), "SparseMatrix", "number of ratings", count,
          "at most 4294967295; a SparseMatrixView of arrays in compressed rows has no such limit");
  CsrOrder order;
  order.offsets.assign(static_cast<std::size_t>(rows) + 1, 0);
  bool sorted = true;
  for (Size s = 0; s < count; ++s) {
    ++order.offsets[static_cast<std::size_t>(user(s)) + 1];
    sorted = sorted && (s == 0 || user(s - 1) < user(s) || (user(s - 1) == user(s) && item(s - 1) < item(s)));
  }
  std::partial_sum(order.offsets.begin(), order.offsets.end(), order.offsets.begin());
  order.source.resize(static_cast<std::size_t>(count));
  if (sorted) {
    order.in_place = true;
    std::iota(order.source.begin(), order.source.end(), 0u);
    return order;
  }

  std::vector<Size> next(order.offsets.begin(), order.offsets.end() - 1);
  for (Size s = 0; s < count; ++s) {
    const Size place = next[static_cast<std::size_t>(user(s))]++;
    order.source[static_cast<std::size_t>(place)] = static_cast<std::uint32_t>(s);
  }

  // Within a row: by item, then by position in the input, as one key; the last of equal items is kept.
  std::vector<std::uint64_t> keys;
  std::size_t kept = 0;
  std::size_t begin = 0;
  for (std::size_t row = 0; row + 1 < order.offsets.size(); ++row) {
    const auto end = static_cast<std::size_t>(order.offsets[row + 1]);
    keys.clear();
    for (std::size_t p = begin; p < end; ++p) {
      const std::uint64_t source = order.source[p];
      keys.push_back(static_cast<std::uint64_t>(item(static_cast<Size>(source))) << 32 | source);
    }
    if (!std::is_sorted(keys.begin(), keys.end())) std::sort(keys.begin(), keys.end());
    for (std::size_t p = 0; p < keys.size(); ++p) {
      if (p + 1 < keys.size() && keys[p] >> 32 == keys[p + 1] >> 32) continue;
      order.source[kept++] = static_cast<std::uint32_t>(keys[p]);
    }
    begin = end;
    order.offsets[row + 1] = static_cast<Size>(kept);
  }
  order.duplicates = count - static_cast<Size>(kept);
  order.source.resize(kept);
  return order;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

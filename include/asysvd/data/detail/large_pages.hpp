// SPDX-License-Identifier: MIT
/// \file
/// Large arrays in large pages.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace asysvd::detail {

/// Makes room for `count` values, and asks the system for large pages behind it. To touch an array the first time costs
/// as much as to parse what goes into it, if it is a page of 4 KiB at a time. A wish: without them all is the same.
template <class Value>
void reserve_large(std::vector<Value>& values, std::size_t count) {
  values.reserve(count);
#ifdef MADV_HUGEPAGE
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto* const bytes = reinterpret_cast<char*>(values.data());
  const auto skipped = (page - reinterpret_cast<std::uintptr_t>(bytes) % page) % page;
  const auto size = values.capacity() * sizeof(Value);
  if (size > skipped + page) ::madvise(bytes + skipped, (size - skipped) / page * page, MADV_HUGEPAGE);
#endif
}

}  // namespace asysvd::detail

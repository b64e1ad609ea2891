// SPDX-License-Identifier: MIT
/// \file
/// Large arrays in large pages: to touch one the first time takes a fault for each page, and to read it in no order an
/// address that the processor has not at hand, both of which 2 MiB at a time cost much less than 4 KiB do.
#pragma once

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace asysvd {
inline namespace v0_1 {
namespace detail {

/// Asks the system for large pages behind memory that has not been touched yet. A wish: without them all is the same.
inline void wish_for_large_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t size) noexcept {
#ifdef MADV_HUGEPAGE
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto skipped = (page - reinterpret_cast<std::uintptr_t>(begin) % page) % page;
  if (size > skipped + page)
    ::madvise(static_cast<char*>(begin) + skipped, (size - skipped) / page * page, MADV_HUGEPAGE);
#endif
}

/// Makes room for `count` values.
template <class Value>
void reserve_large(std::vector<Value>& values, std::size_t count) {
  values.reserve(count);
  wish_for_large_pages(values.data(), values.capacity() * sizeof(Value));
}

/// An allocator of memory that begins where a large page does, if it would fill one.
template <class Value>
struct LargePages {
  using value_type = Value;

  LargePages() = default;
  template <class Other>
  LargePages(const LargePages<Other>&) noexcept {}  // NOLINT(google-explicit-constructor): allocators convert

  /// Throws `std::bad_alloc` if the memory can't be had.
  [[nodiscard]] Value* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(Value)) throw std::bad_array_new_length();
    void* const values = ::operator new(count * sizeof(Value), alignment(count));
    if (alignment(count) == large_page) wish_for_large_pages(values, count * sizeof(Value));
    return static_cast<Value*>(values);
  }
  void deallocate(Value* values, std::size_t count) noexcept { ::operator delete(values, alignment(count)); }

  template <class Other>
  [[nodiscard]] bool operator==(const LargePages<Other>&) const noexcept {
    return true;
  }

 private:
  static constexpr std::align_val_t large_page{std::size_t{1} << 21};

  [[nodiscard]] static std::align_val_t alignment(std::size_t count) noexcept {
    return count * sizeof(Value) >= static_cast<std::size_t>(large_page) ? large_page
                                                                         : std::align_val_t{alignof(Value)};
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

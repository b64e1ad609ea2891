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

/// An allocator that takes what is large from the system and gives it back there, beginning where a large page does if it
/// would fill one. A heap keeps what was freed between things that stay: of the copies that a fit makes of its model,
/// that is as much as the model.
template <class Value>
struct LargePages {
  using value_type = Value;

  LargePages() = default;
  template <class Other>
  LargePages(const LargePages<Other>&) noexcept {}  // NOLINT(google-explicit-constructor): allocators convert

  /// Throws `std::bad_alloc` if the memory can't be had.
  [[nodiscard]] Value* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(Value)) throw std::bad_array_new_length();
#ifdef MAP_ANONYMOUS
    if (is_large(count)) return static_cast<Value*>(map(count * sizeof(Value)));
#endif
    return static_cast<Value*>(::operator new (count * sizeof(Value), std::align_val_t{alignof(Value)}));
  }
  void deallocate(Value* values, std::size_t count) noexcept {
#ifdef MAP_ANONYMOUS
    if (is_large(count)) return static_cast<void>(::munmap(values, count * sizeof(Value)));
#endif
    ::operator delete (values, std::align_val_t{alignof(Value)});
  }

  template <class Other>
  [[nodiscard]] bool operator==(const LargePages<Other>&) const noexcept {
    return true;
  }

 private:
  static constexpr std::size_t large_page = std::size_t{1} << 21;

  [[nodiscard]] static bool is_large(std::size_t count) noexcept {
    return count * sizeof(Value) >= large_page / 2;
  }

#ifdef MAP_ANONYMOUS
  [[nodiscard]] static void* map(std::size_t size) {
    const std::size_t spare = size >= large_page ? large_page : 0;
    void* const mapped = ::mmap(nullptr, size + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    if (spare == 0) return mapped;
    auto* const begin = static_cast<char*>(mapped);
    const std::size_t skipped = (large_page - reinterpret_cast<std::uintptr_t>(begin) % large_page) % large_page;
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t kept = skipped + (size + page - 1) / page * page;
    if (skipped > 0) ::munmap(begin, skipped);
    if (kept < size + spare) ::munmap(begin + kept, size + spare - kept);
    wish_for_large_pages(begin + skipped, size);
    return begin + skipped;
  }
#endif
};

}  // namespace detail
}  // namespace v0_1
}  // namespace asysvd

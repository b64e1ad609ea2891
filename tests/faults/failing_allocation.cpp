// SPDX-License-Identifier: MIT
// The program is linked with --wrap for each of the functions of C, which turns its calls of malloc into __wrap_malloc
// and leaves those of the system's libraries; new is replaced in all of them.
#include "faults/failing_allocation.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* place, std::size_t size);
void* __real_aligned_alloc(std::size_t alignment, std::size_t size);
void __real_free(void* place);
}

namespace {

std::atomic<long> live = 0;
std::atomic<long> left = 0;  // until the one that fails
std::atomic<bool> failing = false, all_after = false;

bool refused() noexcept {
  if (!failing) return false;
  const long now = left.fetch_sub(1);
  return now == 1 || (all_after && now < 1);
}

template <class Allocate>
void* counted(Allocate allocate) noexcept {
  void* const place = refused() ? nullptr : allocate();
  if (place != nullptr) ++live;
  return place;
}

void release(void* place) noexcept {
  if (place != nullptr) --live;
  __real_free(place);
}

void* plain(std::size_t size) noexcept {
  return counted([=] { return __real_malloc(size > 0 ? size : 1); });
}

void* aligned(std::size_t size, std::align_val_t alignment) noexcept {
  const auto unit = static_cast<std::size_t>(alignment);
  return counted([=] { return __real_aligned_alloc(unit, (size + unit - 1) / unit * unit); });
}

void* or_throw(void* place) {
  if (place == nullptr) throw std::bad_alloc();
  return place;
}

}  // namespace

extern "C" {
void* __wrap_malloc(std::size_t size) {
  return plain(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  return counted([=] { return __real_calloc(count, size); });
}
void* __wrap_realloc(void* place, std::size_t size) {
  if (place == nullptr) return plain(size);
  return refused() ? nullptr : __real_realloc(place, size);
}
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
  return counted([=] { return __real_aligned_alloc(alignment, size); });
}
void __wrap_free(void* place) {
  release(place);
}
}

void* operator new(std::size_t size) {
  return or_throw(plain(size));
}
void* operator new[](std::size_t size) {
  return or_throw(plain(size));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return plain(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return plain(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_throw(aligned(size, alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return or_throw(aligned(size, alignment));
}
void operator delete(void* place) noexcept {
  release(place);
}
void operator delete[](void* place) noexcept {
  release(place);
}
void operator delete(void* place, std::size_t) noexcept {
  release(place);
}
void operator delete[](void* place, std::size_t) noexcept {
  release(place);
}
void operator delete(void* place, std::align_val_t) noexcept {
  release(place);
}
void operator delete[](void* place, std::align_val_t) noexcept {
  release(place);
}
void operator delete(void* place, std::size_t, std::align_val_t) noexcept {
  release(place);
}
void operator delete[](void* place, std::size_t, std::align_val_t) noexcept {
  release(place);
}

namespace asysvd::test {

long live_allocations() noexcept {
  return live;
}

FailingAllocation::FailingAllocation(long first, bool all_after_it) noexcept {
  left = first;
  all_after = all_after_it;
  failing = true;
}

FailingAllocation::~FailingAllocation() {
  failing = false;
}

bool FailingAllocation::reached() const noexcept {
  return left < 1;
}

}  // namespace asysvd::test

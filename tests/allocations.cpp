// SPDX-License-Identifier: MIT
// What is borrowed is not copied, and what is served is not allocated for: memory that is asked for is counted.
// Eigen asks for its own elsewhere, and throws here if it does so where it may not.
#define EIGEN_RUNTIME_NO_MALLOC
#define eigen_assert(holds) ((holds) ? void() : throw std::logic_error(#holds))
#include <stdexcept>

#include <asysvd/model.hpp>
#include <asysvd/serve/user_session.hpp>

#include <doctest/doctest.h>

#include <Eigen/SparseCore>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <forward_list>
#include <new>
#include <span>
#include <vector>

#include "random_ratings.hpp"

namespace {

std::atomic<std::size_t> calls = 0, bytes = 0;

void* counted(std::size_t size, std::size_t alignment) {
  ++calls;
  bytes += size;
  const auto rounded = (size + alignment - 1) / alignment * alignment;
  if (void* const memory = std::aligned_alloc(alignment, rounded > 0 ? rounded : alignment)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Not inlined: g++ would take these for mismatched where it inlines one of a pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

using namespace asysvd;

namespace {

struct Asked {
  std::size_t calls, bytes;
};

template <class Work>
Asked asked_by(Work work) {
  const Asked before{calls, bytes};
  work();
  return {calls - before.calls, bytes - before.bytes};
}

/// Neither the library nor Eigen.
template <class Work>
bool nothing_asked_by(Work work) {
  Eigen::internal::set_is_malloc_allowed(false);
  const auto asked = asked_by(work);
  Eigen::internal::set_is_malloc_allowed(true);
  return asked.calls == 0;
}

using Model = AsySVD<float, ByUser, FullFeedback, 8>;
Options options(double rating_unit) {
  return {.epochs = 2, .rating_unit = rating_unit, .averaging = 1};
}

constexpr Index users = 1500, items = 200;
const auto ratings = test::random_ratings<float>(users, items, 600, 1);
const auto bytes_of_values = static_cast<std::size_t>(ratings.nonzeros()) * sizeof(float);

}  // namespace

TEST_CASE("what is asked for is counted, of the library and of Eigen") {
  CHECK(asked_by([] { FactorMatrix<float>(3, 5); }).bytes == 3 * 64);
  std::vector<int> kept;  // or a compiler might leave it out
  CHECK_FALSE(nothing_asked_by([&] { kept.resize(3); }));
  CHECK(kept.size() == 3);
  CHECK_THROWS_AS(nothing_asked_by([] { Eigen::VectorXf(Eigen::VectorXf::Zero(100)); }), std::logic_error);
  Eigen::internal::set_is_malloc_allowed(true);
}

TEST_CASE("a fit to a borrowed matrix copies no rating, in whatever unit") {
  Eigen::SparseMatrix<float, Eigen::RowMajor> eigen(users, items);
  for (Index user = 0; user < users; ++user) {
    for (std::size_t t = 0; t < ratings.row(user).items.size(); ++t) {
      eigen.insert(user, ratings.row(user).items[t]) = ratings.row(user).ratings[t];
    }
  }
  eigen.makeCompressed();
  const std::span offsets(eigen.outerIndexPtr(), users + 1);
  SparseMatrixView<float> of_eigen, of_arrays;
  CHECK(nothing_asked_by([&] { of_eigen = eigen; }));
  CHECK(nothing_asked_by(
      [&] { of_arrays = SparseMatrixView<float>(items, offsets, ratings.items(), ratings.values()); }));

  REQUIRE(bytes_of_values > 600'000);
  for (const auto& view : {of_eigen, of_arrays}) {
    for (const double unit : {1, 2}) {
      Model model(options(unit));
      CHECK(asked_by([&] { model.fit(view); }).bytes < bytes_of_values);
      CHECK(model.ratings().values().data() == view.values().data());
    }
  }
}

TEST_CASE("ratings are sorted into rows where they are, whatever range they are in") {
  std::vector<Rating<float>> triplets;
  for (Index user = 0; user < users; ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = row.items.size(); t-- > 0;) triplets.push_back({user, row.items[t], row.ratings[t]});
  }
  const std::forward_list<Rating<float>> list(triplets.begin(), triplets.end());
  const auto result = 2 * bytes_of_values + (users + 1) * sizeof(Size);
  const auto in_passing = (users + 1) * sizeof(Size) + 3 * 12 * 256;  // of the longest row, as vectors grow
  for (const auto asked : {asked_by([&] { (void)SparseMatrix<float>::from_triplets(users, items, triplets); }),
                           asked_by([&] { (void)SparseMatrix<float>::from_triplets(users, items, list); })}) {
    CHECK(asked.bytes >= result);
    CHECK(asked.bytes < result + in_passing);
  }
}

TEST_CASE("factors go out as maps, and whoever is served by what is known of them costs no memory") {
  Model model(options(1));
  model.fit(ratings);
  UserSession session(model);
  session.set(3, 5.0f);
  std::vector<float> scores(items);
  float sum = 0;
  CHECK(nothing_asked_by([&] {
    const auto q = model.parameters().q.matrix();
    const auto p = model.user_factors().row(7);
    sum += q(3, 2) + p.dot(q.row(3)) + p.squaredNorm();
  }));
  CHECK(model.parameters().q.matrix().data() == model.parameters().q.data(0));
  CHECK(nothing_asked_by([&] { sum += model.predict(7, 3) + model.score(7, 3); }));
  CHECK(nothing_asked_by([&] { sum += session.predict(4) + session.score(4); }));
  CHECK(nothing_asked_by([&] { model.scores(7, scores); }));
  CHECK(nothing_asked_by([&] { session.scores(scores); }));
  CHECK(sum != 0);

  // A list asks for itself, as it grows, and a bit for each item.
  const auto list = asked_by([&] { CHECK(model.recommend(7, {.count = 16, .include_seen = true}).size() == 16); });
  CHECK(list.bytes <= 2 * 16 * sizeof(ScoredItem<float>) + items / 8 + sizeof(std::uint64_t));
}

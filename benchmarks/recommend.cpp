// SPDX-License-Identifier: MIT
// Top 10 for everybody beside the matrix products alone, for somebody new and after an edit of a session beside the
// scores alone, and the edit alone, of short and of long profiles.
#include <asysvd/model.hpp>
#include <asysvd/serve/user_session.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

using namespace asysvd;

constexpr Index users = 69'878, items = 10'681;

AsySVD<float> model_of() {
  Random random(5);
  std::vector<Rating<float>> triplets;
  for (Index user = 0; user < users; ++user) {
    for (int t = 0; t < 30; ++t) {
      triplets.push_back({user, static_cast<Index>(random.below(std::uint32_t{items})), float(1 + random.below(5u))});
    }
  }
  AsySVD<float> model({.factors = 32, .epochs = 1});
  model.fit(SparseMatrix<float>::from_triplets(users, items, triplets));
  return model;
}

const AsySVD<float>& model() {
  static const auto fitted = model_of();
  return fitted;
}

void products_alone(benchmark::State& state) {
  const auto& p = model().user_factors();
  const auto& q = model().parameters().q;
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> scores;
  for (auto unused : state) {
    for (Size first = 0; first < users; first += state.range(0)) {
      const Size rows = std::min<Size>(state.range(0), users - first);
      scores.noalias() = p.matrix().middleRows(first, rows) * q.matrix().transpose();
      benchmark::DoNotOptimize(scores.data());
    }
  }
}
BENCHMARK(products_alone)->Arg(24)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

void recommend_all(benchmark::State& state) {
  for (auto unused : state) {
    Size found = 0;
    model().recommend_all({.count = 10}, [&](Index, const auto& list) { found += static_cast<Size>(list.size()); });
    if (found != Size{10} * users) state.SkipWithError("a list is short");
  }
}
BENCHMARK(recommend_all)->Unit(benchmark::kMillisecond);

Profile<float> ratings_of_one(Size count) {
  Random random(6);
  Profile<float> profile;
  for (Size t = 0; profile.size() < count; ++t) {
    profile.set(static_cast<Index>(random.below(std::uint32_t{items})), float(1 + t % 5));
  }
  return profile;
}

void scores_alone(benchmark::State& state) {
  std::vector<float> scores(static_cast<std::size_t>(items));
  for (auto unused : state) {
    model().scores(Index{7}, scores);
    benchmark::DoNotOptimize(scores.data());
  }
}
BENCHMARK(scores_alone)->Unit(benchmark::kMicrosecond);

void somebody_new(benchmark::State& state) {
  const auto profile = ratings_of_one(50);
  for (auto unused : state) benchmark::DoNotOptimize(model().recommend(profile, {.count = 10}));
}
BENCHMARK(somebody_new)->Unit(benchmark::kMicrosecond);

void an_edit(benchmark::State& state) {
  const auto profile = ratings_of_one(state.range(0));
  const auto rated = profile.view().items;
  UserSession session(model(), profile);
  std::size_t edit = 0;
  for (auto unused : state) {
    session.set(rated[edit % rated.size()], float(1 + edit % 7 % 5));
    ++edit;
  }
  benchmark::DoNotOptimize(session.score(7));
}
BENCHMARK(an_edit)->Arg(50)->Arg(5000);

void an_edit_and_a_list(benchmark::State& state) {
  const auto profile = ratings_of_one(50);
  UserSession session(model(), profile);
  std::size_t edit = 0;
  for (auto unused : state) {
    session.set(profile.view().items[edit % 50], float(1 + edit % 5));
    benchmark::DoNotOptimize(session.recommend({.count = 10}));
    ++edit;
  }
}
BENCHMARK(an_edit_and_a_list)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();

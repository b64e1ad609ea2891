// SPDX-License-Identifier: MIT
// A recommender of given lists, and matrices to judge it with.
#pragma once

#include <asysvd/random.hpp>
#include <asysvd/recommend.hpp>
#include <asysvd/sparse_matrix.hpp>

#include <numeric>
#include <span>
#include <vector>

namespace asysvd::test {

/// Recommends the lists that it is made with.
struct FixedLists {
  using Scalar = double;
  Size catalogue;
  std::vector<std::vector<Index>> lists;  // by user

  [[nodiscard]] Size items() const { return catalogue; }
  [[nodiscard]] std::vector<ScoredItem<double>> recommend(Index user, const RecommendOptions& wanted) const {
    std::vector<ScoredItem<double>> list;
    for (const Index item : lists[static_cast<std::size_t>(user)]) {
      if (static_cast<Size>(list.size()) < wanted.count) list.push_back({item, 0});
    }
    return list;
  }
};

/// Lists of 0 to `longest` different items, low ones more often.
inline FixedLists random_lists(Size users, Index items, std::uint32_t longest, std::uint64_t seed) {
  Random random(seed);
  FixedLists fixed{items, {}};
  for (Size user = 0; user < users; ++user) {
    std::vector<Index> order(static_cast<std::size_t>(items));
    std::iota(order.begin(), order.end(), Index{0});
    if (user % 2 == 0) order.resize(order.size() / 2);
    random.shuffle(std::span(order));
    order.resize(std::min<std::size_t>(random.below(longest + 1), order.size()));
    fixed.lists.push_back(order);
  }
  return fixed;
}

/// Each row's items, all rated 1.
inline SparseMatrix<double> rows_of(Size items, const std::vector<std::vector<Index>>& rows) {
  std::vector<Rating<double>> triplets;
  for (std::size_t user = 0; user < rows.size(); ++user) {
    for (const Index item : rows[user]) triplets.push_back({static_cast<Index>(user), item, 1});
  }
  return SparseMatrix<double>::from_triplets(static_cast<Size>(rows.size()), items, triplets);
}

inline SparseMatrix<double> no_ratings(Size users, Size items) {
  return SparseMatrix<double>::from_triplets(users, items, std::vector<Rating<double>>{});
}

}  // namespace asysvd::test

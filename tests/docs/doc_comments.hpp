// SPDX-License-Identifier: MIT
// What the code in doc comments speaks of, for the program that is made of it.
#pragma once

#include <asysvd/model.hpp>
#include <asysvd/sparse_matrix.hpp>

#include <vector>

namespace doc_comments {

struct Review {
  int reader;
  int book;
  float stars;
};
inline const std::vector<Review> reviews{{0, 0, 5}, {0, 1, 3}, {0, 12, 4}, {1, 1, 2}, {1, 2, 5}, {2, 0, 1}, {2, 12, 4}};
inline constexpr asysvd::Size readers = 3, books = 13;

inline const auto train =
    asysvd::SparseMatrix<float>::from_triplets(readers, books, reviews, &Review::reader, &Review::book, &Review::stars);
inline constexpr asysvd::Index user = 0;
inline const asysvd::AsySVD<float> model = [] {
  asysvd::AsySVD<float> fitted({.factors = 2, .epochs = 2});
  fitted.fit(train);
  return fitted;
}();

}  // namespace doc_comments

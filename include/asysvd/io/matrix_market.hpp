// SPDX-License-Identifier: MIT
/// \file
/// Ratings as Matrix Market files, which most programs that know sparse matrices read.
#pragma once

#include <concepts>
#include <cstddef>
#include <filesystem>

#include <asysvd/detail/check.hpp>
#include <asysvd/io/detail/atomic_file.hpp>
#include <asysvd/sparse_matrix.hpp>

namespace asysvd {
inline namespace v0_1 {

/// Writes ratings as a Matrix Market file, `coordinate real general`: users × items, counted from 1, user by user, each
/// value in the fewest digits that read back as the same number. Ids and N(u) have no place in the format;
/// `read_ratings` takes the counts for ids. The file is written beside its place and renamed. O(ratings), and no memory
/// for them. Throws `FileError` if it can't be written, `std::invalid_argument` as `SparseMatrixView::validate` does.
template <std::floating_point Scalar>
void save_matrix_market(const SparseMatrixView<Scalar>& ratings, const std::filesystem::path& path) {
  ratings.validate();
  detail::AtomicFile file(path);
  const auto line = [&](auto... numbers) {
    const char* separator = "";
    ((file.write(separator), file.write(detail::to_text(numbers)), separator = " "), ...);
    file.write("\n");
  };
  file.write("%%MatrixMarket matrix coordinate real general\n");
  line(ratings.rows(), ratings.cols(), ratings.nonzeros());
  for (Size user = 0; user < ratings.rows(); ++user) {
    const auto row = ratings.row(user);
    for (std::size_t t = 0; t < row.items.size(); ++t) line(user + 1, Size{row.items[t]} + 1, row.ratings[t]);
  }
  file.commit();
}

}  // namespace v0_1
}  // namespace asysvd

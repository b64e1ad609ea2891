// SPDX-License-Identifier: MIT
// Whether a project finds the headers, and those that they need: it learns nothing, so that it soon compiles.
#include <asysvd/sparse_matrix.hpp>
#include <asysvd/version.hpp>

#ifdef WANTS_SAFETENSORS
#include <asysvd/io/ratings.hpp>
#endif

#include <Eigen/SparseCore>
#include <cstdio>

int main() {
  Eigen::SparseMatrix<float, Eigen::RowMajor> matrix(2, 3);
  matrix.insert(1, 2) = 4.5f;
  matrix.makeCompressed();
  const asysvd::SparseMatrixView<float> ratings = matrix;
  std::printf("%d.%d.%d\n", ASYSVD_VERSION_MAJOR, ASYSVD_VERSION_MINOR, ASYSVD_VERSION_PATCH);
  return ratings.row(1).ratings[0] == 4.5f ? 0 : 1;
}

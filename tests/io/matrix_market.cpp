// SPDX-License-Identifier: MIT
#include <asysvd/io/matrix_market.hpp>

#include <asysvd/data/reader.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "temporary_file.hpp"

using namespace asysvd;
using test::TemporaryFile;

TEST_CASE_TEMPLATE("what is written is read back, to the last bit, with empty rows and columns", Scalar, float,
                   double) {
  using Limits = std::numeric_limits<Scalar>;
  const auto ratings = SparseMatrix<Scalar>::from_triplets(
      4, 6,
      std::vector<Rating<Scalar>>{
          {0, 1, Scalar(0.1)}, {0, 4, -3}, {2, 0, Limits::max()}, {2, 1, Limits::denorm_min()}});
  const TemporaryFile file("");
  save_matrix_market(ratings, file.path());
  const auto data = read_ratings<Scalar>(file.path());
  CHECK(data.ratings.rows() == 4);
  CHECK(data.ratings.cols() == 6);
  for (Size user = 0; user <= 4; ++user) CHECK(data.ratings.offset(user) == ratings.offset(user));
  CHECK(std::ranges::equal(data.ratings.items(), ratings.items()));
  CHECK(std::ranges::equal(data.ratings.values(), ratings.values()));
  CHECK(data.items.name(4) == "5");

  std::ifstream stream(file.path());
  std::string line;
  std::getline(stream, line);
  CHECK(line == "%%MatrixMarket matrix coordinate real general");
  std::getline(stream, line);
  CHECK(line == "4 6 4");
  std::getline(stream, line);
  CHECK(line == "1 2 0.1");
}

TEST_CASE("ratings that are none are not written") {
  const TemporaryFile file("before");
  const std::vector<std::int64_t> offsets{0, 1};
  const std::vector<Index> items{3};
  const std::vector<float> values{1};
  const SparseMatrixView<float> outside(3, std::span(offsets), items, values);
  CHECK_THROWS_AS(save_matrix_market(outside, file.path()), std::invalid_argument);
  std::ifstream stream(file.path());
  std::string text;
  stream >> text;
  CHECK(text == "before");
}

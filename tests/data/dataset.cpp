// SPDX-License-Identifier: MIT
// How the parts of a dataset belong together; how they are read is in reader.
#include <asysvd/data/dataset.hpp>

#include <asysvd/data/reader.hpp>

#include <doctest/doctest.h>

#include "temporary_file.hpp"

using namespace asysvd;

TEST_CASE("rows and columns are named by the ids, and timestamps lie beside the ratings, wherever lines stood") {
  const test::TemporaryFile file("user,item,rating,timestamp\nb,y,1,10\na,x,2,20\nb,x,3,30\na,y,4,40\nb,y,5,50\n");
  const Dataset<float> data = read_ratings<float>(file.path());
  CHECK(data.ratings.rows() == data.users.size());
  CHECK(data.ratings.cols() == data.items.size());
  CHECK(data.duplicates == 1);
  REQUIRE(data.ratings.nonzeros() == 4);
  REQUIRE(data.timestamps.size() == 4);
  const auto time_of = [&](const char* user, const char* item, float rating) {
    const Index row = data.users.find(user).value();
    const auto profile = data.ratings.row(row);
    for (std::size_t t = 0; t < profile.items.size(); ++t) {
      if (data.items.name(profile.items[t]) != item) continue;
      CHECK(profile.ratings[t] == rating);
      return data.timestamps[static_cast<std::size_t>(data.ratings.offset(row)) + t];
    }
    return std::int64_t{-1};
  };
  CHECK(time_of("a", "x", 2) == 20);
  CHECK(time_of("a", "y", 4) == 40);
  CHECK(time_of("b", "x", 3) == 30);
  CHECK(time_of("b", "y", 5) == 50);  // the later one
}

TEST_CASE("without times there are none") {
  const test::TemporaryFile file("1,1,3\n2,1,4\n");
  const Dataset<float> data = read_ratings<float>(file.path());
  CHECK(data.timestamps.empty());
  CHECK(data.duplicates == 0);
  CHECK(Dataset<float>{}.ratings.nonzeros() == 0);
}

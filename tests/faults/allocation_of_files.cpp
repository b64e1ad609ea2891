// SPDX-License-Identifier: MIT
// Memory that runs out at any allocation of reading or writing a file: std::bad_alloc reaches the caller, nothing is
// leaked, and a file that was to be replaced is as it was, with nothing beside it. Files with JSON in them are not
// here: nlohmann/json can't take down without memory what it has begun to build.
#include <asysvd/data/reader.hpp>
#include <asysvd/data/titles.hpp>
#include <asysvd/io/csv.hpp>
#include <asysvd/io/matrix_market.hpp>
#include <asysvd/model.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "any_model.hpp"
#include "faults/failing_allocation.hpp"
#include "io/small_model.hpp"
#include "random_ratings.hpp"
#include "temporary_file.hpp"

using namespace asysvd;
using test::fail_at_each_allocation;
using test::TemporaryFile;
namespace fs = std::filesystem;

namespace {

template <class Read>
long failures_of_reading(const Read& read) {
  read();  // what is made once in a program's life is no leak
  return fail_at_each_allocation(read);
}

template <class Write>
long failures_of_writing(const Write& write) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "file";
  write(path);
  CHECK(test::content(path).size() > 20);
  const std::string old = "as it was";
  const auto restore = [&] { std::ofstream(path, std::ios::binary) << old; };
  const auto unchanged = [&](int, int) {
    const bool same = test::content(path) == old && folder.entries() == 1;
    restore();  // where it went well after all
    return same;
  };
  restore();
  return fail_at_each_allocation(
      0, [&](int) { write(path); }, unchanged);
}

}  // namespace

TEST_CASE("whoever reads ratings or titles gets all of them, or is told that there is no memory") {
  const TemporaryFile text("7::alien::5::1\n7::heat::3::2\n9::alien::4::3\n11::emma::1::4\n");
  const TemporaryFile market("%%MatrixMarket matrix coordinate real general\n3 4 3\n1 1 5\n2 3 4\n3 4 1\n");
  const TemporaryFile titles("1::Alien (1979)::Horror\n2::Heat (1995)::Crime\n");
  for (const int threads : {1, 2}) {
    CHECK(failures_of_reading([&] { (void)read_ratings<float>(text.path(), {.threads = threads}); }) >= 10);
  }
  CHECK(failures_of_reading([&] { (void)read_ratings<float>(market.path()); }) >= 5);
  CHECK(failures_of_reading([&] { (void)read_titles(titles.path()); }) >= 3);
}

TEST_CASE("a file that can't be written for want of memory is the old one") {
  const auto ratings = test::random_ratings<float>(12, 9, 5, 1);
  const auto model = test::any_model<AsySVD<float>>(0, 9, {.factors = 3});
  IdMap ids;
  for (Index item = 0; item < model.items(); ++item) ids.insert("item " + std::to_string(item));
  CHECK(failures_of_writing([&](const fs::path& path) { save_matrix_market<float>(ratings, path); }) >= 3);
  CHECK(failures_of_writing([&](const fs::path& path) { save_items(model, path, ids); }) >= 3);
}

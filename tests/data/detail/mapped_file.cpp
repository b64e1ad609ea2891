// SPDX-License-Identifier: MIT
#include <asysvd/data/detail/mapped_file.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>

#include "temporary_file.hpp"

using namespace asysvd;
using detail::MappedFile;

TEST_CASE("all bytes are there, and a zero after the last one, also where the file fills its last page") {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, page - 1, page, page + 1, 3 * page}) {
    CAPTURE(size);
    std::string bytes(size, 'x');
    if (size > 0) bytes.back() = 'y';
    const test::TemporaryFile file(bytes);
    const MappedFile mapped(file.path());
    CHECK(mapped.text() == bytes);
    CHECK(mapped.text().data()[size] == '\0');
    CHECK(mapped.path() == file.path());
    mapped.forget_before(mapped.text().data() + size / 2);
    mapped.expect_any_order();
    CHECK(mapped.text() == bytes);
  }
}

TEST_CASE("what is released is empty, and so is what was moved from") {
  const test::TemporaryFile file("5::3::4.5::0\n");
  MappedFile first(file.path());
  MappedFile second(std::move(first));
  CHECK(second.text() == "5::3::4.5::0\n");
  CHECK(first.text().empty());  // NOLINT(bugprone-use-after-move)
  second.release();
  CHECK(second.text().empty());
  second.release();
  CHECK(second.text().empty());
}

TEST_CASE("what is no file, or can't be read, is refused") {
  const auto nothing = std::filesystem::temp_directory_path() / "asysvd-test-that-is-not-there";
  CHECK_THROWS_WITH_AS(MappedFile{nothing}, doctest::Contains("a file that can be read, found No such file"),
                       FileError);
  CHECK_THROWS_WITH_AS(MappedFile{std::filesystem::temp_directory_path()},
                       doctest::Contains("a file, found a directory"), FileError);
}

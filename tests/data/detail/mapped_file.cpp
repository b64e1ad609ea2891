// SPDX-License-Identifier: MIT
#include <asysvd/data/detail/mapped_file.hpp>

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "closed_standard_input.hpp"
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

TEST_CASE("the descriptor is given back, also where it is that of standard input, which is closed") {
  const test::TemporaryFile file("5::3::4.5::0\n");
  const test::ClosedStandardInput closed;
  CHECK(MappedFile(file.path()).text() == "5::3::4.5::0\n");
  CHECK(closed.is_free());
}

TEST_CASE("the mapping is given back, the page of the zero with it, at the end or before") {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const test::TemporaryFile file(std::string(page, 'x'));  // so that the zero has a page of its own
  for (const bool early : {false, true}) {
    CAPTURE(early);
    std::optional<MappedFile> mapped(file.path());
    char* const text = const_cast<char*>(mapped->text().data());
    // msync asks for memory that is mapped, and changes nothing of what is read-only.
    const auto is_mapped = [](char* place, std::size_t size) {
      return ::msync(place, size, MS_ASYNC) == 0 || errno != ENOMEM;
    };
    CHECK(is_mapped(text, 2 * page));
    if (early) {
      mapped->release();
    } else {
      mapped.reset();
    }
    const bool first_left = is_mapped(text, page);
    const bool last_left = is_mapped(text + page, page);
    CHECK_FALSE(first_left);
    CHECK_FALSE(last_left);
  }
}

TEST_CASE("what is no file, or can't be read, is refused") {
  const auto nothing = std::filesystem::temp_directory_path() / "asysvd-test-that-is-not-there";
  CHECK_THROWS_WITH_AS(MappedFile{nothing}, doctest::Contains("a file that can be read, found No such file"),
                       FileError);
  CHECK_THROWS_WITH_AS(MappedFile{std::filesystem::temp_directory_path()},
                       doctest::Contains("a file, found a directory"), FileError);
}

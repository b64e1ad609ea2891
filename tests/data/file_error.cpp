// SPDX-License-Identifier: MIT
#include <asysvd/data/file_error.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace asysvd;

TEST_CASE("a file error says where, what was expected, and what was found") {
  const FileError error("some/file.csv", 3, 14, "a rating", "\"x\"");
  CHECK(std::string(error.what()) == "some/file.csv:3:14: expected a rating, found \"x\"");
  CHECK(error.path() == "some/file.csv");
  CHECK(error.line() == 3);
  CHECK(error.column() == 14);
}

TEST_CASE("places that do not apply are left out") {
  CHECK(std::string(FileError("f", 0, 0, "a", "b").what()) == "f: expected a, found b");
  CHECK(std::string(FileError("f", 2, 0, "a", "b").what()) == "f:2: expected a, found b");
}

TEST_CASE("quoted text is short, and printable whatever it holds") {
  CHECK(detail::visible("") == "nothing");
  CHECK(detail::visible("abc d") == "\"abc d\"");
  CHECK(detail::visible("a\tb\r\x1b\xe9") == "\"a\\tb\\x0d\\x1b\\xe9\"");
  CHECK(detail::visible(std::string(40, 'x')) == '"' + std::string(40, 'x') + '"');
  CHECK(detail::visible(std::string(41, 'x')) == '"' + std::string(40, 'x') + "...\"");
}

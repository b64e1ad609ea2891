// SPDX-License-Identifier: MIT
#include <asysvd/data/format.hpp>

#include <doctest/doctest.h>

using namespace asysvd;

TEST_CASE("every format is found again by its name") {
  for (const auto& [format, name] : format_names) {
    CHECK(format_from_name(name) == format);
    CHECK(to_string(format) == name);
  }
  CHECK_FALSE(format_from_name("excel"));
  CHECK_FALSE(format_from_name(""));
}

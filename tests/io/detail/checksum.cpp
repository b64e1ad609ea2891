// SPDX-License-Identifier: MIT
#include <asysvd/io/detail/checksum.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

using asysvd::detail::Checksum;

namespace {

std::uint64_t of(std::string_view bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

std::string some_bytes(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(i * 131 + i / 7);
  return bytes;
}

}  // namespace

TEST_CASE("the checksum does not depend on the pieces that the bytes come in") {
  for (const std::size_t count : {0, 1, 63, 64, 65, 127, 128, 129, 1000}) {
    const auto bytes = some_bytes(count);
    for (const std::size_t piece : {1, 3, 8, 63, 64, 65, 200}) {
      Checksum checksum;
      for (std::size_t place = 0; place < count; place += piece) {
        checksum.add(std::string_view(bytes).substr(place, piece));
        (void)checksum.value();  // looking at it must not change it
      }
      CHECK(checksum.value() == of(bytes));
    }
  }
}

TEST_CASE("every bit, its place, and the length count") {
  auto bytes = some_bytes(200);
  const auto whole = of(bytes);
  for (char& byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      byte = static_cast<char>(byte ^ (1 << bit));
      CHECK(of(bytes) != whole);
      byte = static_cast<char>(byte ^ (1 << bit));
    }
  }
  // The highest bit of two words of one lane: without a rotation, the second would undo the first.
  auto twice = bytes;
  for (const std::size_t place : {7, 71}) twice[place] = static_cast<char>(twice[place] ^ 0x80);
  CHECK(of(twice) != whole);
  std::string swapped = bytes;
  std::swap(swapped[3], swapped[67]);
  CHECK(of(swapped) != whole);
  CHECK(of(bytes + std::string(1, '\0')) != whole);
  CHECK(of(std::string(64, '\0')) != of(std::string(63, '\0')));
}
